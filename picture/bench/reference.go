package main

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // for image.Decode
	_ "image/jpeg" // for image.Decode
	_ "image/png"  // for image.Decode
	"math"
	"os"

	_ "golang.org/x/image/tiff" // for image.Decode
	_ "golang.org/x/image/webp" // for image.Decode

	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// grid is luma in float64, row by row.
type grid struct {
	width, height int
	values        []float64
}

func newGrid(width, height int) grid {
	return grid{width: width, height: height, values: make([]float64, width*height)}
}

// opaque16 is the largest alpha.
const opaque16 = 1<<16 - 1

// luma returns an image's luma on white. For a JPEG it is the first component, unchanged.
func luma(picture image.Image) grid {
	box := picture.Bounds()
	into := newGrid(box.Dx(), box.Dy())

	for y := range into.height {
		for x := range into.width {
			into.values[y*into.width+x] = lumaAt(picture, box.Min.X+x, box.Min.Y+y)
		}
	}

	return into
}

func lumaAt(picture image.Image, x, y int) float64 {
	switch picture := picture.(type) {
	case *image.YCbCr:
		return float64(picture.Y[picture.YOffset(x, y)])
	case *image.Gray:
		return float64(picture.GrayAt(x, y).Y)
	default:
		// ITU-R BT.601; RGBA returns 16 bits per sample, multiplied by alpha. What is missing to
		// opaque is white.
		r, g, b, a := picture.At(x, y).RGBA()

		return (0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b) + float64(opaque16-a)) / 257
	}
}

// decodeLuma decodes a file with the standard library and returns its luma.
func decodeLuma(path string) (grid, error) {
	data, err := os.ReadFile(path) //nolint:gosec // Our own, or the user's.
	if err != nil {
		return grid{}, fmt.Errorf("read: %w", err)
	}

	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return grid{}, fmt.Errorf("decode %s: %w", path, err)
	}

	return luma(picture), nil
}

// ideal shrinks an upright image to a size by Lanczos 3. An image with the fit cover is
// cropped by the same amount on both sides, also by fractions of a pixel. shift moves the
// crop, in pixels of the result.
func ideal(whole grid, want variant.Spec, width, height int, shift float64) grid {
	x, y := span{0, float64(whole.width)}, span{0, float64(whole.height)}

	if cuts(whole, want) {
		factor := min(x.length/float64(width), y.length/float64(height))
		x, y = x.middle(factor*float64(width), factor*shift), y.middle(factor*float64(height), factor*shift)
	}

	return shrink(shrink(whole, x, width).transposed(), y, height).transposed()
}

// cuts reports whether a variant is cropped.
func cuts(whole grid, want variant.Spec) bool {
	return want.Fit == variant.Cover && whole.width > want.Width && whole.height > want.Height
}

// span is a part of a row or a column.
type span struct{ begin, length float64 }

// middle returns the middle of a span with the given length, moved by shift as far as
// possible.
func (s span) middle(length, shift float64) span {
	room := (s.length - length) / 2

	return span{s.begin + room + max(-room, min(room, shift)), length}
}

// shrink scales the part of each row to the given width.
func shrink(from grid, part span, width int) grid {
	into := newGrid(width, from.height)
	firsts, weights := make([]int, width), make([][]float64, width)

	for x := range width {
		firsts[x], weights[x] = taps(part, from.width, width, x)
	}

	for y := range from.height {
		row := from.values[y*from.width : (y+1)*from.width]

		for x := range width {
			var sum float64
			for i, value := range row[firsts[x] : firsts[x]+len(weights[x])] {
				sum += weights[x][i] * value
			}

			into.values[y*width+x] = sum
		}
	}

	return into
}

// taps returns the weights of the source samples for sample x of a shrunk part, and the
// position of the first of them in a row.
func taps(part span, samples, width, x int) (first int, weights []float64) {
	const lobes = 3

	factor := part.length / float64(width)
	center := part.begin + (float64(x)+0.5)*factor - 0.5
	reach := lobes * max(1, factor)

	first = max(0, int(math.Ceil(center-reach)))
	last := min(samples-1, int(math.Floor(center+reach)))
	weights = make([]float64, last-first+1)

	var total float64

	for i := range weights {
		weights[i] = lanczos((float64(first+i) - center) / max(1, factor))
		total += weights[i]
	}

	for i := range weights {
		weights[i] /= total
	}

	return first, weights
}

// lanczos returns the Lanczos kernel with three lobes: sinc(x) × sinc(x/3).
func lanczos(x float64) float64 {
	const lobes = 3

	switch x = math.Abs(x); {
	case x == 0:
		return 1
	case x >= lobes:
		return 0
	default:
		return lobes * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/lobes) / (math.Pi * math.Pi * x * x)
	}
}

func (g grid) transposed() grid {
	into := newGrid(g.height, g.width)

	for y := range g.height {
		for x := range g.width {
			into.values[x*g.height+y] = g.values[y*g.width+x]
		}
	}

	return into
}

// mirrored swaps left and right.
func (g grid) mirrored() grid {
	into := newGrid(g.width, g.height)

	for y := range g.height {
		for x := range g.width {
			into.values[y*g.width+x] = g.values[y*g.width+g.width-1-x]
		}
	}

	return into
}

// flipped swaps top and bottom.
func (g grid) flipped() grid { return g.transposed().mirrored().transposed() }

// upright turns a stored image by its EXIF orientation. For orientations from 5 on, rows
// and columns are swapped first.
func (g grid) upright(orientation int) grid {
	if metadata.Transposed(orientation) {
		g = g.transposed()
	}

	switch orientation {
	case 2, 6:
		return g.mirrored()
	case 4, 8:
		return g.flipped()
	case 3, 7:
		return g.mirrored().flipped()
	default:
		return g
	}
}
