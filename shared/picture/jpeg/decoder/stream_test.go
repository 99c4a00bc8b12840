package decoder

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/shared/picture/planes"
)

// collector puts the rows that it is given together. It wants to see rows again
// that are up to lag above the last.
type collector struct {
	picture *planes.Image
	region  image.Rectangle
	lag     int
	ready   []int
	fault   string
}

func (c *collector) Begin(picture *planes.Image, region image.Rectangle) {
	c.picture, c.region, c.ready = picture, region, make([]int, len(picture.Planes))

	for i, p := range picture.Planes {
		picture.Planes[i] = planes.New(p.Width, p.Height)
	}
}

func (c *collector) Take(rows []planes.Window) {
	for i := range rows {
		window := &rows[i]
		if window.Top > c.Needs(i) {
			c.fault = fmt.Sprintf("plane %d: rows from %d, want them from %d", i, window.Top, c.Needs(i))
		}

		c.ready[i] = window.Top + window.Height
		for y := window.Top; y < c.ready[i]; y++ {
			copy(c.picture.Planes[i].Row(y), window.Row(y-window.Top))
		}
	}
}

func (c *collector) Needs(plane int) int { return max(c.ready[plane]-c.lag, 0) }

// The rows that a sink is given are the picture's.
func TestSinksAreGivenThePicture(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	streamed, tries := 0, 6

	if testing.Short() {
		tries = 3
	}

	for name, factors := range samplings {
		for kind, coding := range map[string]coding{"sequential": sequential, "separate": separate, "progressive": progressive} {
			for try := range tries {
				width, height := 1+random.IntN(90), 1+random.IntN(200)
				file := randomDrawing(random, width, height, random.Float64(), factors...).encode(random, coding.of(len(factors), try%3*random.IntN(9)))
				options := Options{Scale: 1 << random.IntN(4), Threads: 1 + random.IntN(2)}

				if try > tries/2 {
					x, y := random.IntN(width), random.IntN(height)
					options.Region = image.Rect(x, y, x+1+random.IntN(40), y+1+random.IntN(30))
				}

				want, region, err := Decode(context.Background(), file, options)
				if err != nil {
					t.Fatal(err)
				}

				sink := &collector{lag: random.IntN(60)}
				options.Sink = sink

				if _, _, err = Decode(context.Background(), file, options); err != nil {
					t.Fatal(err)
				}

				if sink.picture == nil {
					continue
				}

				streamed++

				for i := range want.Planes {
					plane := planes.New(want.Planes[i].Width, want.Planes[i].Height)
					for y := range plane.Height {
						copy(plane.Row(y), want.Planes[i].Row(y))
					}

					want.Planes[i] = plane
				}

				if diff := cmp.Diff(want, sink.picture); diff != "" || sink.region != region || sink.fault != "" {
					t.Errorf("%s, %s, %d × %d, %+v: another picture, %v, want %v; %s", name, kind, width, height, options, sink.region, region, sink.fault)
				}
			}
		}
	}

	// Sequential files with a scan of all components, but for inks and odd factors.
	if streamed < 3*tries {
		t.Errorf("only %d were streamed", streamed)
	}
}
