// Package raster takes the rows of a picture from a decoder, such as those of TIFF and
// BMP, and makes planes or pixels of them.
//
// A row has its samples side by side, 8 bits or 16 bits (the high byte first), in the
// order gray, alpha; or red, green, blue, alpha; or cyan, magenta, yellow, black; or it
// has indexes into a palette. Alpha is not multiplied into the colors. PNG stores its
// samples alike.
package raster

import (
	"context"
	"fmt"

	"triptych/picture/planes"
)

// Layout describes a picture and its rows.
type Layout struct {
	Width, Height int
	Model         planes.Model // Grey, RGB or CMYK
	Alpha         bool         // behind the colors
	Deep          bool         // samples of 16 bits
	// Palette has a color for each possible index. A row has one index a pixel; the
	// model is RGB.
	Palette [][3]byte
}

// Samples counts the samples of a pixel in a row.
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

// Memory is what a picture takes in planes, in bytes.
func (l *Layout) Memory() int64 {
	each := int64(l.Model.Components())
	if l.Alpha {
		each++
	}

	return each * int64(l.Width) * int64(l.Height)
}

// Rows are the rows of a picture from the top to the bottom.
type Rows interface {
	// Next returns the next row, which holds until the following call.
	Next() ([]byte, error)
}

// Sink takes a picture's rows as they are decoded, so that they need not all be held at
// a time. It is that of png.
type Sink interface {
	Begin(picture *planes.Image, alpha bool)
	Take(rows []planes.Window)
	Needs(plane int) int
}

const opaque = 255

// next returns the next row, unless ctx has ended.
func next(ctx context.Context, from Rows, y int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("decode row %d: %w", y, err)
	}

	return from.Next()
}

// empty is the picture with the sizes of its planes alone.
func (l *Layout) empty() *planes.Image {
	made := &planes.Image{
		Model: l.Model, Width: l.Width, Height: l.Height, Planes: make([]planes.Plane, l.Model.Components()),
	}

	for i := range made.Planes {
		made.Planes[i] = planes.Plane{Width: l.Width, Height: l.Height}
	}

	return made
}

// Planes decodes all rows into planes of 8 bits: of samples of 16 bits the high byte.
// Alpha is nil where every pixel is opaque.
func Planes(ctx context.Context, layout Layout, from Rows) (*planes.Image, *planes.Plane, error) {
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

		translucent = translucent || layout.Alpha && !allOpaque(into.alpha)
	}

	if !translucent {
		return made, nil, nil
	}

	return made, &alpha, nil
}
