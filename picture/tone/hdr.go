package tone

import (
	"math"

	"triptych/picture/metadata"
)

// Light in cd/m².
const (
	pqMost     = 10_000 // The maximum of PQ.
	hlgMost    = 1_000  // The nominal peak of an HLG display (ITU-R BT.2100, table 5).
	whiteLight = 203    // HDR reference white (ITU-R BT.2408), which becomes the maximum of SDR.
)

// hdr converts HDR to SDR by the electrical-electrical transfer function (EETF) of Report
// ITU-R BT.2390, 5.4.1. Light up to about 88 cd/m² stays the same. A Hermite spline
// compresses brighter light, so that the brightest light of the image becomes the white
// of SDR. That white is 203 cd/m².
//
// The curve is applied to the largest of red, green and blue, and the others are scaled
// with it. So hues stay the same, and nothing is clipped. The brightest light is that of
// clli or mdcv, otherwise 1,000 cd/m². HLG is first converted to a display of 1,000 cd/m²
// (BT.2100, table 5), and then treated in the same way. Colors get sRGB's curve, and keep
// their primaries.
type hdr struct {
	hlg    bool
	light  []float32 // by code
	factor []float32 // by the fourth root of light, relative to the brightest
	peak   float32
	curve  []byte // sRGB, by light relative to white
}

const (
	codes  = 1 << 12
	shades = 1 << 14
)

func newHDR(coding metadata.Coding) *hdr {
	made := &hdr{
		hlg: coding.Transfer != pq, light: make([]float32, codes), factor: make([]float32, codes), curve: make([]byte, shades),
	}

	peak := coding.Peak
	if peak == 0 || made.hlg {
		peak = hlgMost
	}

	peak = max(whiteLight, min(peak, pqMost))
	made.peak = float32(peak)

	for i := range codes {
		part := float64(i) / (codes - 1)

		if made.hlg {
			made.light[i] = float32(sceneOfHLG(part))
		} else {
			made.light[i] = float32(min(lightOfPQ(part), peak))
		}

		light := peak * math.Pow(part, 4)
		made.factor[i] = 1 / whiteLight

		if i > 0 {
			made.factor[i] = float32(rolledOff(light, peak) / light / whiteLight)
		}
	}

	for i := range shades {
		made.curve[i] = inByte(Encoded(float64(i)/(shades-1), srgb))
	}

	return made
}

// Pixel converts coded red, green and blue to sRGB's curve.
func (t *hdr) Pixel(coded [3]float32) (r, g, b byte) {
	var light [3]float32
	for i, part := range coded {
		light[i] = t.light[int(max(0, min(part, 1))*(codes-1)+0.5)]
	}

	if t.hlg {
		// The OOTF of BT.2100: a gamma of 1.2 for luminance.
		luminance := 0.2627*light[0] + 0.6780*light[1] + 0.0593*light[2]
		gain := float32(hlgMost * math.Pow(float64(luminance), 0.2))

		for i := range light {
			light[i] = min(light[i]*gain, t.peak)
		}
	}

	largest := max(light[0], light[1], light[2]) / t.peak
	at := math.Sqrt(math.Sqrt(float64(largest)))
	factor := t.factor[int(at*(codes-1)+0.5)]

	shade := func(light float32) byte { return t.curve[int(min(light*factor, 1)*(shades-1)+0.5)] }

	return shade(light[0]), shade(light[1]), shade(light[2])
}

// rolledOff is the EETF of BT.2390, from the range of black to peak into the range of
// black to 203 cd/m².
func rolledOff(light, peak float64) float64 {
	whole := pqOf(peak)
	part, most := min(pqOf(light)/whole, 1), pqOf(whiteLight)/whole

	knee := 1.5*most - 0.5
	if part < knee || knee >= 1 {
		return light
	}

	t := (part - knee) / (1 - knee)
	squared, cubed := t*t, t*t*t
	part = (2*cubed-3*squared+1)*knee + (cubed-2*squared+t)*(1-knee) + (3*squared-2*cubed)*most

	return lightOfPQ(part * whole)
}

// The constants of PQ (SMPTE ST 2084; ITU-R BT.2100, table 4).
const (
	pqM1, pqM2       = 2610.0 / 16384, 2523.0 / 4096 * 128
	pqC1, pqC2, pqC3 = 3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32
)

// lightOfPQ returns the light of a PQ code.
func lightOfPQ(code float64) float64 {
	root := math.Pow(max(0, code), 1/pqM2)

	return pqMost * math.Pow(max(0, root-pqC1)/(pqC2-pqC3*root), 1/pqM1)
}

// pqOf returns the PQ code of a light.
func pqOf(light float64) float64 {
	root := math.Pow(max(0, light)/pqMost, pqM1)

	return math.Pow((pqC1+pqC2*root)/(1+pqC3*root), pqM2)
}

// sceneOfHLG returns the scene light of an HLG code: the inverse of the OETF of BT.2100,
// table 5.
func sceneOfHLG(code float64) float64 {
	const a, b, c = 0.17883277, 0.28466892, 0.55991073

	if code <= 0.5 { // The boundary of the two parts of the curve.
		return code * code / 3
	}

	return (math.Exp((code-c)/a) + b) / 12
}
