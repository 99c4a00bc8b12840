package placeholder

import (
	"image"
	"math"
)

// Channels of a ThumbHash: lightness, yellow against blue, red against green, and
// alpha.
const (
	light = iota
	yellowBlue
	redGreen
	alpha
	channels
)

// The number of frequencies of a channel along a side. For lightness it is proportional
// to the sides. Its maximum is lower if there is alpha. The format cannot encode less
// than shortest.
const (
	longest          = 7
	longestWithAlpha = 5
	shortest         = 3
	ofColor          = 3
	ofAlpha          = 5
)

// thumbHash encodes an image. The layout, in bits from the lowest:
//
//	6 mean of lightness    6 mean of yellow–blue    6 mean of red–green
//	5 scale of lightness   1 whether there is alpha
//	3 lightness' frequencies along the shorter side
//	6 scale of yellow–blue   6 scale of red–green   1 whether it is landscape
//	with alpha: 4 its mean   4 its scale
//	then 4 for each amplitude: of lightness, yellow–blue, red–green, alpha
func thumbHash(pixels *image.NRGBA) []byte {
	size := pixels.Rect.Size()
	if size.X < 1 || size.Y < 1 {
		return nil
	}

	planes, transparent := separate(pixels)
	longestHere := longest

	if transparent {
		longestHere = longestWithAlpha
	}

	landscape := size.X > size.Y
	across, down := frequencies(size.X, size, longestHere), frequencies(size.Y, size, longestHere)

	waves := newCosines(size)
	l := waves.amplitudes(planes[light], max(shortest, across), max(shortest, down))
	p := waves.amplitudes(planes[yellowBlue], ofColor, ofColor)
	q := waves.amplitudes(planes[redGreen], ofColor, ofColor)

	var into bits

	into.share(6, l.mean)
	into.share(6, middle(p.mean))
	into.share(6, middle(q.mean))
	into.share(5, l.scale)
	into.flag(transparent)
	into.put(3, uint(min(across, down)))
	into.share(6, p.scale)
	into.share(6, q.scale)
	into.flag(landscape)

	all := []spectrum{l, p, q}

	if transparent {
		a := waves.amplitudes(planes[alpha], ofAlpha, ofAlpha)
		into.share(4, a.mean)
		into.share(4, a.scale)

		all = append(all, a)
	}

	for _, one := range all {
		for _, share := range one.shares() {
			into.share(4, share)
		}
	}

	return into.bytes
}

// frequencies returns the number of lightness frequencies along a side. The longer side
// has the maximum.
func frequencies(side int, size image.Point, most int) int {
	return max(1, int(math.Round(float64(most*side)/float64(max(size.X, size.Y)))))
}

// separate splits an image into channels, each in the range 0 to 1 or −1 to 1.
// Transparent pixels are filled with the mean color, which needs the fewest bits. It also
// reports whether any pixel is transparent.
func separate(pixels *image.NRGBA) (planes [channels][]float64, transparent bool) {
	size := pixels.Rect.Size()
	mean, transparent := meanColor(pixels)

	for i := range planes {
		planes[i] = make([]float64, size.X*size.Y)
	}

	for y := range size.Y {
		row := pixels.Pix[y*pixels.Stride : y*pixels.Stride+4*size.X]

		for x := range size.X {
			pixel := row[4*x : 4*x+4 : 4*x+4]
			shows := float64(pixel[3]) / full

			r := mean[0]*(1-shows) + shows*float64(pixel[0])/full
			g := mean[1]*(1-shows) + shows*float64(pixel[1])/full
			b := mean[2]*(1-shows) + shows*float64(pixel[2])/full

			i := y*size.X + x
			planes[light][i] = (r + g + b) / 3 // The mean of the three.
			planes[yellowBlue][i] = (r+g)/2 - b
			planes[redGreen][i] = r - g
			planes[alpha][i] = shows
		}
	}

	return planes, transparent
}

// full is the largest sample.
const full = 255

// meanColor returns the mean color of the visible pixels, in the range 0 to 1. It is
// black if no pixel is visible.
func meanColor(pixels *image.NRGBA) (mean [3]float64, transparent bool) {
	size := pixels.Rect.Size()

	var (
		sums  [3]int
		shown int
	)

	for y := range size.Y {
		row := pixels.Pix[y*pixels.Stride : y*pixels.Stride+4*size.X]

		for x := range size.X {
			pixel := row[4*x : 4*x+4 : 4*x+4]
			weight := int(pixel[3])
			shown += weight

			for c := range sums {
				sums[c] += weight * int(pixel[c])
			}
		}
	}

	for c := range sums {
		mean[c] = float64(sums[c]) / float64(max(1, shown)) / full
	}

	return mean, shown < full*size.X*size.Y
}
