package raster

import (
	"context"
	"image"
	"image/color"

	"triptych/picture/planes"
)

// ImageBytes is the number of bytes that [Image] allocates.
func (l *Layout) ImageBytes() int64 {
	each := int64(4) // Red, green, blue, alpha.
	if (l.Model == planes.Gray || l.Palette != nil) && !l.Alpha {
		each = 1
	}

	if l.Deep {
		each *= 2
	}

	return each * int64(l.Width) * int64(l.Height)
}

// Image decodes all rows into pixels, with all their bits: Gray, Gray16, Paletted, NRGBA
// or NRGBA64, and RGBA or RGBA64 if the file has no alpha. It does not support CMYK.
func Image(ctx context.Context, layout Layout, from Rows) (image.Image, error) {
	made, samples, stride := layout.blank()

	for y := range layout.Height {
		row, err := next(ctx, from, y)
		if err != nil {
			return nil, err
		}

		layout.pixels(samples[y*stride:(y+1)*stride], row)
	}

	return made, nil
}

// blank returns an image, its samples, and the length of a row of samples.
func (l *Layout) blank() (image.Image, []byte, int) {
	size := image.Rect(0, 0, l.Width, l.Height)

	switch {
	case l.Palette != nil && !l.Alpha:
		palette := make(color.Palette, len(l.Palette))
		for i, shade := range l.Palette {
			palette[i] = color.RGBA{shade[0], shade[1], shade[2], opaque}
		}

		made := image.NewPaletted(size, palette)

		return made, made.Pix, made.Stride
	case l.Model == planes.Gray && !l.Alpha && l.Deep:
		made := image.NewGray16(size)

		return made, made.Pix, made.Stride
	case l.Model == planes.Gray && !l.Alpha:
		made := image.NewGray(size)

		return made, made.Pix, made.Stride
	case l.Alpha && l.Deep:
		made := image.NewNRGBA64(size)

		return made, made.Pix, made.Stride
	case l.Alpha:
		made := image.NewNRGBA(size)

		return made, made.Pix, made.Stride
	case l.Deep:
		made := image.NewRGBA64(size)

		return made, made.Pix, made.Stride
	default:
		made := image.NewRGBA(size)

		return made, made.Pix, made.Stride
	}
}

// pixels stores a row as pixels of one sample or four.
func (l *Layout) pixels(into, row []byte) {
	wide := 1
	if l.Deep {
		wide = 2
	}

	step := l.Samples()

	switch {
	case l.Palette != nil && l.Alpha:
		for x := range l.Width {
			pixel := into[4*x : 4*x+4 : 4*x+4]
			if index := int(row[2*x]); index < len(l.Palette) {
				copy(pixel, l.Palette[index][:])
			}

			pixel[3] = row[2*x+1]
		}
	case step == 1 || step == 4:
		copy(into, row)
	case step == 3 && wide == 1: // Red, green, blue of 8 bits: the most common case.
		for x := range l.Width {
			pixel, from := into[4*x:4*x+4:4*x+4], row[3*x:3*x+3:3*x+3]
			pixel[0], pixel[1], pixel[2], pixel[3] = from[0], from[1], from[2], opaque
		}
	default:
		l.widen(into, row, wide)
	}
}

// widen converts pixels of fewer samples to red, green, blue and alpha. Each sample has
// wide bytes.
func (l *Layout) widen(into, row []byte, wide int) {
	step := l.Samples()

	for x := range l.Width {
		pixel, from := into[4*wide*x:4*wide*(x+1)], row[step*wide*x:step*wide*(x+1)]

		for c := range 3 {
			at := 0
			if l.Model != planes.Gray {
				at = c * wide
			}

			copy(pixel[c*wide:(c+1)*wide], from[at:])
		}

		for i := range wide {
			pixel[3*wide+i] = opaque
			if l.Alpha {
				pixel[3*wide+i] = from[(step-1)*wide+i]
			}
		}
	}
}
