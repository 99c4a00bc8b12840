package encoder

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// encoded encodes an image, and fails the test if that fails.
func encoded(t testing.TB, img *planes.Image, o Options) []byte {
	t.Helper()

	file, err := Encode(img, o)
	if err != nil {
		t.Fatal(err)
	}

	return file
}

// identical reports whether two images have the same samples.
func identical(a, b *planes.Image) bool {
	if len(a.Planes) != len(b.Planes) || a.Width != b.Width || a.Height != b.Height {
		return false
	}

	for i, p := range a.Planes {
		for y := range p.Height {
			if !bytes.Equal(p.Row(y), b.Planes[i].Row(y)) {
				return false
			}
		}
	}

	return true
}

// Both processes code the same coefficients, so their files decode to the same samples.
func TestEncode_progressiveEqualsSequential(t *testing.T) {
	for _, s := range samplings {
		t.Run(s.name, func(t *testing.T) {
			for seed := range uint64(60) {
				random := rand.New(rand.NewPCG(seed, 9))
				width, height := 1+random.IntN(90), 1+random.IntN(90)
				img := picture(seed, width, height, s)

				for _, quality := range []int{1, 25, 80, 97, 100} {
					what := fmt.Sprintf("%d×%d at %d, seed %d", width, height, quality, seed)
					sequential := encoded(t, img, Options{Quality: quality})
					progressive := encoded(t, img, Options{Quality: quality, Scans: Progressive})

					if !bytes.Contains(progressive, []byte{0xff, t81.SOF2}) {
						t.Fatalf("%s: no progressive frame", what)
					}

					if !identical(decode(t, sequential), decode(t, progressive)) {
						t.Fatalf("%s: other samples", what)
					}

					for _, threads := range []int{2, 5} {
						o := Options{Quality: quality, Scans: Progressive, Threads: threads}
						if !bytes.Equal(encoded(t, img, o), progressive) {
							t.Fatalf("%s: another file with %d threads", what, threads)
						}
					}
				}
			}
		})
	}
}

// Runs of ended blocks have at most 32,767 blocks, and carry a limited number of correction
// bits. A large flat image has longer runs, and a large image of strong noise has more bits.
func TestEncode_progressiveLongRuns(t *testing.T) {
	flat := picture(0, 1700, 1600, samplings[0])
	for i := range flat.Planes[0].Pix {
		flat.Planes[0].Pix[i] = 77
	}

	spots := picture(0, 1700, 1600, samplings[0])
	random := rand.New(rand.NewPCG(1, 10))

	for y := range spots.Height {
		for x := range spots.Width {
			spots.Planes[0].Row(y)[x] = byte((x/8*5+y/8*3)&1*128 + (x*37+y*11)&1*64)
			if random.IntN(4000) == 0 {
				spots.Planes[0].Row(y)[x] ^= 255
			}
		}
	}

	for name, img := range map[string]*planes.Image{"flat": flat, "spots": spots} {
		sequential := encoded(t, img, Options{})
		progressive := encoded(t, img, Options{Scans: Progressive})

		if !identical(decode(t, sequential), decode(t, progressive)) {
			t.Errorf("%s: other samples", name)
		}
	}
}

func TestScans_progressive(t *testing.T) {
	sized := func(width, height int) *planes.Image { return &planes.Image{Width: width, Height: height} }

	for _, c := range []struct {
		scans         Scans
		width, height int
		want          bool
	}{
		{Sequential, 1600, 1200, false},
		{Progressive, 1600, 1200, true},
		{Progressive, 1, 1, true},
		{Progressive, 4096, 2048, true},
		{Progressive, 4096, 2049, false},
		{Progressive, 65535, 65535, false},
	} {
		if got := c.scans.progressive(sized(c.width, c.height)); got != c.want {
			t.Errorf("%d of %d×%d: %v, want %v", c.scans, c.width, c.height, got, c.want)
		}
	}
}

func TestEncode_progressiveIsSmaller(t *testing.T) {
	img := photo(t)
	half := planes.Image{Model: img.Model, Width: 1600, Height: 1200, Planes: make([]planes.Plane, len(img.Planes))}

	for i, p := range img.Planes {
		factor := min(i, 1) + 1
		p.Width, p.Height = half.Width/factor, half.Height/factor
		half.Planes[i] = p
	}

	sequential, progressive := encoded(t, &half, Options{}), encoded(t, &half, Options{Scans: Progressive})
	if len(progressive) > len(sequential)*99/100 {
		t.Errorf("progressive %d bytes, sequential %d", len(progressive), len(sequential))
	}
}
