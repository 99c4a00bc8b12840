package picture

import (
	"context"

	"triptych/shared/metadata"
	"triptych/shared/picture/heif"
	"triptych/shared/picture/icc"
	"triptych/shared/picture/planes"
)

// decodeHEIF decodes a HEIC or an AVIF. Nothing of what the decoder held is garbage:
// its memory has gone back to the system.
func (s *source) decodeHEIF(ctx context.Context, data []byte) (err error) {
	const least = 32 << 20 // What a decoder takes for a picture of a few pixels.

	options := heif.Options{MaxBytes: s.heifBytes(int64(len(data)))}
	if err := affordable(s.info, maxDecodedBytes+least-options.MaxBytes); err != nil {
		return err
	}

	if s.info.Format == metadata.HEIC {
		s.picture, err = heif.DecodeHEIC(ctx, data, s.info, options)
	} else {
		s.picture, s.alpha, err = heif.DecodeAVIF(ctx, data, s.info, options)
		s.premultiplied = s.alpha != nil
	}

	if err != nil {
		return err //nolint:wrapcheck // A fault of the picture, or the context's.
	}

	if s.picture.Model != planes.Grey && s.profile == nil {
		s.profile = icc.ForPrimaries(s.info.Coding.Primaries)
	}

	return nil
}

// heifBytes is what a decoder may take: what there is, less the planes that are
// copied out of its memory while it is there still, and less the file, of which it
// has a copy. How much it needs depends on the file: a HEIC of tiles, as phones make
// them, takes half of what one takes that is a single piece.
func (s *source) heifBytes(file int64) int64 {
	each := int64(3) // Three planes that may have the full size.
	if s.info.Format == metadata.AVIF {
		each++ // Alpha.
	}

	return max(0, maxDecodedBytes-file-each*int64(s.info.Width)*int64(s.info.Height))
}
