package main

import "triptych/picture/variant"

// judge compares variants of a photo with ideal ones.
type judge struct {
	photo  source
	whole  *grid // upright; decoded on first use
	ideals map[size][]grid
}

// shifts are the allowed shifts of the crop of a variant with the fit cover, in pixels.
// Engines crop at whole pixels of the source, or of the scaled image. The two can differ
// by half a pixel, which makes neither image worse.
var shifts = []float64{0, -0.25, 0.25, -0.5, 0.5}

// size is the size of a variant. Engines may round it differently.
type size struct {
	fit           variant.Fit
	width, height int
}

// notCompared is the SSIM of animations.
const notCompared = 0

// ssim compares a file with the ideal variant of the same size.
func (j *judge) ssim(path string, want variant.Spec) (float64, error) {
	if j.photo.info.Frames > 1 && want.Format == variant.WebP {
		return notCompared, nil
	}

	got, err := decodeLuma(path)
	if err != nil {
		return 0, err
	}

	if j.whole == nil {
		whole, err := decodeLuma(j.photo.path)
		if err != nil {
			return 0, err
		}

		whole = whole.upright(j.photo.info.Orientation)
		j.whole, j.ideals = &whole, map[size][]grid{}
	}

	key := size{want.Fit, got.width, got.height}
	if j.ideals[key] == nil {
		for _, shift := range shifts {
			if shift == 0 || cuts(*j.whole, want) {
				j.ideals[key] = append(j.ideals[key], ideal(*j.whole, want, got.width, got.height, shift))
			}
		}
	}

	best := -1.0
	for _, wanted := range j.ideals[key] {
		best = max(best, ssim(got, wanted))
	}

	return best, nil
}
