package picture

import (
	"bytes"
	"context"
	"fmt"

	"triptych/picture/failure"
	"triptych/picture/jpeg/decoder"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/png"
	"triptych/picture/resize"
)

// open reads the properties and the profile of an image.
func open(data []byte) (original, error) {
	file, size := bytes.NewReader(data), int64(len(data))

	info, err := metadata.Inspect(file, size)
	if err != nil {
		return original{}, fmt.Errorf("open the image: %w", err)
	}

	profile, err := metadata.Profile(file, size)
	if err != nil {
		return original{}, fmt.Errorf("read the color profile: %w", err)
	}

	return original{data: data, info: info, profile: profile}, nil
}

// decode decodes the parts of an image that plans need.
func (o original) decode(ctx context.Context, plans []plan) (*decoded, error) {
	return codecs[o.info.Format].decode(o, ctx, plans)
}

// decodeJPEG decodes for each plan the part that it needs, at the plan's scale, all in
// one pass. It makes the frames during decoding.
func (o original) decodeJPEG(ctx context.Context, plans []plan) (*decoded, error) {
	header, err := decoder.ReadHeader(o.data)
	if err != nil {
		return nil, err
	}

	if err := o.matches(header.Width, header.Height); err != nil {
		return nil, err
	}

	c := colorsOf(o.profile, header.Model, plans)
	made := newLanes(plans, func(p *plan) resize.Options { return resizing(o.info, c, p) })
	targets, need := make([]decoder.Target, len(plans)), int64(0)

	for i := range plans {
		need += header.Memory(plans[i].scale)
		targets[i] = decoder.Target{Scale: plans[i].scale, Region: plans[i].region(), Sink: made[i]}
	}

	if err := affordable(o.info, need); err != nil {
		return nil, err
	}

	options := decoder.Options{Threads: threadsFor(o.info), MaxPixels: maxDecodedBytes}
	if err := decoder.Decode(ctx, o.data, options, targets...); err != nil {
		return nil, err
	}

	return &decoded{original: o, colors: c, frames: made}, nil
}

// decodePNG decodes the whole image, because a part needs everything above it and to its
// left. It makes the frames during decoding if possible.
func (o original) decodePNG(ctx context.Context, plans []plan) (*decoded, error) {
	deliver := deliveryFor(plans)
	options := png.Options{MaxBytes: maxDecodedBytes, Threads: threadsFor(o.info), Premultiplied: deliver.premultiplied}
	options.Colors, o.profile = colorsOfPNG(o.profile, o.info.Coding)

	made := o.lanes(plans)
	if deliver.rows {
		options.Sink = made.sink(deliver)
	}

	picture, alpha, err := png.Decode(ctx, o.data, options)
	if err != nil {
		return nil, err
	}

	if err := o.matches(picture.Width, picture.Height); err != nil {
		return nil, err
	}

	if deliver.rows {
		return &decoded{original: o, colors: colorsOf(o.profile, picture.Model, plans), frames: made}, nil
	}

	return o.hold(picture, alpha, deliver, plans)
}

// decodeWholeGIF decodes the first image of a GIF, and holds it in pixels.
func (o original) decodeWholeGIF(ctx context.Context, plans []plan) (*decoded, error) {
	need := decodedGIF(o.info)
	if err := affordable(o.info, need); err != nil {
		return nil, err
	}

	whole, err := decodeGIF(ctx, o.data, o.info)
	if err != nil {
		return nil, err
	}

	size := whole.Bounds().Size()
	if err := o.matches(size.X, size.Y); err != nil {
		return nil, err
	}

	collect(need)

	return &decoded{
		original: o, colors: colorsOf(o.profile, planes.RGB, plans),
		frames: &pixels{image: whole, orientation: o.info.Orientation},
	}, nil
}

// lanes returns the lanes of a decoder that delivers the same rows for all plans. Such
// decoders deliver no YCbCr. Therefore the options do not depend on the colors.
func (o original) lanes(plans []plan) lanes {
	return newLanes(plans, func(p *plan) resize.Options { return resizing(o.info, colors{}, p) })
}

// hold keeps a whole image in planes. If some plans scale and some do not, and there is
// alpha, it keeps the straight and the premultiplied colors.
func (o original) hold(picture *planes.Image, alpha *planes.Plane, as delivery, plans []plan) (*decoded, error) {
	c := colorsOf(o.profile, picture.Model, plans)
	made := &held{info: o.info, colors: c, alpha: alpha}

	switch {
	case alpha == nil, !as.premultiplied:
		made.straight = picture
	default:
		made.premultiplied = picture
	}

	if alpha != nil && as.mixed {
		each := int64(2*len(picture.Planes) + 1)
		if err := affordable(o.info, each*int64(picture.Width)*int64(picture.Height)); err != nil {
			return nil, err
		}

		made.premultiplied = picture.Premultiplied(*alpha)
	}

	return &decoded{original: o, colors: c, frames: made}, nil
}

// matches compares a decoder's size with the size in the file's header.
func (o original) matches(width, height int) error {
	if width == o.info.Width && height == o.info.Height {
		return nil
	}

	return failure.New(failure.Corrupt, "%d × %d pixels in the header, %d × %d decoded", o.info.Width, o.info.Height, width, height)
}
