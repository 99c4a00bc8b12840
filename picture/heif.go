package picture

import (
	"context"

	"triptych/picture/heif"
	"triptych/picture/icc"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/resize"
)

// decodeHEIF decodes a HEIC or an AVIF. It leaves no garbage, because the decoder's
// memory has already been returned to the system.
func (s *source) decodeHEIF(ctx context.Context, data []byte) (err error) {
	const least = 32 << 20 // The memory of a decoder for an image of a few pixels.

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
		return err
	}

	// The profile does not describe the pixels after tone mapping.
	if s.picture.Model != planes.Grey && (s.profile == nil || s.info.Coding.HDR()) {
		s.profile = icc.ForPrimaries(s.info.Coding.Primaries)
	}

	return s.matches(s.picture.Width, s.picture.Height)
}

// heifBytes returns the memory that a decoder may use. This is the whole budget, less the
// planes into which the result is converted while the result still exists, and less the
// file, of which the decoder has a copy. The need depends on the file: a HEIC of tiles,
// as phones write it, takes little more than one tile.
func (s *source) heifBytes(file int64) int64 {
	each := int64(3) // Three planes, which may have the full size.
	if s.info.Format == metadata.AVIF {
		each++ // The alpha plane.
	}

	return max(0, maxDecodedBytes-file-each*int64(s.info.Width)*int64(s.info.Height))
}

// sampledFor returns the image that a plan resizes. If a HEIC is not scaled and only its
// chroma is upsampled, each chroma sample is repeated, as libheif does. A filter would
// ring at edges.
func (s *source) sampledFor(p *plan, options resize.Options) *planes.Image {
	sparse := len(s.picture.Planes) > 1 &&
		(s.picture.Planes[1].Width < s.picture.Width || s.picture.Planes[1].Height < s.picture.Height)
	if s.info.Format != metadata.HEIC || !sparse || !p.copies() || options.Sampling != resize.Sampling444 {
		return s.picture
	}

	dense := *s.picture
	dense.Planes = []planes.Plane{s.picture.Planes[0], doubled(s.picture, 1), doubled(s.picture, 2)}

	return &dense
}

// doubled returns a chroma plane with one sample per pixel.
func doubled(picture *planes.Image, index int) planes.Plane {
	sparse, made := &picture.Planes[index], planes.New(picture.Width, picture.Height)
	across, down := 0, 0

	if sparse.Width < picture.Width {
		across = 1
	}

	if sparse.Height < picture.Height {
		down = 1
	}

	for y := range made.Height {
		row, from := made.Row(y), sparse.Row(y>>down)
		for x := range row {
			row[x] = from[x>>across]
		}
	}

	return made
}
