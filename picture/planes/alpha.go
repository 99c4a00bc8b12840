package planes

import "bytes"

// Alpha says whether an image has alpha, and whether its colors are multiplied by alpha.
//
// The color of a transparent pixel has no meaning. It must not influence a result that is
// filtered from this pixel and an opaque neighbor. Therefore colors are multiplied by
// alpha before they are resized, and divided by alpha after that.
type Alpha uint8

// The kinds of alpha.
const (
	Opaque        Alpha = iota // no alpha
	Straight                   // the colors are independent of alpha
	Premultiplied              // the colors are multiplied by alpha ÷ 255
)

const opaque = 255

// opaqueRun is a run of opaque pixels.
var opaqueRun = bytes.Repeat([]byte{opaque}, 1024)

// AllOpaque reports whether all samples have the largest alpha. It compares memory, which
// processes many bytes at a time.
func AllOpaque(alpha []byte) bool {
	for len(alpha) > 0 {
		n := min(len(alpha), len(opaqueRun))
		if !bytes.Equal(alpha[:n], opaqueRun[:n]) {
			return false
		}

		alpha = alpha[n:]
	}

	return true
}

// Premultiplied returns the image with its colors multiplied by alpha ÷ 255, rounded to
// nearest. The result has planes of its own. All planes have the size of alpha.
func (img *Image) Premultiplied(alpha Plane) *Image {
	made := &Image{Model: img.Model, Width: img.Width, Height: img.Height, Planes: make([]Plane, len(img.Planes))}

	for i := range img.Planes {
		made.Planes[i] = New(alpha.Width, alpha.Height)

		for y := range alpha.Height {
			row := made.Planes[i].Row(y)
			copy(row, img.Planes[i].Row(y))
			PremultiplyRow(row, alpha.Row(y))
		}
	}

	return made
}

// PremultiplyRow multiplies a row of one color by alpha ÷ 255, rounded to nearest, in
// place. An alpha of 255 changes nothing.
func PremultiplyRow(row, alpha []byte) {
	alpha = alpha[:len(row)]

	done := premultiplied(row, alpha)
	row, alpha = row[done:], alpha[done:]

	for x, value := range row {
		// (n + n/256) / 256 with n = product + ½·255 rounded up is the product ÷ 255,
		// rounded, for all products of two bytes. The tests check all of them.
		n := uint32(value)*uint32(alpha[x]) + 128
		row[x] = byte((n + n>>8) >> 8) //nolint:gosec // At most 255.
	}
}

// UnpremultiplyRow divides a row of one color by alpha ÷ 255, rounded to nearest and
// limited to 255, in place. If alpha is 0, the color becomes 0. A color can exceed its
// alpha by rounding and by the overshoot of a filter. The result is then 255.
func UnpremultiplyRow(row, alpha []byte) {
	for x, value := range row {
		switch part := uint32(alpha[x]); part {
		case opaque:
		case 0:
			row[x] = 0
		default:
			row[x] = byte(min((uint32(value)*opaque+part/2)/part, opaque))
		}
	}
}
