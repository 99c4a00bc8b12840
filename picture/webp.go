package picture

import (
	"context"

	"triptych/picture/planes"
	"triptych/picture/resize"
	"triptych/picture/webp"
)

// decodeWebP decodes a static image, or the first frame of an animation on its canvas. It makes
// the frames during decoding if possible.
func (o original) decodeWebP(ctx context.Context, plans []plan) (*decoded, error) {
	first, err := webp.First(o.data)
	if err != nil {
		return nil, err
	}

	if err := o.matches(first.Canvas.X, first.Canvas.Y); err != nil {
		return nil, err
	}

	deliver := deliveryFor(plans)
	options := webp.DecodeOptions{MaxBytes: maxDecodedBytes, Premultiplied: deliver.premultiplied}
	c := colorsOf(o.profile, first.Model(), plans)

	if deliver.rows {
		made := newLanes(plans, func(p *plan) resize.Options { return resizing(o.info, c, p) })
		if err := first.Decode(ctx, made.sink(deliver), options); err != nil {
			return nil, err
		}

		return &decoded{original: o, colors: c, frames: made}, nil
	}

	if err := affordable(o.info, first.Bytes()); err != nil {
		return nil, err
	}

	var whole planes.Whole

	options.MaxBytes -= first.Bytes()
	if err := first.Decode(ctx, &whole, options); err != nil {
		return nil, err
	}

	return o.hold(whole.Image, whole.Alpha, deliver, plans)
}
