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
	pixels := int64(s.info.Width) * int64(s.info.Height)
	options := heif.Options{MaxBytes: maxDecodedBytes}

	if s.info.Format == metadata.HEIC {
		if err := affordable(s.info, heif.MemoryHEIC(pixels)); err != nil {
			return err
		}

		s.picture, err = heif.DecodeHEIC(ctx, data, s.info, options)
	} else {
		if err := affordable(s.info, heif.MemoryAVIF(pixels)); err != nil {
			return err
		}

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
