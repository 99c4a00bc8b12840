package placeholder

import (
	"fmt"
	"image"
)

// levels is how many steps of each of red, green and blue the histogram has.
const levels = 16

// bin counts pixels, each as much as it can be seen.
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

// dominant is the color that most of a picture is near to, as "#rrggbb".
//
// Pixels are counted in a cube of 16 × 16 × 16 colors. The fullest place wins, and
// a place is a bin with all of its neighbours: colors of one thing vary with its
// light, and would else be counted apart wherever an edge between bins happens to
// lie between them. The answer is the mean of the pixels there, not of all, which
// for a picture of grass and sky would be a color that it does not have. It is the
// picture's own where it is flat. A picture in which nothing can be seen is white,
// as it is when laid on white.
func dominant(pixels *image.NRGBA) string {
	counted := histogram(pixels)
	fullest, most := [3]int{}, 0

	for r := range levels {
		for g := range levels {
			for b := range levels {
				if counted.at(r, g, b).weight == 0 {
					continue
				}

				// The first of two that are as full, so that there is one answer.
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

// around sums a bin and its neighbours, up to 26.
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
