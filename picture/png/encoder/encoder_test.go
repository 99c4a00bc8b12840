package encoder

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// random returns an image of noise, gradients or flat areas.
func random(r *rand.Rand, kind string, width, height int) image.Image {
	fill := func(pix []byte, samples int, isOpaque bool) {
		smooth := r.IntN(3)

		for i := range pix {
			switch smooth {
			case 0:
				pix[i] = byte(r.Uint32())
			case 1:
				pix[i] = byte(i*3/width) + byte(r.Uint32()%3)
			default:
				pix[i] = byte(i / 500 * 77)
			}

			if isOpaque && i%samples == samples-1 {
				pix[i] = 255
			}
		}
	}

	// The image is a part of a larger one.
	bounds := image.Rect(2, 1, 2+width, 1+height)
	whole := image.Rect(0, 0, width+3, height+2)

	switch kind {
	case "gray":
		p := image.NewGray(whole)
		fill(p.Pix, 1, false)

		return p.SubImage(bounds)
	case "color":
		p := image.NewRGBA(whole)
		fill(p.Pix, 4, true)

		return p.SubImage(bounds)
	default:
		p := image.NewNRGBA(whole)
		fill(p.Pix, 4, false)

		return p.SubImage(bounds)
	}
}

var kinds = []string{"gray", "color", "alpha"}

// same compares the pixels of two images, and not their types.
func same(t testing.TB, got, want image.Image) {
	t.Helper()

	if got.Bounds().Size() != want.Bounds().Size() {
		t.Fatalf("got %v, want %v", got.Bounds(), want.Bounds())
	}

	from, to := want.Bounds().Min, got.Bounds().Min

	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			if a, b := got.At(to.X+x, to.Y+y), want.At(from.X+x, from.Y+y); a != b {
				r0, g0, b0, a0 := a.RGBA()
				r1, g1, b1, a1 := b.RGBA()

				if r0 != r1 || g0 != g1 || b0 != b1 || a0 != a1 {
					t.Fatalf("(%d, %d): got %v, want %v", x, y, a, b)
				}
			}
		}
	}
}

func TestEncode_pixels(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))

	for _, kind := range kinds {
		for _, width := range []int{1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 300} {
			for _, height := range []int{1, 2, 50} {
				want := random(r, kind, width, height)

				file, err := Encode(want, Options{})
				if err != nil {
					t.Fatal(err)
				}

				got, err := png.Decode(bytes.NewReader(file))
				if err != nil {
					t.Fatalf("%s, %d × %d: %v", kind, width, height, err)
				}

				same(t, got, want)
			}
		}
	}
}

// The file does not depend on the processor.
func TestEncode_plain(t *testing.T) {
	if !kernels {
		t.Skip("this processor has no kernels")
	}

	defer func() { kernels = true }()

	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		from := random(r, rapid.SampledFrom(kinds).Draw(rt, "kind"), rapid.IntRange(1, 200).Draw(rt, "width"), rapid.IntRange(1, 9).Draw(rt, "height"))

		kernels = true

		fast, err := Encode(from, Options{})
		if err != nil {
			rt.Fatal(err)
		}

		kernels = false

		plain, err := Encode(from, Options{})
		if err != nil {
			rt.Fatal(err)
		}

		if !bytes.Equal(fast, plain) {
			rt.Fatal("the files differ")
		}
	})
}

// The kernels and words of plain Go have the results of the formulas of 9.2, for all
// values of neighbors.
func TestRows_filter_formulas(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	given := kernels

	defer func() { kernels = given }()

	for _, kernels = range []bool{given, false} {
		for _, step := range []int{1, 3, 4} {
			for length := step; length < 300; length += step {
				made := newRows(length, step)

				for range 3 {
					row := made.next()[:length]
					for i := range row {
						row[i] = byte(r.Uint32())
						if r.IntN(3) == 0 {
							row[i] = []byte{0, 1, 127, 128, 255}[r.IntN(5)]
						}
					}

					kind, got := made.filter()

					want, best := formulas(made.row, made.above, step, length)
					if kind != best || !bytes.Equal(got, want[best]) {
						t.Fatalf("step %d, %d bytes: filter %d, want %d", step, length, kind, best)
					}

					for i := 1; i < filters; i++ {
						if !bytes.Equal(made.result(i), want[i]) {
							t.Fatalf("step %d, %d bytes: filter %d differs", step, length, i)
						}
					}
				}
			}
		}
	}
}

// formulas filters a row as 9.2 says, and returns the best filter.
func formulas(row, above []byte, step, length int) (results [filters][]byte, best byte) {
	var sums [filters]int

	for i := range length {
		x, a, b, c := int(row[step+i]), int(row[i]), int(above[step+i]), int(above[i])

		p := a + b - c
		nearest := c

		for _, candidate := range []int{c, b, a} {
			if distance(p, candidate) <= distance(p, nearest) {
				nearest = candidate
			}
		}

		for kind, predicted := range []int{0, a, b, (a + b) / 2, nearest} {
			value := byte(x - predicted)
			results[kind] = append(results[kind], value)
			sums[kind] += distance(int(int8(value)), 0)
		}
	}

	best = up

	for _, kind := range []byte{paeth, none, sub, average} {
		if sums[kind] < sums[best] {
			best = kind
		}
	}

	return results, best
}

func distance(a, b int) int { return max(a-b, b-a) }

func TestEncode_errors(t *testing.T) {
	for _, pixels := range []image.Image{image.NewGray16(image.Rect(0, 0, 1, 1)), image.NewGray(image.Rect(0, 0, 0, 5))} {
		if _, err := Encode(pixels, Options{}); err == nil {
			t.Errorf("%T of %v: no error", pixels, pixels.Bounds())
		}
	}
}
