// Package gif decodes GIF files (GIF89a specification; the section numbers in this
// package are its) as browsers do: it accepts what many encoders get wrong.
//
// # Policy
//
// The canvas is the logical screen, or larger where the first frame reaches beyond
// it. Later frames are clipped to the canvas. Pixels that no frame covers are
// transparent, whatever background color the file names.
//
// The first frame is the first image that has an area. If its data ends early, in a
// chain of sub-blocks that is complete, then the missing pixels are transparent. If the
// file ends before the pixels do, it is truncated; if the data has a code that is not
// in the table, it is corrupt. Data behind the last pixel is ignored, and so is a
// missing end code or trailer.
//
// A later frame that is damaged or incomplete ends the animation before it.
//
// A pixel without an entry in its color table is opaque black. The transparent index
// applies first. The last graphic control before an image applies to it, even if a text
// stands between them, which no browser shows.
//
// # Memory
//
// One frame is held, a byte for a pixel, clipped to the canvas; four bytes for a pixel
// only where pixels are missing and all 256 colors are in use.
package gif

import (
	"context"
	"image"
	"io"

	"triptych/picture/failure"
)

// Frame is a decoded image of a file, and how it is shown.
type Frame struct {
	// Pixels are an *image.Paletted, or an *image.NRGBA where pixels are missing and no
	// index is free for them. Its bounds are on the canvas and may be empty.
	Pixels image.Image
	// Delay is in hundredths of a second (section 23).
	Delay int
	// Disposal says what becomes of the frame before the next one (section 23).
	Disposal byte
}

// The disposal methods after which the canvas changes (section 23).
const (
	DisposalBackground = 2
	DisposalPrevious   = 3
)

// Decoder decodes the frames of a file one after the other.
type Decoder struct {
	// Canvas is the size of the picture.
	Canvas image.Point

	blocks *blocks
	first  *Image // nil once it was decoded
	ended  bool
}

// NewDecoder reads the file as far as the first frame's pixels. Errors are
// failure.Truncated and failure.Corrupt.
func NewDecoder(file []byte) (*Decoder, error) {
	blocks, err := newBlocks(file)
	if err != nil {
		return nil, err
	}

	first, err := blocks.next()
	if err != nil {
		return nil, err
	}

	return &Decoder{Canvas: Canvas(blocks.screen, first.Bounds), blocks: blocks, first: first}, nil
}

// Canvas is the size of the canvas for a logical screen and the bounds of the first
// frame.
func Canvas(screen image.Point, first image.Rectangle) image.Point {
	return image.Pt(max(screen.X, first.Max.X), max(screen.Y, first.Max.Y))
}

// Next decodes the next frame. The error is io.EOF after the last one, failure.Truncated
// or failure.Corrupt for the first, or wraps ctx's.
func (d *Decoder) Next(ctx context.Context) (Frame, error) {
	if d.ended {
		return Frame{}, io.EOF
	}

	if d.first != nil {
		first := d.first
		d.first = nil

		return first.Decode(ctx, d.Canvas)
	}

	later, err := d.blocks.next()
	if err == nil {
		var frame Frame

		if frame, err = later.decode(ctx, d.Canvas, true); err == nil {
			return frame, nil
		}
	}

	if ctx.Err() != nil {
		return Frame{}, err
	}

	d.ended = true

	return Frame{}, io.EOF
}

// Loops is how often an animation is repeated after the first time: 0 is forever, and
// −1 is never, which a file means that says nothing.
func (d *Decoder) Loops() int {
	whole, err := newBlocks(d.blocks.file)
	for err == nil {
		_, err = whole.next()
	}

	return whole.loops
}

// corrupt is the fault of an image that breaks a rule.
func corrupt(detail string, args ...any) error {
	return failure.New(failure.Corrupt, "GIF: "+detail, args...)
}

// truncated is the fault of a file that ends before its first picture does.
func truncated(offset int) error {
	return failure.New(failure.Truncated, "GIF: the file ends at byte %d, pixels are missing", offset)
}
