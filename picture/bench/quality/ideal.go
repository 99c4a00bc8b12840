package main

import (
	"image"
	"math"

	"github.com/disintegration/imaging"
)

// turned returns an image upright, by its EXIF orientation.
func turned(img image.Image, orientation int) image.Image {
	switch orientation {
	case 2:
		return imaging.FlipH(img)
	case 3:
		return imaging.Rotate180(img)
	case 4:
		return imaging.FlipV(img)
	case 5:
		return imaging.Transpose(img)
	case 6:
		return imaging.Rotate270(img)
	case 7:
		return imaging.Transverse(img)
	case 8:
		return imaging.Rotate90(img)
	default:
		return img
	}
}

// ideal resizes an image by Lanczos 3 in float64: of the encoded values, or of amounts of
// light.
func ideal(whole *image.NRGBA, width, height int, linear bool) image.Image {
	box := whole.Bounds()

	var values [256]float64
	for i := range values {
		values[i] = float64(i)
		if linear {
			values[i] = 255 * expand(float64(i)/255)
		}
	}

	// The rows are resized first, so that little has to be held.
	across := make([][]float64, box.Dy())
	columns := taps(box.Dx(), width)
	row := make([]float64, 3*box.Dx())

	for y := range across {
		for x := range box.Dx() {
			pixel := whole.Pix[y*whole.Stride+4*x:]
			row[3*x], row[3*x+1], row[3*x+2] = values[pixel[0]], values[pixel[1]], values[pixel[2]]
		}

		across[y] = shrink(row, columns)
	}

	made := image.NewNRGBA(image.Rect(0, 0, width, height))

	for y, tap := range taps(box.Dy(), height) {
		sums := make([]float64, 3*width)

		for i, weight := range tap.weights {
			for x, value := range across[tap.first+i] {
				sums[x] += weight * value
			}
		}

		for x := range width {
			for c := range 3 {
				made.Pix[y*made.Stride+4*x+c] = level(sums[3*x+c], linear)
			}

			made.Pix[y*made.Stride+4*x+3] = 0xff
		}
	}

	return made
}

// shrink resizes a row of colors.
func shrink(row []float64, columns []tap) []float64 {
	made := make([]float64, 3*len(columns))

	for x, tap := range columns {
		for i, weight := range tap.weights {
			for c := range 3 {
				made[3*x+c] += weight * row[3*(tap.first+i)+c]
			}
		}
	}

	return made
}

func level(value float64, linear bool) uint8 {
	if linear {
		value = 255 * compress(min(max(value/255, 0), 1))
	}

	return uint8(math.Round(min(max(value, 0), 255)))
}

// expand undoes the gamma of sRGB, and compress applies it (IEC 61966-2-1, 5.2).
func expand(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}

	return math.Pow((v+0.055)/1.055, 2.4)
}

func compress(v float64) float64 {
	if v <= 0.0031308 {
		return 12.92 * v
	}

	return 1.055*math.Pow(v, 1/2.4) - 0.055
}

// tap has the weights of a sample of the result, from a first sample of the source on.
type tap struct {
	first   int
	weights []float64
}

// taps returns the weights for shrinking a side.
func taps(source, results int) []tap {
	const lobes = 3

	all := make([]tap, results)
	factor := float64(source) / float64(results)

	for i := range all {
		center := (float64(i)+0.5)*factor - 0.5
		reach := lobes * max(1, factor)
		all[i].first = max(0, int(math.Ceil(center-reach)))
		total := 0.0

		for at := all[i].first; at <= min(source-1, int(math.Floor(center+reach))); at++ {
			weight := 1.0
			if x := math.Abs(float64(at)-center) / max(1, factor); x > 0 {
				weight = lobes * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/lobes) / (math.Pi * math.Pi * x * x)
			}

			all[i].weights = append(all[i].weights, weight)
			total += weight
		}

		for at := range all[i].weights {
			all[i].weights[at] /= total
		}
	}

	return all
}
