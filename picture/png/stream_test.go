package png_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/planes"
	"triptych/picture/png"
)

// collector assembles the rows that it receives. It asks to see rows again that are up to
// lag above the last one.
type collector struct {
	planes []planes.Plane
	alpha  bool
	lag    int
	ready  []int
	fault  string
}

func (c *collector) Begin(shape planes.Shape) {
	count := len(shape.Image.Planes)
	if c.alpha = shape.Alpha != planes.Opaque; c.alpha {
		count++
	}

	c.ready = make([]int, count)
	for range count {
		c.planes = append(c.planes, planes.New(shape.Image.Width, shape.Image.Height))
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
			copy(c.planes[i].Row(y), window.Row(y-window.Top))
		}
	}
}

func (c *collector) Needs(plane int) int { return max(c.ready[plane]-c.lag, 0) }

// whole returns the planes that Decode holds. Alpha is the last one, if the sink received
// alpha. It is 255 if all pixels are opaque.
func whole(t *testing.T, file []byte, alpha bool) []planes.Plane {
	t.Helper()

	picture, mask, err := png.Decode(context.Background(), file, png.Options{})
	if err != nil {
		t.Fatal(err)
	}

	if mask == nil && alpha {
		opaque := planes.New(picture.Width, picture.Height)
		for i := range opaque.Pix {
			opaque.Pix[i] = 255
		}

		mask = &opaque
	}

	if mask != nil {
		picture.Planes = append(picture.Planes, *mask)
	}

	return picture.Planes
}

// A sink receives the rows of the image, on one thread and on two.
func TestDecode_sinkReceivesImage(t *testing.T) {
	t.Parallel()

	random := rand.New(rand.NewPCG(31, 32))

	for _, k := range kinds() {
		for try := range 6 {
			width, height := 1+random.IntN(40), 1+random.IntN(90)
			rows := k.rows(random, width, height, func() byte { return byte(random.Uint32() % 5) })

			between := [][]byte{k.colored(256)}
			if k.color == 2 && try%2 == 0 {
				between = append(between, chunk("tRNS", "\x00\x01\x00\x01\x00\x01"))
			}

			file := k.file(width, height, rows, between...)
			sink := &collector{lag: random.IntN(50)}

			picture, mask, err := png.Decode(context.Background(), file, png.Options{Sink: sink, Threads: 1 + try%2})
			if err != nil {
				t.Fatal(err)
			}

			if sink.planes == nil {
				t.Fatalf("%v: no rows", k)
			}

			if mask != nil || picture.Planes[0].Pix != nil {
				t.Errorf("%v: samples although the rows went to the sink", k)
			}

			if diff := cmp.Diff(whole(t, file, sink.alpha), sink.planes); diff != "" || sink.fault != "" {
				t.Errorf("%v, %d × %d: a different image; %s", k, width, height, sink.fault)
			}
		}
	}
}

// The colors are multiplied by alpha if the options ask for it, with a sink and without,
// and whether or not the file is interlaced.
func TestDecode_premultiplied(t *testing.T) {
	t.Parallel()

	random := rand.New(rand.NewPCG(41, 42))
	translucent := 0

	for _, k := range kinds() {
		width, height := 1+random.IntN(40), 1+random.IntN(90)
		rows := k.rows(random, width, height, func() byte { return byte(random.Uint32() % 5) })
		file := k.file(width, height, rows, k.colored(256))

		want, alpha, err := png.Decode(context.Background(), file, png.Options{})
		if err != nil {
			t.Fatal(err)
		}

		if alpha != nil {
			want = want.Premultiplied(*alpha)
			translucent++
		}

		sink := &collector{}

		if _, _, err := png.Decode(context.Background(), file, png.Options{Premultiplied: true, Sink: sink}); err != nil {
			t.Fatal(err)
		}

		got, _, err := png.Decode(context.Background(), file, png.Options{Premultiplied: true})
		if err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(want, got) + cmp.Diff(want.Planes, sink.planes[:len(want.Planes)]); diff != "" {
			t.Errorf("%v, %d × %d: other colors", k, width, height)
		}
	}

	if translucent < 2 {
		t.Errorf("only %d files have alpha", translucent)
	}
}

// With a sink, the same files are rejected for the same reasons.
func TestDecode_sinkSameErrors(t *testing.T) {
	t.Parallel()

	random := rand.New(rand.NewPCG(33, 34))
	k := kind{color: 6, depth: 8}
	good := k.file(30, 60, k.rows(random, 30, 60, func() byte { return byte(random.Uint32() % 5) }))

	for at := range good {
		for _, file := range [][]byte{good[:at], resealed(append(append(bytes.Clone(good[:at]), good[at]^0x15), good[at+1:]...))} {
			_, _, want := png.Decode(context.Background(), file, png.Options{})

			for threads := 1; threads <= 2; threads++ {
				_, _, err := png.Decode(context.Background(), file, png.Options{Sink: &collector{}, Threads: threads})
				if failure.KindOf(err) != failure.KindOf(want) || (err == nil) != (want == nil) {
					t.Fatalf("byte %d, %d threads: %v, want %v", at, threads, err, want)
				}
			}
		}
	}
}

// drain is a sink that needs no row twice.
type drain struct{ height int }

func (d *drain) Begin(shape planes.Shape) { d.height = shape.Image.Height }
func (d *drain) Take([]planes.Window)     {}
func (d *drain) Needs(int) int            { return d.height }

// The memory for an image whose rows go to a sink does not grow with the image.
func TestDecode_sinkMemory(t *testing.T) {
	const width, height, most = 1000, 6000, 2 << 20

	k := kind{color: 2, depth: 8}
	file := k.file(width, height, make([]byte, height*(1+3*width)))

	for threads := 1; threads <= 2; threads++ {
		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		if _, _, err := png.Decode(context.Background(), file, png.Options{Sink: &drain{}, Threads: threads}); err != nil {
			t.Fatal(err)
		}

		runtime.ReadMemStats(&after)

		if took := after.TotalAlloc - before.TotalAlloc; took > most {
			t.Errorf("%d threads: %d bytes for an image of %d", threads, took, 3*width*height)
		}
	}
}
