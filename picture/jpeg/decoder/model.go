package decoder

import (
	"triptych/picture/planes"
)

// The color transforms of Adobe's segment (Adobe Technical Note 5116, section 18).
const (
	transformNone = 0 // RGB or CMYK
	adobeBytes    = 12
)

// takeAdobe reads Adobe's segment: a name, a version, two fields of flags, and the color
// transform.
func (f *file) takeAdobe(payload []byte) {
	if len(payload) >= adobeBytes && string(payload[:5]) == "Adobe" {
		f.adobe, f.transform = true, payload[adobeBytes-1]
	}
}

// model returns the meaning of the components, by the rules of libjpeg: a JFIF header
// means YCbCr; otherwise Adobe's segment decides; otherwise the identifiers R, G and B
// mean RGB.
func (f *file) model() planes.Model {
	c := f.frame.components

	switch {
	case len(c) == 1:
		return planes.Gray
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

// inverter returns a function that inverts the CMYK channels of a plane, from 255 for no
// ink to 0 for no ink. It is nil if there is nothing to invert. Adobe's files store
// inverted channels. Applications that use libjpeg, and browsers, assume the same for all
// other files: a CMYK file without Adobe's segment comes from a program that lost the
// segment. In YCCK files, Y, Cb and Cr already convert by JFIF's formulas into channels
// with 0 for no ink, because this inversion cancels the one in "cyan is 255 − red". Only
// K must be inverted.
func (f *file) inverter() func(plane int, samples []byte) {
	const black = 3

	switch f.model() { // The other models have no CMYK channels.
	case planes.CMYK:
		return func(_ int, samples []byte) { invert(samples) }
	case planes.YCCK:
		return func(plane int, samples []byte) {
			if plane == black {
				invert(samples)
			}
		}
	default:
		return nil
	}
}

func invert(samples []byte) {
	for i := range samples {
		samples[i] = ^samples[i]
	}
}
