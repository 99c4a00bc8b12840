package gif

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"

	"triptych/picture/failure"
)

// Image is an image of a file (sections 20 to 22).
type Image struct {
	Bounds     image.Rectangle // on the canvas
	Interlaced bool
	Control    Control
	Colors     []byte // its own color table or the global one, three bytes per entry
	CodeBits   int    // the first code size of LZW, as stored in the file
	Data       []byte // sub-blocks, each after its length
	Complete   bool   // whether the sub-blocks have their terminator
}

// Describe reads an image descriptor, which follows its separator (section 20).
func (i *Image) Describe(descriptor []byte) {
	const (
		topAt, widthAt, heightAt, fieldsAt = 2, 4, 6, 8

		interlaced = 1 << 6
	)

	at := func(offset int) int { return int(binary.LittleEndian.Uint16(descriptor[offset:])) }

	i.Bounds = image.Rect(0, 0, at(widthAt), at(heightAt)).Add(image.Pt(at(0), at(topAt)))
	i.Interlaced = descriptor[fieldsAt]&interlaced != 0
}

// verdict is the result of reading the data of an image.
type verdict struct {
	missing int  // pixels
	broken  bool // a code that is not in the table came before the last pixel
	excess  bool // codes for more pixels follow
}

// expand passes the codes of the image to an expander.
func (i *Image) expand(ctx context.Context, e *expander) (verdict, error) {
	rest, at := i.Data, 0

	for at < len(rest) && rest[at] != 0 {
		if err := ctx.Err(); err != nil {
			return verdict{}, fmt.Errorf("decode GIF: %w", err)
		}

		begin := at + 1
		end := min(begin+int(rest[at]), len(rest))

		if _, result := e.take(rest[begin:end]); result != unfinished {
			e.flush()

			return verdict{missing: e.left, broken: result == broken && e.left > 0}, nil
		}

		at = end
	}

	e.flush()

	return verdict{missing: e.left}, nil
}

// expander returns an expander for the pixels of the image, or nil if its code size is
// invalid.
func (i *Image) expander() *expander {
	if i.CodeBits < 1 || i.CodeBits > maxPixelBits {
		return nil
	}

	return newExpander(i.CodeBits, i.Bounds.Dx()*i.Bounds.Dy())
}

// fault returns the reason why an image cannot be shown, or nil.
func (i *Image) fault(found verdict, whole bool) error {
	pixels := i.Bounds.Dx() * i.Bounds.Dy()

	switch {
	case found.broken:
		return corrupt("a code that is not in the table, after %d of %d pixels", pixels-found.missing, pixels)
	case found.missing > 0 && !i.Complete:
		return failure.New(failure.Truncated, "GIF: the file ends after %d of %d pixels", pixels-found.missing, pixels)
	case found.missing == pixels, found.missing > 0 && whole:
		return corrupt("only %d of %d pixels", pixels-found.missing, pixels)
	default:
		return nil
	}
}

// Decode decodes the image as the first frame of a file, on a canvas that contains it.
// The errors are failure.Truncated and failure.Corrupt, or wrap the error of ctx.
func (i *Image) Decode(ctx context.Context, canvas image.Point) (Frame, error) {
	return i.decode(ctx, canvas, false)
}

// decode decodes the image. If whole is set, an incomplete image is an error.
func (i *Image) decode(ctx context.Context, canvas image.Point, whole bool) (Frame, error) {
	e := i.expander()
	if e == nil {
		return Frame{}, corrupt("codes of %d bits", i.CodeBits)
	}

	made := image.NewPaletted(i.Bounds.Intersect(image.Rectangle{Max: canvas}), i.palette())
	rows := &placement{bounds: i.Bounds, interlaced: i.Interlaced, into: made}
	e.fill(i.Bounds.Dx(), rows.put)

	found, err := i.expand(ctx, e)
	if err == nil {
		err = i.fault(found, whole)
	}

	if err != nil {
		return Frame{}, err
	}

	frame := Frame{Pixels: made, Delay: i.Control.Delay, Disposal: i.Control.Disposal}

	if found.missing > 0 {
		frame.Pixels = i.clearMissing(made, rows)
	}

	return frame, nil
}

// clearMissing makes the missing pixels transparent.
func (i *Image) clearMissing(made *image.Paletted, rows *placement) image.Image {
	if index := i.freeIndex(rows); index >= 0 {
		made.Palette[index] = color.NRGBA{}

		rows.missing(func(row []byte, _ image.Point) {
			for x := range row {
				row[x] = byte(index) //nolint:gosec // One of 256.
			}
		})

		return made
	}

	laid := image.NewNRGBA(made.Rect)

	for y := made.Rect.Min.Y; y < made.Rect.Max.Y; y++ {
		for x := made.Rect.Min.X; x < made.Rect.Max.X; x++ {
			laid.Set(x, y, made.At(x, y))
		}
	}

	rows.missing(func(row []byte, at image.Point) {
		clear(laid.Pix[laid.PixOffset(at.X, at.Y):][:4*len(row)])
	})

	return laid
}

// freeIndex returns the transparent index, or an index that no pixel has. It returns −1
// if all are used.
func (i *Image) freeIndex(rows *placement) int {
	if i.Control.Transparent >= 0 {
		return i.Control.Transparent
	}

	var taken [entries]bool

	// The missing pixels are still 0.
	rows.each(func(row []byte) {
		for _, pixel := range row {
			taken[pixel] = true
		}
	})

	for index, used := range taken {
		if !used {
			return index
		}
	}

	return -1
}

// entries is the maximum number of colors of an image.
const entries = 256

// palette has a color for each possible pixel.
func (i *Image) palette() color.Palette {
	colors := make(color.Palette, entries)

	for index := range colors {
		shade := color.NRGBA{A: 255}
		if at := entryBytes * index; at < len(i.Colors) {
			shade.R, shade.G, shade.B = i.Colors[at], i.Colors[at+1], i.Colors[at+2]
		}

		if index == i.Control.Transparent {
			shade = color.NRGBA{}
		}

		colors[index] = shade
	}

	return colors
}
