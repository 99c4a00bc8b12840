package picture

import (
	"context"

	"triptych/picture/heif"
	"triptych/picture/icc"
	"triptych/picture/metadata"
	"triptych/picture/planes"
)

// decodeHEIF decodes a HEIC or an AVIF. It leaves no garbage, because the decoder's
// memory has already been returned to the system. The decoder of AVIF multiplies colors
// by alpha.
func (o original) decodeHEIF(ctx context.Context, plans []plan) (*decoded, error) {
	const least = 32 << 20 // The memory of a decoder for an image of a few pixels.

	options := heif.Options{MaxBytes: o.heifBytes()}
	if err := affordable(o.info, maxDecodedBytes+least-options.MaxBytes); err != nil {
		return nil, err
	}

	var (
		picture *planes.Image
		alpha   *planes.Plane
		err     error
	)

	if o.info.Format == metadata.HEIC {
		picture, err = heif.DecodeHEIC(ctx, o.data, o.info, options)
	} else {
		picture, alpha, err = heif.DecodeAVIF(ctx, o.data, o.info, options)
	}

	if err != nil {
		return nil, err
	}

	// The profile does not describe the pixels after tone mapping.
	if picture.Model != planes.Gray && (o.profile == nil || o.info.Coding.HDR()) {
		o.profile = icc.ForPrimaries(o.info.Coding.Primaries)
	}

	if err := o.matches(picture.Width, picture.Height); err != nil {
		return nil, err
	}

	return o.hold(picture, alpha, delivery{premultiplied: true}, plans)
}

// heifBytes returns the memory that a decoder may use. This is the whole budget, less the
// planes into which the result is converted while the result still exists, and less the
// file, of which the decoder has a copy. The need depends on the file: a HEIC of tiles,
// as phones write it, takes little more than one tile.
func (o original) heifBytes() int64 {
	each := int64(3) // Three planes, which may have the full size.
	if o.info.Format == metadata.AVIF {
		each++ // The alpha plane.
	}

	return max(0, maxDecodedBytes-int64(len(o.data))-each*int64(o.info.Width)*int64(o.info.Height))
}
