package encoder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/vp8l"

	"triptych/picture/planes"
)

// drawn returns a plane of which each sample is drawn by a function.
func drawn(width, height int, draw func(x, y int) byte) *planes.Plane {
	plane := planes.New(width, height)

	for y := range height {
		row := plane.Row(y)
		for x := range row {
			row[x] = draw(x, y)
		}
	}

	return &plane
}

// decoded returns the green samples that golang.org/x/image decodes.
func decoded(t testing.TB, data []byte, width, height int) []byte {
	t.Helper()

	header := &bitWriter{}
	header.write(0x2f, 8)
	header.write(uint32(width-1), 14)
	header.write(uint32(height-1), 14)
	header.write(0, 4)

	img, err := vp8l.Decode(bytes.NewReader(append(header.finish(), data...)))
	if err != nil {
		t.Fatal(err)
	}

	made := img.(*image.NRGBA)
	samples := make([]byte, 0, width*height)

	for i := 1; i < len(made.Pix); i += 4 {
		samples = append(samples, made.Pix[i])
	}

	return samples
}

// contents are planes of every kind, by name, with the number of bytes per pixel that
// suffices for a large one.
func contents(seed uint64) map[string]struct {
	most float64
	draw func(x, y int) byte
} {
	random := rand.New(rand.NewPCG(seed, 1))
	tile := make([]byte, 37*31)

	for i := range tile {
		tile[i] = byte(random.Uint32())
	}

	return map[string]struct {
		most float64
		draw func(x, y int) byte
	}{
		"noise":        {1.05, func(_, _ int) byte { return byte(random.Uint32()) }},
		"opaque":       {.02, func(_, _ int) byte { return 255 }},
		"two values":   {.06, func(x, y int) byte { return byte(255 * ((x/9 + y/7) % 2)) }},
		"three":        {.35, func(_, _ int) byte { return byte(100 * random.IntN(3)) }},
		"ten":          {.6, func(_, _ int) byte { return byte(20 * random.IntN(10)) }},
		"seventeen":    {.7, func(_, _ int) byte { return byte(15 * random.IntN(17)) }},
		"gradient":     {.1, func(x, y int) byte { return byte(x + 2*y) }},
		"tiles":        {.25, func(x, y int) byte { return tile[y%31*37+x%37] }},
		"a round edge": {.2, func(x, y int) byte { return byte(max(0, min(255, 4000-((x-90)*(x-90)+(y-60)*(y-60))))) }},
		"rare values":  {.35, func(_, _ int) byte { return byte(random.ExpFloat64() * 2) }},
	}
}

func TestPlane(t *testing.T) {
	sizes := []image.Point{{1, 1}, {2, 1}, {1, 9}, {3, 5}, {7, 7}, {16, 16}, {33, 20}, {200, 150}, {701, 300}}

	if testing.Short() { // as under QEMU
		sizes = sizes[:len(sizes)-1]
	}

	for _, size := range sizes {
		for name, c := range contents(uint64(size.X)) {
			t.Run(fmt.Sprintf("%dx%d/%s", size.X, size.Y, name), func(t *testing.T) {
				plane := drawn(size.X, size.Y, c.draw)

				data, err := Plane(t.Context(), plane)
				if err != nil {
					t.Fatal(err)
				}

				if got := decoded(t, data, size.X, size.Y); !bytes.Equal(got, plane.Pix) {
					t.Fatalf("not the same: %d of %v", len(data), size)
				}

				if n := size.X * size.Y; n > 10_000 && float64(len(data)) > c.most*float64(n) {
					t.Errorf("%d bytes for %d pixels, more than %.2f each", len(data), n, c.most)
				}
			})
		}
	}
}

// TestPlane_farCopies has copies at distances up to the greatest one, and beyond.
func TestPlane_farCopies(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	row := make([]byte, 16_000)

	for i := range row {
		row[i] = byte(random.Uint32())
	}

	gaps := []int{10, 60, 64, 65, 66, 70}

	if testing.Short() { // as under QEMU
		gaps = []int{10, 66}
	}

	for _, gap := range gaps {
		plane := drawn(16_000, gap+6, func(x, y int) byte {
			if y < 2 || y > gap {
				return row[(x+y*77)%len(row)]
			}

			return byte(x * 160 / 16_000)
		})

		data, err := Plane(t.Context(), plane)
		if err != nil {
			t.Fatal(err)
		}

		if got := decoded(t, data, plane.Width, plane.Height); !bytes.Equal(got, plane.Pix) {
			t.Errorf("a gap of %d rows: not the same", gap)
		}
	}
}

func TestPlane_stride(t *testing.T) {
	plane := drawn(60, 40, contents(3)["tiles"].draw)

	want, err := Plane(t.Context(), plane)
	if err != nil {
		t.Fatal(err)
	}

	wide := planes.Plane{Pix: make([]byte, 90*40), Stride: 90, Width: 60, Height: 40}
	for y := range 40 {
		copy(wide.Row(y), plane.Row(y))
	}

	if got, err := Plane(t.Context(), &wide); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the stride changes the result: %v", err)
	}
}

func TestPlane_contextEnds(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	end()

	if _, err := Plane(ctx, drawn(60, 40, contents(3)["tiles"].draw)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestNewPrefixCode_limitsLengths(t *testing.T) {
	counts := make([]uint32, 40)
	counts[0], counts[1] = 1, 1

	for i := 2; i < len(counts); i++ { // The tree of Fibonacci numbers is the deepest one.
		counts[i] = counts[i-1] + counts[i-2]
	}

	code := newPrefixCode(counts, 15)
	room := 0

	for _, length := range code.lengths {
		if length < 1 || length > 15 {
			t.Fatalf("a length of %d", length)
		}

		room += 1 << (15 - length)
	}

	if room != 1<<15 {
		t.Errorf("the code uses %d of %d", room, 1<<15)
	}
}

// FuzzPlane compares a plane with the result of the decoder of golang.org/x/image.
func FuzzPlane(f *testing.F) {
	f.Add(uint16(1), []byte{0})
	f.Add(uint16(3), bytes.Repeat([]byte{1, 2, 3, 4, 5, 6}, 30))
	f.Add(uint16(20), bytes.Repeat([]byte{255, 255, 0, 7}, 100))

	f.Fuzz(func(t *testing.T, width uint16, samples []byte) {
		if width == 0 || width > 1<<14 || len(samples) < int(width) || len(samples)/int(width) > 1<<14 {
			return
		}

		plane := &planes.Plane{Pix: samples, Stride: int(width), Width: int(width), Height: len(samples) / int(width)}

		data, err := Plane(t.Context(), plane)
		if err != nil {
			t.Fatal(err)
		}

		if got := decoded(t, data, plane.Width, plane.Height); !bytes.Equal(got, samples[:plane.Width*plane.Height]) {
			t.Fatal("not the same")
		}
	})
}

func BenchmarkPlane(b *testing.B) {
	for name, c := range contents(1) {
		b.Run(name, func(b *testing.B) {
			plane := drawn(1600, 1200, c.draw)

			b.SetBytes(1600 * 1200)

			for b.Loop() {
				data, err := Plane(b.Context(), plane)
				if err != nil {
					b.Fatal(err)
				}

				b.ReportMetric(float64(len(data)), "bytes")
			}
		})
	}
}
