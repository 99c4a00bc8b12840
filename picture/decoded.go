package picture

import (
	"context"

	"triptych/picture/metadata"
	"triptych/picture/resize"
	"triptych/picture/variant"
)

// original is a file whose properties have been read.
type original struct {
	data    []byte
	info    metadata.Info
	profile []byte // ICC; nil if there is none
}

// decoded is an image whose pixels have been decoded for some plans.
type decoded struct {
	original

	colors colors
	frames frames
}

// frames has the decoded pixels for the plans. If the decoder delivers rows, each frame
// is resized during decoding (see [lanes]). If the whole image is held, each frame is
// resized by take (see [held] and [pixels]).
type frames interface {
	// take returns the frame for a plan, whose index is i. Each is taken at most once.
	take(i int, p *plan) frame
}

// variant makes the variant of a plan, whose index is i.
func (d *decoded) variant(ctx context.Context, i int, p *plan) (Output, error) {
	if err := ctx.Err(); err != nil {
		return Output{}, err
	}

	if p.moves {
		return d.animate(ctx, i, p)
	}

	return d.encode(ctx, d.frames.take(i, p), p.want)
}

// resizing returns the options for resizing an image for a plan.
func resizing(info metadata.Info, c colors, p *plan) resize.Options {
	options := resize.Options{Threads: threadsFor(info), Orientation: info.Orientation}
	if p.want.Format == variant.PNG || c.converts(p.want) {
		options.Sampling = resize.Sampling444
	}

	return options
}
