// Package raster reads the rows of an image from a decoder, such as those of TIFF and
// BMP, and converts them to planes or pixels.
//
// A row has interleaved samples of 8 bits or 16 bits (the high byte first). The order is
// gray, alpha; or red, green, blue, alpha; or cyan, magenta, yellow, black. Otherwise the
// row has indexes into a palette. Alpha is not multiplied into the colors. PNG stores its
// samples in the same way.
package raster

import (
	"context"
	"fmt"

	"triptych/picture/planes"
)

// Layout describes an image and its rows.
type Layout struct {
	Width, Height int
	Model         planes.Model // Gray, RGB or CMYK
	Alpha         bool         // after the colors
	Deep          bool         // samples of 16 bits
	// Palette has a color for each possible index. A row has one index per pixel. The
	// model is RGB.
	Palette [][3]byte
}

// Samples is the number of samples of a pixel in a row.
func (l *Layout) Samples() int {
	count := l.Model.Components()

	if l.Palette != nil {
		count = 1
	}

	if l.Alpha {
		count++
	}

	return count
}

// RowBytes is the length of a row.
func (l *Layout) RowBytes() int {
	length := l.Width * l.Samples()
	if l.Deep {
		length *= 2
	}

	return length
}

// Memory is the number of bytes of an image in planes.
func (l *Layout) Memory() int64 {
	each := int64(l.Model.Components())
	if l.Alpha {
		each++
	}

	return each * int64(l.Width) * int64(l.Height)
}

// Rows yields the rows of an image from top to bottom.
type Rows interface {
	// Next returns the next row. The row is valid until the following call.
	Next() ([]byte, error)
}

// Options configures decoding into planes. The zero value is valid.
type Options struct {
	// Premultiplied multiplies the colors by alpha ÷ 255, if there is alpha.
	Premultiplied bool
	// Threads is the number of goroutines. With 2 or more, the sink runs on its own
	// goroutine.
	Threads int
}

const opaque = 255

// next returns the next row, or an error if ctx is done.
func next(ctx context.Context, from Rows, y int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("decode row %d: %w", y, err)
	}

	return from.Next()
}

// empty returns the image with only the sizes of its planes.
func (l *Layout) empty() *planes.Image {
	made := &planes.Image{
		Model: l.Model, Width: l.Width, Height: l.Height, Planes: make([]planes.Plane, l.Model.Components()),
	}

	for i := range made.Planes {
		made.Planes[i] = planes.Plane{Width: l.Width, Height: l.Height}
	}

	return made
}

// Planes decodes all rows into planes of 8 bits. Of samples of 16 bits it keeps the high
// byte. Alpha is nil if every pixel is opaque. The option Threads is ignored.
func Planes(ctx context.Context, layout Layout, from Rows, options Options) (*planes.Image, *planes.Plane, error) {
	made := layout.empty()
	for i := range made.Planes {
		made.Planes[i] = planes.New(layout.Width, layout.Height)
	}

	var alpha planes.Plane
	if layout.Alpha {
		alpha = planes.New(layout.Width, layout.Height)
	}

	translucent := false

	for y := range layout.Height {
		row, err := next(ctx, from, y)
		if err != nil {
			return nil, nil, err
		}

		into := parts{}
		for i := range made.Planes {
			into.planes[i] = made.Planes[i].Row(y)
		}

		if layout.Alpha {
			into.alpha = alpha.Row(y)
		}

		layout.split(row, into)

		if planes.AllOpaque(into.alpha) { // Or there is no alpha.
			continue
		}

		translucent = true

		for i := range made.Planes {
			if options.Premultiplied {
				planes.PremultiplyRow(into.planes[i], into.alpha)
			}
		}
	}

	if !translucent {
		return made, nil, nil
	}

	return made, &alpha, nil
}
