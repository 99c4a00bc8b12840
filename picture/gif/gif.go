// Package gif decodes GIF files (GIF89a specification; section numbers in this package
// refer to it) as browsers do: it tolerates common errors of encoders.
//
// # Policy
//
// The canvas has the size of the logical screen. It is larger if the first frame extends
// beyond the screen. Later frames are clipped to the canvas. Pixels that no frame covers
// are transparent, for any background color in the file.
//
// The first frame is the first image with an area. If its data ends early, in a complete
// chain of sub-blocks, the missing pixels are transparent. If the file ends before the
// pixels do, it is truncated. If the data has a code that is not in the table, it is
// corrupt. Data after the last pixel is ignored, and so is a missing end code or trailer.
//
// A later frame that is damaged or incomplete ends the animation before that frame.
//
// A pixel without an entry in its color table is opaque black. The transparent index
// applies first. The last graphic control before an image applies to it, even if there is
// a text between them, which no browser shows.
//
// # Memory
//
// The decoder holds one frame, clipped to the canvas, with one byte per pixel. It needs
// four bytes per pixel only if pixels are missing and all 256 colors are in use.
package gif

import (
	"context"
	"image"
	"io"

	"triptych/picture/failure"
)

// Frame is a decoded image of a file, with its timing and disposal.
type Frame struct {
	// Pixels is an *image.Paletted, or an *image.NRGBA if pixels are missing and no index
	// is free for them. Its bounds are on the canvas and may be empty.
	Pixels image.Image
	// Delay is in hundredths of a second (section 23).
	Delay int
	// Disposal says how to treat the frame before the next one is drawn (section 23).
	Disposal byte
}

// The disposal methods that change the canvas (section 23).
const (
	DisposalBackground = 2
	DisposalPrevious   = 3
)

// Decoder decodes the frames of a file in order.
type Decoder struct {
	// Canvas is the size of the image.
	Canvas image.Point

	blocks *blocks
	first  *Image // nil after it was decoded
	ended  bool
}

// NewDecoder reads the file up to the pixels of the first frame. The errors are
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

// Canvas returns the size of the canvas for a logical screen and the bounds of the first
// frame.
func Canvas(screen image.Point, first image.Rectangle) image.Point {
	return image.Pt(max(screen.X, first.Max.X), max(screen.Y, first.Max.Y))
}

// Next decodes the next frame. The error is io.EOF after the last one, failure.Truncated
// or failure.Corrupt for the first one, or wraps the error of ctx.
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

// Loops is the number of repetitions of an animation after the first time: 0 means
// forever, −1 means never. It is −1 if the file does not say.
func (d *Decoder) Loops() int {
	whole, err := newBlocks(d.blocks.file)
	for err == nil {
		_, err = whole.next()
	}

	return whole.loops
}

// corrupt returns the error of an image that breaks a rule.
func corrupt(detail string, args ...any) error {
	return failure.New(failure.Corrupt, "GIF: "+detail, args...)
}

// truncated returns the error of a file that ends before its first image ends.
func truncated(offset int) error {
	return failure.New(failure.Truncated, "GIF: the file ends at byte %d, pixels are missing", offset).At(int64(offset))
}
