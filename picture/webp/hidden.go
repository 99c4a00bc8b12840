package webp

import "triptych/picture/planes"

// smoothed returns the image with other luma below transparent pixels: the mean of the
// visible pixels of the same block, so that the block takes fewer bits. The original image
// does not change.
func smoothed(picture *planes.Image, alpha *planes.Plane) *planes.Image {
	const side = 8

	luma := planes.New(picture.Width, picture.Height)
	for y := range luma.Height {
		copy(luma.Row(y), picture.Planes[0].Row(y))
	}

	for top := 0; top < luma.Height; top += side {
		for left := 0; left < luma.Width; left += side {
			smoothBlock(&luma, alpha, left, top, min(left+side, luma.Width), min(top+side, luma.Height))
		}
	}

	made := *picture
	made.Planes = append([]planes.Plane{luma}, picture.Planes[1:]...)

	return &made
}

func smoothBlock(luma, alpha *planes.Plane, left, top, right, bottom int) {
	sum, count := 0, 0

	for y := top; y < bottom; y++ {
		samples := luma.Row(y)[left:right]
		for x, a := range alpha.Row(y)[left:right] {
			if a != 0 {
				sum += int(samples[x])
				count++
			}
		}
	}

	if count == 0 || count == (right-left)*(bottom-top) {
		return
	}

	mean := byte((sum + count/2) / count) //nolint:gosec // The mean of bytes.

	for y := top; y < bottom; y++ {
		samples := luma.Row(y)[left:right]
		for x, a := range alpha.Row(y)[left:right] {
			if a == 0 {
				samples[x] = mean
			}
		}
	}
}
