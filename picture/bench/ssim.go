package main

// ssim returns the similarity of two images of the same size, 1 if they are equal: Wang
// and others, “Image quality assessment: from error visibility to structural similarity”
// (2004), over windows of 8 × 8, every four pixels. An image that is smaller than a
// window is one window.
func ssim(a, b grid) float64 {
	const side, step = 8, 4

	var (
		sum   float64
		count int
	)

	for y := 0; y == 0 || y+side <= a.height; y += step {
		for x := 0; x == 0 || x+side <= a.width; x += step {
			sum += alike(a, b, x, y, min(side, a.width), min(side, a.height))
			count++
		}
	}

	return sum / float64(count)
}

// alike is equation 13 for one window.
func alike(a, b grid, left, top, width, height int) float64 {
	const (
		range8 = 255
		c1     = 0.01 * range8 * 0.01 * range8
		c2     = 0.03 * range8 * 0.03 * range8
	)

	var sumA, sumB, sumAA, sumBB, sumAB float64

	for y := top; y < top+height; y++ {
		for x := left; x < left+width; x++ {
			p, q := a.values[y*a.width+x], b.values[y*b.width+x]
			sumA, sumB = sumA+p, sumB+q
			sumAA, sumBB, sumAB = sumAA+p*p, sumBB+q*q, sumAB+p*q
		}
	}

	n := float64(width * height)
	meanA, meanB := sumA/n, sumB/n
	varA, varB, both := sumAA/n-meanA*meanA, sumBB/n-meanB*meanB, sumAB/n-meanA*meanB

	return (2*meanA*meanB + c1) * (2*both + c2) / ((meanA*meanA + meanB*meanB + c1) * (varA + varB + c2))
}
