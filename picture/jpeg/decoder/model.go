package decoder

import (
	"triptych/picture/planes"
)

// The color transforms that Adobe's segment names (Adobe Technical Note 5116,
// section 18).
const (
	transformNone = 0 // RGB or CMYK
	adobeBytes    = 12
)

// takeAdobe reads Adobe's segment: its name, a version, two fields of flags, and
// the color transform.
func (f *file) takeAdobe(payload []byte) {
	if len(payload) >= adobeBytes && string(payload[:5]) == "Adobe" {
		f.adobe, f.transform = true, payload[adobeBytes-1]
	}
}

// model says what the components mean, as libjpeg decides it: a JFIF header means
// YCbCr, else Adobe's segment decides, else the identifiers R, G and B mean
// themselves.
func (f *file) model() planes.Model {
	c := f.frame.components

	switch {
	case len(c) == 1:
		return planes.Grey
	case len(c) == 4 && (!f.adobe || f.transform == transformNone):
		return planes.CMYK
	case len(c) == 4:
		return planes.YCCK
	case f.jfif:
		return planes.YCbCr
	case f.adobe && f.transform == transformNone:
		return planes.RGB
	case !f.adobe && c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B':
		return planes.RGB
	}

	return planes.YCbCr
}

// inks returns what turns the inks of a file, of which 255 is none, into those of which
// 0 is, plane by plane; nil where nothing is to be turned. Adobe's files have them so,
// and all others are taken to have, by libjpeg's users as by browsers: files of CMYK
// without Adobe's segment come from programs that lost it. In YCCK files Y, Cb and
// Cr already convert by JFIF's formulas into inks of which 0 is none, as the inversion
// meets the one in "cyan is 255 − red": only K is left to turn.
func (f *file) inks() func(plane int, samples []byte) {
	const black = 3

	switch f.model() { //nolint:exhaustive // The others have no inks.
	case planes.CMYK:
		return func(_ int, samples []byte) { complement(samples) }
	case planes.YCCK:
		return func(plane int, samples []byte) {
			if plane == black {
				complement(samples)
			}
		}
	default:
		return nil
	}
}

func complement(samples []byte) {
	for i := range samples {
		samples[i] = ^samples[i]
	}
}
