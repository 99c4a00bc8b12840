package heif_test

import (
	"fmt"
	"math"
	"testing"

	"triptych/picture/metadata/bmff/bmfftest"
)

// TestToneMap_knownPatches checks the grays and some colors of the patches. The expected
// values follow the formulas of BT.2390, BT.2100 and sRGB, and were computed by another
// program in double precision.
func TestToneMap_knownPatches(t *testing.T) {
	const pq, hlg = 16, 18

	type patch map[int][3]float64

	gray := func(v float64) [3]float64 { return [3]float64{v, v, v} }

	for name, c := range map[string]struct {
		transfer int
		peak     int // MaxCLL
		display  int // in mdcv
		want     patch
	}{
		"PQ": {transfer: pq, want: patch{
			0: gray(1.6), 1: gray(255), 2: gray(181.1), 3: {255, 6.8, 0.1}, 4: {5.3, 255, 2.7}, 6: {105.4, 255, 255},
		}},
		"PQ of 4,000":               {transfer: pq, peak: 4000, want: patch{0: gray(1.6), 1: gray(255), 2: gray(170.7)}},
		"PQ of a display's 4,000":   {transfer: pq, display: 4000, want: patch{0: gray(1.6), 1: gray(255), 2: gray(170.7)}},
		"PQ no brighter than white": {transfer: pq, peak: 120, want: patch{0: gray(1.6), 1: gray(255), 2: gray(181.2)}},
		"HLG":                       {transfer: hlg, want: patch{0: gray(5.6), 1: gray(254.1), 2: gray(137.5)}},
	} {
		for _, form := range []string{"nclx", "VUI", "grid"} {
			t.Run(name+"/"+form, func(t *testing.T) {
				picture, info := decode(t, hdr(stream(t, "444-8"), form, c.transfer, c.peak, c.display))
				if !info.Coding.HDR() || info.Coding.Primaries != 9 {
					t.Errorf("%+v", info.Coding)
				}

				for index, want := range c.want {
					got := pixel(picture, index%4*patchSide+8, index/4*patchSide+8)
					for i := range got {
						if max(got[i]-want[i], want[i]-got[i]) > 1.5 {
							t.Errorf("patch %d: got %.0f, want %.1f", index, got, want)
						}
					}
				}
			})
		}
	}
}

func hdr(source *bmfftest.Stream, form string, transfer, peak, display int) []byte {
	extra := []bmfftest.Property{}
	if peak > 0 {
		extra = append(extra, bmfftest.Property{Kind: "clli", Data: append(bmfftest.Uint16(peak), bmfftest.Uint16(100)...)})
	}

	if display > 0 {
		data := append(make([]byte, 16), bmfftest.Uint32(display*10_000)...)
		extra = append(extra, bmfftest.Property{Kind: "mdcv", Data: append(data, bmfftest.Uint32(1)...)})
	}

	nclx := bmfftest.NCLX(9, transfer, 9, true)

	switch form {
	case "nclx":
		return single(source, nil, append(extra, nclx)...).Bytes()
	case "VUI":
		return single(source, &bmfftest.Signal{Primaries: 9, Transfer: byte(transfer), Matrix: 9, Full: true}, extra...).Bytes()
	default:
		return grid(source, nil, append(extra, nclx), nil).Bytes()
	}
}

// TestToneMap_isMonotonic checks that a brighter gray stays brighter, up to the peak.
func TestToneMap_isMonotonic(t *testing.T) {
	for _, transfer := range []int{16, 18} {
		last := -1.0

		for _, index := range []int{0, 2, 1} { // The grays, from dark to light.
			picture, _ := decode(t, hdr(stream(t, "420-10"), "nclx", transfer, 0, 0))

			now := pixel(picture, index%4*patchSide+8, index/4*patchSide+8)[0]
			if now <= last {
				t.Error(fmt.Sprint(transfer, index, now, last))
			}

			last = now
		}
	}
}

// TestTransfer_ofNCLX checks every number of H.273's table 3. It is either converted, or
// shown like sRGB's curve.
func TestTransfer_ofNCLX(t *testing.T) {
	light := map[int]func(part float64) float64{
		4: func(part float64) float64 { return math.Pow(part, 2.2) }, 5: func(part float64) float64 { return math.Pow(part, 2.8) },
		8:  func(part float64) float64 { return part },
		9:  func(part float64) float64 { return math.Pow(10, 2*(part-1)) },
		10: func(part float64) float64 { return math.Pow(10, 2.5*(part-1)) },
		17: func(part float64) float64 { return min(1, math.Pow(part, 2.6)*52.37/48) },
	}
	source := stream(t, "444-8")

	plain, _ := decode(t, single(source, nil, bmfftest.NCLX(1, 13, 1, true)).Bytes())

	for transfer := range 20 {
		if transfer == 16 || transfer == 18 {
			continue // HDR.
		}

		t.Run(fmt.Sprint(transfer), func(t *testing.T) {
			picture, _ := decode(t, single(source, nil, bmfftest.NCLX(1, transfer, 1, true)).Bytes())

			for index := range patches {
				x, y := index%4*patchSide+8, index/4*patchSide+8
				got, want := pixel(picture, x, y), pixel(plain, x, y)

				for i := range got {
					near := 0.0

					if convert := light[transfer]; convert != nil {
						// One level of a sample can be several levels of the result.
						low, high := srgbOf(convert(max(0, want[i]-1)/255)), srgbOf(convert(min(255, want[i]+1)/255))
						want[i], near = (low+high)/2, (high-low)/2+1

						if want[i] < 1 || transfer == 9 || transfer == 10 {
							near += 8 // A logarithm has no value for black.
						}
					}

					if math.Abs(got[i]-want[i]) > near {
						t.Errorf("patch %d: component %d is %.0f, want %.0f", index, i, got[i], want[i])
					}
				}
			}
		})
	}
}

func srgbOf(light float64) float64 {
	if light <= 0.0031308 {
		return 255 * 12.92 * light
	}

	return 255 * (1.055*math.Pow(light, 1/2.4) - 0.055)
}
