package planes_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"triptych/picture/planes"
)

// collector assembles the rows that it receives. It asks again for rows that are up to
// lag rows above the last one.
type collector struct {
	shape planes.Shape
	made  []planes.Plane // alpha last
	lag   int
	ready int
	fault string
}

func (c *collector) Begin(shape planes.Shape) {
	c.shape = shape

	count := len(shape.Image.Planes)
	if shape.Alpha != planes.Opaque {
		count++
	}

	for range count {
		c.made = append(c.made, planes.New(shape.Image.Width, shape.Image.Height))
	}
}

func (c *collector) Take(rows []planes.Window) {
	for i, window := range rows {
		if window.Top > c.Needs(i) {
			c.fault = "rows are missing"
		}

		for y := range window.Height {
			copy(c.made[i].Row(window.Top+y), window.Row(y))
		}
	}

	c.ready = rows[0].Top + rows[0].Height
}

func (c *collector) Needs(int) int { return max(c.ready-c.lag, 0) }

// drawn returns an image of random colors and alpha.
func drawn(random *rand.Rand, width, height int) (*planes.Image, *planes.Plane) {
	picture := &planes.Image{Model: planes.RGB, Width: width, Height: height}
	for range 3 {
		picture.Planes = append(picture.Planes, planes.New(width, height))
	}

	alpha := planes.New(width, height)

	for _, plane := range append(picture.Planes[:3:3], alpha) {
		for i := range plane.Pix {
			plane.Pix[i] = byte(random.Uint32())
		}
	}

	for y := 0; y < height; y += 2 { // Every second row is opaque.
		copy(alpha.Row(y), bytes.Repeat([]byte{255}, width))
	}

	return picture, &alpha
}

// Multiplied passes on the same samples that Premultiplied returns, for any portions of
// rows. The original rows stay unchanged for other sinks.
func TestMultiplied(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 90).Draw(t, "height")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		picture, alpha := drawn(random, width, height)
		multiplied := &collector{lag: rapid.IntRange(0, 40).Draw(t, "lag")}
		original := &collector{lag: rapid.IntRange(0, 40).Draw(t, "lag of the other")}
		sink := planes.Tee{planes.Multiplied(multiplied), original}

		if rapid.Bool().Draw(t, "at once") {
			planes.Deliver(picture, alpha, planes.Straight, sink)
		} else {
			feed := planes.NewFeed(planes.Shape{Image: picture.Bare(), Alpha: planes.Straight}, sink, 1)

			for feed.Filled() < height {
				count := min(rapid.IntRange(1, 40).Draw(t, "count"), height-feed.Filled())
				feed.Reserve(count)

				for range count {
					for i := range picture.Planes {
						copy(feed.Row(i), picture.Planes[i].Row(feed.Filled()))
					}

					copy(feed.Row(len(picture.Planes)), alpha.Row(feed.Filled()))
					feed.Complete()
				}

				feed.Offer()
			}
		}

		if multiplied.shape.Alpha != planes.Premultiplied || original.shape.Alpha != planes.Straight {
			t.Fatalf("alpha %d and %d", multiplied.shape.Alpha, original.shape.Alpha)
		}

		want := picture.Premultiplied(*alpha)

		for i := range picture.Planes {
			if !bytes.Equal(multiplied.made[i].Pix, want.Planes[i].Pix) || !bytes.Equal(original.made[i].Pix, picture.Planes[i].Pix) {
				t.Fatalf("plane %d differs", i)
			}
		}

		if !bytes.Equal(multiplied.made[3].Pix, alpha.Pix) || !bytes.Equal(original.made[3].Pix, alpha.Pix) ||
			multiplied.fault != "" || original.fault != "" {
			t.Fatalf("alpha differs, or %q, %q", multiplied.fault, original.fault)
		}
	})
}

// Without alpha, or if the colors are multiplied already, the rows pass unchanged.
func TestMultiplied_nothingToDo(t *testing.T) {
	t.Parallel()

	picture, alpha := drawn(rand.New(rand.NewPCG(1, 2)), 5, 40)

	for _, kind := range []planes.Alpha{planes.Opaque, planes.Premultiplied} {
		sink := &collector{}
		planes.Deliver(picture, alpha, kind, planes.Multiplied(sink))

		for i := range picture.Planes {
			if sink.shape.Alpha != kind || !bytes.Equal(sink.made[i].Pix, picture.Planes[i].Pix) {
				t.Errorf("alpha %d: plane %d differs", kind, i)
			}
		}
	}
}
