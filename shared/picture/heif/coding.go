package heif

import (
	"triptych/shared/metadata"
	"triptych/shared/picture/planes"
)

// toJFIF brings samples into JFIF's form, in their own memory: the full range, and
// colours by ITU-R BT.601. What says nothing has that form already, as libheif takes
// it. The matrix of BT.2020 is taken for that of BT.709, which is near.
func toJFIF(picture *planes.Image, coding metadata.Coding) {
	if !coding.Known {
		return
	}

	if !coding.FullRange {
		const black, luma, neutral, chroma = 16, 219, 128, 224

		widen(&picture.Planes[0], black, luma, 0)

		for i := range picture.Planes[1:] {
			widen(&picture.Planes[1+i], neutral, chroma, neutral)
		}
	}

	const bt709, bt2020 = 1, 9
	if picture.Model == planes.YCbCr && (coding.Matrix == bt709 || coding.Matrix == bt2020) {
		fromBT709(picture)
	}
}

// widen stretches samples that have a width about a zero to 255, and moves the zero.
func widen(plane *planes.Plane, zero, width, target int) {
	const full = 255

	var table [full + 1]byte

	for sample := range table {
		distance := (sample - zero) * full
		if distance < 0 {
			distance -= width / 2
		} else {
			distance += width / 2
		}

		table[sample] = byte(max(0, min(full, target+distance/width)))
	}

	for y := range plane.Height {
		row := plane.Row(y)
		for x, sample := range row {
			row[x] = table[sample]
		}
	}
}

// From Y, Cb and Cr of BT.709 (R = Y + 1.5748 Cr, G = Y − 0.1873 Cb − 0.4681 Cr,
// B = Y + 1.8556 Cb) to those of BT.601, by way of which a grey stays what it is:
//
//	Y' = Y + 0.10164 Cb + 0.19590 Cr
//	Cb' =    0.98982 Cb − 0.11065 Cr
//	Cr' =   −0.07246 Cb + 0.98337 Cr
//
// with 16 fractional bits.
const (
	yFromCb, yFromCr   = 6661, 12838
	cbFromCb, cbFromCr = 64869, -7252
	crFromCb, crFromCr = -4749, 64446

	fraction = 16
	half     = 1 << (fraction - 1)
	centre   = 128
)

// fromBT709 needs no colour but its own for a colour, however sampled.
func fromBT709(picture *planes.Image) {
	luma, blue, red := &picture.Planes[0], &picture.Planes[1], &picture.Planes[2]

	for y := range luma.Height {
		row := luma.Row(y)
		blues, reds := blue.Row(y*blue.Height/luma.Height), red.Row(y*red.Height/luma.Height)

		for x, sample := range row {
			at := x * blue.Width / luma.Width
			cb, cr := int(blues[at])-centre, int(reds[at])-centre
			row[x] = clamp(int(sample) + (yFromCb*cb+yFromCr*cr+half)>>fraction)
		}
	}

	for y := range blue.Height {
		blues, reds := blue.Row(y), red.Row(y)
		for x := range blues {
			cb, cr := int(blues[x])-centre, int(reds[x])-centre
			blues[x] = clamp(centre + (cbFromCb*cb+cbFromCr*cr+half)>>fraction)
			reds[x] = clamp(centre + (crFromCb*cb+crFromCr*cr+half)>>fraction)
		}
	}
}

func clamp(n int) byte { return byte(max(0, min(n, 255))) } //nolint:mnd // A byte.
