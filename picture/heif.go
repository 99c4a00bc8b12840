package picture

import (
	"context"

	"triptych/picture/heif"
	"triptych/picture/icc"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/resize"
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
		return err
	}

	// What was tone-mapped is no longer what its profile was for.
	if s.picture.Model != planes.Grey && (s.profile == nil || s.info.Coding.HDR()) {
		s.profile = icc.ForPrimaries(s.info.Coding.Primaries)
	}

	return s.matches(s.picture.Width, s.picture.Height)
}

// heifBytes is what a decoder may take: what there is, less the planes into which its
// result is converted while it is there still, and less the file, of which it has a copy.
// How much it needs depends on the file: a HEIC of tiles, as phones make them, takes
// little more than one of them.
func (s *source) heifBytes(file int64) int64 {
	each := int64(3) // Three planes that may have the full size.
	if s.info.Format == metadata.AVIF {
		each++ // Alpha.
	}

	return max(0, maxDecodedBytes-file-each*int64(s.info.Width)*int64(s.info.Height))
}

// sampledFor is the picture that a plan resizes. Where the pixels of a HEIC stay as they
// are and only its colors get more samples, each of those counts twice, as libheif shows
// it: the filter would ring at edges.
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

// doubled is a plane of colors with a sample for each pixel.
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
