package decoder

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"triptych/picture/planes"
)

// photos returns the JPEG files of the repository, and those in the folder that
// TRIPTYCH_PHOTOS names.
func photos(t *testing.T) []string {
	t.Helper()

	var found []string

	for _, folder := range []string{"../../testdata", "../../../samples", os.Getenv("TRIPTYCH_PHOTOS")} {
		files, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
		if err != nil {
			t.Fatal(err)
		}

		if folder != "" {
			found = append(found, files...)
		}
	}

	if len(found) == 0 {
		t.Fatal("no photos")
	}

	return found
}

// Photos decode as in image/jpeg: they differ by at most 1 level on average, and by at
// most 4 levels in any sample. Two threads yield the same result as one.
func TestDecode_photosEqualImageJPEG(t *testing.T) {
	for _, name := range photos(t) {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}

		reference, err := jpeg.Decode(bytes.NewReader(file))

		want, ok := reference.(*image.YCbCr)
		if err != nil || !ok {
			continue // Arithmetic coding and CMYK have their own tests.
		}

		for threads := 1; threads <= 2; threads++ {
			got, _, err := decodeAll(context.Background(), file, Target{}, Options{Threads: threads})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}

			worst, sum, count := 0, 0, 0

			for i, samples := range [][]byte{want.Y, want.Cb, want.Cr} {
				stride := want.CStride
				if i == 0 {
					stride = want.YStride
				}

				for y := range got.Planes[i].Height {
					for x, value := range got.Planes[i].Row(y) {
						off := max(int(value)-int(samples[y*stride+x]), int(samples[y*stride+x])-int(value))
						worst, sum, count = max(worst, off), sum+off, count+1
					}
				}
			}

			if worst > 4 || sum > count {
				t.Errorf("%s: %d levels off, on average %.3f", name, worst, float64(sum)/float64(count))
			}
		}
	}
}

// A reduced image is close to the average of the pixels of the full image.
func TestDecode_reducedPhotosAreAverages(t *testing.T) {
	file, err := os.ReadFile("../../../samples/rocket.jpg")
	if err != nil {
		t.Fatal(err)
	}

	full, _, err := decodeAll(context.Background(), file, Target{}, Options{})
	if err != nil {
		t.Fatal(err)
	}

	for _, scale := range []int{2, 4, 8} {
		small, _, err := decodeAll(context.Background(), file, Target{Scale: scale}, Options{})
		if err != nil {
			t.Fatal(err)
		}

		squares, count := 0.0, 0

		for y := range small.Height - 1 {
			for x, value := range small.Planes[0].Row(y)[:small.Width-1] {
				sum := 0
				for i := range scale * scale {
					sum += int(full.Planes[0].Row(y*scale + i/scale)[x*scale+i%scale])
				}

				off := float64(value) - float64(sum)/float64(scale*scale)
				squares += off * off
				count++
			}
		}

		if mean := squares / float64(count); mean > 20 { // 35 dB
			t.Errorf("scale %d: mean square of %.1f", scale, mean)
		}
	}
}

// drain is a sink that needs no earlier rows.
type drain struct{ planes []planes.Plane }

func (d *drain) Begin(shape planes.Shape) { d.planes = shape.Image.Planes }
func (d *drain) Take([]planes.Window)     {}
func (d *drain) Needs(plane int) int      { return d.planes[plane].Height }

// Decode allocates at most as much as Memory says.
func TestHeader_Memory(t *testing.T) {
	for _, name := range photos(t) {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}

		header, err := ReadHeader(file)
		if err != nil {
			continue // Arithmetic coding.
		}

		for scale := 1; scale <= 8; scale *= 2 {
			var before, after runtime.MemStats

			runtime.ReadMemStats(&before)

			if err := Decode(context.Background(), file, Options{Threads: 2}, Target{Scale: scale, Sink: new(drain)}); err != nil {
				t.Fatal(err)
			}

			runtime.ReadMemStats(&after)

			if took, said := int64(after.TotalAlloc-before.TotalAlloc), header.Memory(scale); took > said {
				t.Errorf("%s at scale %d: %d bytes, Memory says %d", name, scale, took, said)
			}
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	file, err := os.ReadFile("../../../samples/dragonfly.jpg")
	if err != nil {
		b.Fatal(err)
	}

	defer func(was bool) { vectorized = was }(vectorized)

	for scale := 1; scale <= 8; scale *= 2 {
		for name, threads := range map[string]int{"plain Go": 1, "one thread": 1, "two threads": 2} {
			b.Run(fmt.Sprintf("1÷%d/%s", scale, name), func(b *testing.B) {
				vectorized = name != "plain Go" && hasKernels()

				b.ReportAllocs()

				for b.Loop() {
					if err := Decode(context.Background(), file, Options{Threads: threads}, Target{Scale: scale, Sink: new(drain)}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
