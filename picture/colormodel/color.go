// Package colormodel converts images in planes from one color model to another. It is
// used after resizing, when there are few samples.
//
// Factors are integers with 16 fractional bits. Results are rounded to nearest and differ
// from exact ones by at most one.
package colormodel

import (
	"fmt"

	"triptych/picture/planes"
)

const (
	bits = 16
	one  = 1 << bits
	half = one / 2

	most   = 255
	center = 128 // of Cb and Cr
)

// JFIF 1.02, page 4:
//
//	Y  =  0.299  R + 0.587  G + 0.114  B
//	Cb = −0.1687 R − 0.3313 G + 0.5    B + 128 = (B − Y) ÷ 1.772 + 128
//	Cr =  0.5    R − 0.4187 G − 0.0813 B + 128 = (R − Y) ÷ 1.402 + 128
//
// The sum of the factors of Y is one. The sums of those of Cb and Cr are zero. So a gray
// does not change.
const (
	yR, yG, yB = 19595, 38470, 7471
	cbR, cbG   = 11058, 21710
	crG, crB   = 27439, 5329

	// The inverse, with the same precision.
	rCr      = 91881        // 1.402
	gCb, gCr = 22554, 46802 // 0.34414, 0.71414
	bCb      = 116130       // 1.772
)

// ToYCbCr converts RGB to YCbCr without subsampling, in place. All planes must have the
// image's size.
func ToYCbCr(img *planes.Image) {
	eachRow(img, planes.RGB, planes.YCbCr, func(rows *[4][]byte, width int) {
		first, second, third := rows[0][:width], rows[1][:width], rows[2][:width]

		for x := range first {
			r, g, b := int32(first[x]), int32(second[x]), int32(third[x])

			first[x] = byte((yR*r + yG*g + yB*b + half) >> bits) //nolint:gosec // A mean of three bytes.
			// 255 × ½ + 128 would round to 256, which is too large. So add a little less
			// than half.
			second[x] = byte((half*b - cbR*r - cbG*g + center*one + half - 1) >> bits) //nolint:gosec // 0 to 255.
			third[x] = byte((half*r - crG*g - crB*b + center*one + half - 1) >> bits)  //nolint:gosec // 0 to 255.
		}
	})
}

// ToRGB converts YCbCr without subsampling to RGB, in place. All planes must have the
// image's size.
func ToRGB(img *planes.Image) {
	eachRow(img, planes.YCbCr, planes.RGB, fromYCbCr)
}

// ToCMYK converts YCCK to CMYK, in place. Its first three components relate to cyan,
// magenta and yellow as YCbCr relates to red, green and blue (Adobe Technical Note 5116,
// page 28). All planes must have the image's size.
func ToCMYK(img *planes.Image) {
	eachRow(img, planes.YCCK, planes.CMYK, fromYCbCr)
}

func fromYCbCr(rows *[4][]byte, width int) {
	first, second, third := rows[0][:width], rows[1][:width], rows[2][:width]

	for x := range first {
		y := int32(first[x])<<bits + half
		cb, cr := int32(second[x])-center, int32(third[x])-center

		first[x] = clamp((y + rCr*cr) >> bits)
		second[x] = clamp((y - gCb*cb - gCr*cr) >> bits)
		third[x] = clamp((y + bCb*cb) >> bits)
	}
}

// CMYKToRGB converts CMYK to RGB in place, by the plain formula and without a profile.
// Each channel absorbs its share of the light that black leaves. The plane of black is
// removed.
func CMYKToRGB(img *planes.Image) {
	eachRow(img, planes.CMYK, planes.RGB, func(rows *[4][]byte, width int) {
		const half8 = 128

		black := rows[3][:width]

		for _, row := range rows[:3] {
			row = row[:len(black)]

			for x, k := range black {
				light := (most-uint32(row[x]))*(most-uint32(k)) + half8
				row[x] = byte((light + light>>8) >> 8) //nolint:gosec // ÷ 255, rounded, for products of two bytes.
			}
		}
	})
	img.Planes = img.Planes[:3:3]
}

// Halve fills a plane of half the width and height, rounded up, for 4:2:0. Each sample is
// the mean of two by two samples, and lies in their center. At an odd edge the last
// samples count twice.
func Halve(dst, src planes.Plane) {
	for y := range dst.Height {
		upper, lower, out := src.Row(2*y), src.Row(min(2*y+1, src.Height-1)), dst.Row(y)

		pairs := src.Width / 2
		upperPairs, lowerPairs := upper[:2*pairs], lower[:2*pairs]

		for x := range out[:pairs] {
			sum := uint32(upperPairs[2*x]) + uint32(upperPairs[2*x+1]) + uint32(lowerPairs[2*x]) + uint32(lowerPairs[2*x+1])
			out[x] = byte((sum + 2) / 4) //nolint:gosec // A mean of bytes.
		}

		if pairs < len(out) {
			out[pairs] = byte((uint32(upper[2*pairs]) + uint32(lower[2*pairs]) + 1) / 2) //nolint:gosec // A mean of bytes.
		}
	}
}

// HalveVisible is Halve for a plane with alpha: the mean is weighted by alpha, because the
// color of a transparent pixel has no meaning.
func HalveVisible(dst, src, alpha planes.Plane) {
	for y := range dst.Height {
		lower := min(2*y+1, src.Height-1)
		colors, weights := [2][]byte{src.Row(2 * y), src.Row(lower)}, [2][]byte{alpha.Row(2 * y), alpha.Row(lower)}
		out := dst.Row(y)

		for x := range out {
			sum, weight, plain := uint32(0), uint32(0), uint32(0)

			for i, row := range colors {
				for _, at := range [2]int{2 * x, min(2*x+1, src.Width-1)} {
					color, w := uint32(row[at]), uint32(weights[i][at])
					plain += color
					sum += color * w
					weight += w
				}
			}

			if weight == 0 {
				out[x] = byte((plain + 2) / 4)
			} else {
				out[x] = byte((sum + weight/2) / weight) //nolint:gosec // A mean of bytes.
			}
		}
	}
}

func clamp(v int32) byte { return byte(min(max(v, 0), most)) }

// eachRow calls convert for the rows of an image's planes, and sets the image's new
// model. It panics if the image does not have the model from, or if a plane's size
// differs from the image's. Both are programming errors, not defects of a file.
func eachRow(img *planes.Image, from, to planes.Model, convert func(rows *[4][]byte, width int)) {
	fits := img.Model == from && len(img.Planes) == from.Components()
	for _, p := range img.Planes {
		fits = fits && p.Width == img.Width && p.Height == img.Height
	}

	if !fits {
		panic(fmt.Sprintf("color: model %d with %d planes, not %d at full size", img.Model, len(img.Planes), from))
	}

	var rows [4][]byte

	for y := range img.Height {
		for i := range img.Planes {
			rows[i] = img.Planes[i].Row(y)
		}

		convert(&rows, img.Width)
	}

	img.Model = to
}
