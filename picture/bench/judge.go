package main

import "triptych/picture/variant"

// judge knows what a photo's variants should look like.
type judge struct {
	photo  source
	whole  *grid // upright; decoded when first asked for
	ideals map[size][]grid
}

// shifts are where the middle may lie that a cover shows: engines cut at whole
// pixels, of the source or, to half a pixel, of what they scaled before, and are not
// worse pictures for it.
var shifts = []float64{0, -0.25, 0.25, -0.5, 0.5}

// size is a variant's, as some engine made it: they may round differently.
type size struct {
	fit           variant.Fit
	width, height int
}

// ssim compares a file with the ideal variant of its size.
func (j *judge) ssim(path string, want variant.Spec) (float64, error) {
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
