package picture

import (
	"context"

	"triptych/picture/heif"
	"triptych/picture/icc"
	"triptych/picture/planes"
	"triptych/picture/resize"
)

// decodeHEIC decodes a HEIC. It makes the frames during decoding.
func (o original) decodeHEIC(ctx context.Context, plans []plan) (*decoded, error) {
	file, err := heif.OpenHEIC(o.data, o.info)
	if err != nil {
		return nil, err
	}

	if err := o.matches(file.Width, file.Height); err != nil {
		return nil, err
	}

	o.profile = o.profileOfHEIF(file.Model)
	deliver, c := deliveryFor(plans), colorsOf(o.profile, file.Model, plans)
	made := newLanes(plans, func(p *plan) resize.Options { return resizing(o.info, c, p) })

	// Where chroma is only upsampled, its samples are repeated, as libheif does.
	for i := range made {
		made[i].repeats = plans[i].copies() && made[i].options.Sampling == resize.Sampling444
	}

	options := heif.Options{
		MaxBytes: maxDecodedBytes, Threads: threadsFor(o.info), Premultiplied: deliver.premultiplied,
	}
	if err := file.Decode(ctx, made.sink(deliver), options); err != nil {
		return nil, err
	}

	return &decoded{original: o, colors: c, frames: made}, nil
}

// decodeAVIF decodes an AVIF. It leaves no garbage, because the decoder's memory has
// already been returned to the system. The decoder multiplies colors by alpha.
func (o original) decodeAVIF(ctx context.Context, plans []plan) (*decoded, error) {
	const least = 32 << 20 // The memory of a decoder for an image of a few pixels.

	options := heif.Options{MaxBytes: o.avifBytes()}
	if err := affordable(o.info, maxDecodedBytes+least-options.MaxBytes); err != nil {
		return nil, err
	}

	picture, alpha, err := heif.DecodeAVIF(ctx, o.data, o.info, options)
	if err != nil {
		return nil, err
	}

	if err := o.matches(picture.Width, picture.Height); err != nil {
		return nil, err
	}

	o.profile = o.profileOfHEIF(picture.Model)

	return o.hold(picture, alpha, delivery{premultiplied: true}, plans)
}

// profileOfHEIF returns the profile of the decoded pixels. If the file has no profile, the
// primaries decide. Its own profile does not describe the pixels after tone mapping.
func (o original) profileOfHEIF(model planes.Model) []byte {
	if model != planes.Gray && (o.profile == nil || o.info.Coding.HDR()) {
		return icc.ForPrimaries(o.info.Coding.Primaries)
	}

	return o.profile
}

// avifBytes returns the memory that the decoder of AVIF may use. This is the whole budget,
// less the planes into which the result is converted while the result still exists, and
// less the file, of which the decoder has a copy.
func (o original) avifBytes() int64 {
	const each = 4 // Three planes and alpha.

	return max(0, maxDecodedBytes-int64(len(o.data))-each*int64(o.info.Width)*int64(o.info.Height))
}
