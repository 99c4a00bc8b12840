package decoder

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"triptych/picture/planes"
)

// samplings has common sampling factors, and some that are rare but allowed.
var samplings = map[string][]Sampling{
	"gray":       {{1, 1}},
	"4:4:4":      {{1, 1}, {1, 1}, {1, 1}},
	"4:2:2":      {{2, 1}, {1, 1}, {1, 1}},
	"4:2:0":      {{2, 2}, {1, 1}, {1, 1}},
	"4:4:0":      {{1, 2}, {1, 1}, {1, 1}},
	"4:1:1":      {{4, 1}, {1, 1}, {1, 1}},
	"4:1:0":      {{4, 2}, {1, 1}, {1, 1}},
	"thirds":     {{3, 1}, {1, 1}, {1, 1}},
	"two thirds": {{3, 2}, {2, 1}, {1, 1}},
	"upside":     {{1, 1}, {2, 2}, {1, 2}},
	"CMYK":       {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
	"CMYK 4:2:0": {{2, 2}, {1, 1}, {1, 1}, {2, 2}},
}

// expect transforms the blocks of a component one by one.
func (d *drawing) expect(i, side int) planes.Plane {
	c := &d.components[i]
	plane := planes.New(c.size.X*side, c.size.Y*side)
	place := placements[side]

	for at := range c.blocks {
		var block coefficients

		last := 0

		for k, value := range c.blocks[at] {
			if p := place.of[k]; p != lastCoefficient || side == 8 {
				block[p] = int16(value)
			}

			if value != 0 {
				last = k
			}
		}

		x, y := at%c.size.X, at/c.size.X
		put(&block, place.quants(&c.table), last, side, plane.Pix[y*side*plane.Stride+x*side:], plane.Stride)
	}

	return plane
}

// Every coding of an image decodes to the same samples: at every scale, in part and as a
// whole, on one thread and on two, with and without vectors.
func TestDecode_allCodingsAgree(t *testing.T) {
	defer func(was bool) { vectorized = was }(vectorized)

	random := rand.New(rand.NewPCG(1, 2))

	for name, factors := range samplings {
		for kind, coding := range map[string]coding{"sequential": sequential, "separate": separate, "progressive": progressive} {
			for try := range 6 {
				// Two threads are used only if there are many rows.
				width, height := 1+random.IntN(90), 1+random.IntN(70)
				if try%3 == 2 {
					width, height = 1+random.IntN(20), 600
				}

				d := randomDrawing(random, width, height, random.Float64(), factors...)
				file := d.encode(random, coding.of(len(factors), try%3*random.IntN(9)))
				vectorized = try%2 == 0 && hasKernels()

				target, options := Target{Scale: 1 << random.IntN(4)}, Options{Threads: 1 + random.IntN(3)}
				if try > 2 {
					x, y := random.IntN(d.width), random.IntN(d.height)
					target.Region = image.Rect(x, y, x+1+random.IntN(40), y+1+random.IntN(30))
				}

				t.Run(fmt.Sprintf("%s/%s/%d×%d,%+v,%+v", name, kind, d.width, d.height, target, options), func(t *testing.T) {
					compare(t, d, file, target, options)
				})
			}
		}
	}
}

// The last samples are repeated if a component has more samples than its blocks provide.
// This is possible with sampling factors of 2 and 3: 9 pixels have 6 samples, which are
// one block. At an eighth of the size, 2 pixels have 2 samples, but the block yields only
// one.
func TestDecode_samplesAfterLastBlockRepeat(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 18))
	file := randomDrawing(random, 9, 9, 0.5, Sampling{3, 3}, Sampling{2, 2}, Sampling{1, 1}).encode(random, separate.of(3, 0))

	picture, _, err := decodeAll(context.Background(), file, Target{Scale: 8}, Options{})
	if err != nil {
		t.Fatal(err)
	}

	plane := &picture.Planes[1]
	if plane.Width != 2 || plane.Height != 2 {
		t.Fatalf("%d × %d", plane.Width, plane.Height)
	}

	for i := range 4 {
		if got, want := plane.Row(i / 2)[i%2], plane.Row(0)[0]; got != want {
			t.Errorf("sample %d is %d, the first %d", i, got, want)
		}
	}
}

func compare(t *testing.T, d *drawing, file []byte, target Target, options Options) {
	t.Helper()

	got, region, err := decodeAll(context.Background(), file, target, options)
	if err != nil {
		t.Fatal(err)
	}

	all := image.Rect(0, 0, d.width, d.height)
	if wanted := target.Region.Intersect(all); !wanted.In(region) || wanted.Empty() && region != all {
		t.Fatalf("region %v for %v", region, target.Region)
	}

	if got.Width != ceil(region.Dx(), target.Scale) || got.Height != ceil(region.Dy(), target.Scale) {
		t.Errorf("%d × %d for region %v", got.Width, got.Height, region)
	}

	side := 8 / target.Scale

	for i := range d.components {
		c, want, plane := &d.components[i], d.expect(i, side), &got.Planes[i]
		if got.Model == planes.CMYK {
			invert(want.Pix)
		}

		if plane.Width != ceil(got.Width*c.Across, d.across) || plane.Height != ceil(got.Height*c.Down, d.down) {
			t.Errorf("component %d: %d × %d", i, plane.Width, plane.Height)
		}

		dx, dy := region.Min.X/(8*d.across)*c.Across*side, region.Min.Y/(8*d.down)*c.Down*side

		// Compare only the blocks that every coding has. The columns and rows after them
		// are repeated, or belong to blocks that only some codings have.
		for y := range min(plane.Height, c.shown.Y*side-dy) {
			for x := range min(plane.Width, c.shown.X*side-dx) {
				if got, want := plane.Row(y)[x], want.Row(y + dy)[x+dx]; got != want {
					t.Fatalf("component %d at %d, %d: %d, want %d", i, x, y, got, want)
				}
			}
		}
	}
}
