package placeholder

import (
	"fmt"
	"image"
)

// levels is the number of steps of red, green and blue in the histogram.
const levels = 16

// bin counts pixels, weighted by their alpha.
type bin struct {
	weight  int
	r, g, b int // weighted sums
}

func (b *bin) add(other bin) {
	b.weight += other.weight
	b.r += other.r
	b.g += other.g
	b.b += other.b
}

// dominant returns the color to which most of an image is similar, as "#rrggbb".
//
// Pixels are counted in a cube of 16 × 16 × 16 colors. The largest sum of a bin and all
// of its neighbors wins. Neighbors count because the colors of one object vary with its
// light. Otherwise an edge between bins could split one object. The result is the mean of
// the pixels in these bins. A mean of all pixels would be a color that is not in the
// image, such as for an image of grass and sky. For an image of one color, the result is
// exactly that color. For a fully transparent image it is white, as if the image were
// drawn on white.
func dominant(pixels *image.NRGBA) string {
	counted := histogram(pixels)
	fullest, most := [3]int{}, 0

	for r := range levels {
		for g := range levels {
			for b := range levels {
				if counted.at(r, g, b).weight == 0 {
					continue
				}

				// If two are equal, the first wins, so that the result is deterministic.
				if here := counted.around(r, g, b).weight; here > most {
					fullest, most = [3]int{r, g, b}, here
				}
			}
		}
	}

	best := counted.around(fullest[0], fullest[1], fullest[2])
	if best.weight == 0 {
		return "#ffffff"
	}

	mean := func(sum int) int { return (2*sum + best.weight) / (2 * best.weight) }

	return fmt.Sprintf("#%02x%02x%02x", mean(best.r), mean(best.g), mean(best.b))
}

// cube is a histogram of colors.
type cube [levels * levels * levels]bin

func (c *cube) at(r, g, b int) *bin { return &c[(r*levels+g)*levels+b] }

// around sums a bin and its neighbors, up to 26.
func (c *cube) around(r, g, b int) bin {
	var sum bin

	for red := max(0, r-1); red <= min(levels-1, r+1); red++ {
		for green := max(0, g-1); green <= min(levels-1, g+1); green++ {
			for blue := max(0, b-1); blue <= min(levels-1, b+1); blue++ {
				sum.add(*c.at(red, green, blue))
			}
		}
	}

	return sum
}

func histogram(pixels *image.NRGBA) *cube {
	const step = 256 / levels

	var (
		counted cube
		size    = pixels.Rect.Size()
	)

	for y := range size.Y {
		row := pixels.Pix[y*pixels.Stride : y*pixels.Stride+4*size.X]

		for x := range size.X {
			pixel := row[4*x : 4*x+4 : 4*x+4]
			r, g, b, weight := int(pixel[0]), int(pixel[1]), int(pixel[2]), int(pixel[3])

			counted.at(r/step, g/step, b/step).add(bin{weight, weight * r, weight * g, weight * b})
		}
	}

	return &counted
}
