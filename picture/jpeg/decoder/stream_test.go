package decoder

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/planes"
)

// decodeAll decodes a file for one target, and returns its image.
func decodeAll(ctx context.Context, file []byte, target Target, options Options) (*planes.Image, image.Rectangle, error) {
	var sink collector

	target.Sink = &sink
	if err := Decode(ctx, file, options, target); err != nil {
		return nil, image.Rectangle{}, err
	}

	return sink.picture, sink.region, nil
}

// collector assembles the rows that it receives into an image. It also requests again the
// last rows that it has received. lag is the number of these rows.
type collector struct {
	picture *planes.Image
	region  image.Rectangle
	lag     int
	ready   []int
	fault   string
}

func (c *collector) Begin(shape planes.Shape) {
	picture := *shape.Image
	picture.Planes = nil

	for _, p := range shape.Image.Planes {
		picture.Planes = append(picture.Planes, planes.New(p.Width, p.Height))
	}

	c.picture, c.region, c.ready = &picture, shape.Region, make([]int, len(picture.Planes))
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

// A sink receives the same rows, no matter how many earlier rows it requests again, and
// no matter which other targets the file has.
func TestDecode_targetsAreIndependent(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	tries := 6

	if testing.Short() {
		tries = 3
	}

	for name, factors := range samplings {
		for kind, coding := range map[string]coding{"sequential": sequential, "separate": separate, "progressive": progressive} {
			for try := range tries {
				width, height := 1+random.IntN(90), 1+random.IntN(200)
				file := randomDrawing(random, width, height, random.Float64(), factors...).encode(random, coding.of(len(factors), try%3*random.IntN(9)))
				options := Options{Threads: 1 + random.IntN(2)}
				targets, sinks := randomTargets(random, width, height)

				if err := Decode(context.Background(), file, options, targets...); err != nil {
					t.Fatal(err)
				}

				for i, sink := range sinks {
					want, region, err := decodeAll(context.Background(), file, targets[i], Options{})
					if err != nil {
						t.Fatal(err)
					}

					if diff := cmp.Diff(want, sink.picture); diff != "" || sink.region != region || sink.fault != "" {
						t.Errorf("%s, %s, %d × %d, %+v of %d: a different image, %v, want %v; %s",
							name, kind, width, height, targets[i], len(targets), sink.region, region, sink.fault)
					}
				}
			}
		}
	}
}

// randomTargets returns one to four targets of any scale. About half of them have a
// region.
func randomTargets(random *rand.Rand, width, height int) (targets []Target, sinks []*collector) {
	for range 1 + random.IntN(4) {
		sink := &collector{lag: random.IntN(60)}
		target := Target{Scale: 1 << random.IntN(4), Sink: sink}

		if random.IntN(2) == 0 {
			x, y := random.IntN(width), random.IntN(height)
			target.Region = image.Rect(x, y, x+1+random.IntN(40), y+1+random.IntN(30))
		}

		targets, sinks = append(targets, target), append(sinks, sink)
	}

	return targets, sinks
}
