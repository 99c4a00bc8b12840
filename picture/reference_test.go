package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"math"
	"os"
	"testing"

	"triptych/picture"
	"triptych/picture/variant"
)

// lanczos returns the Lanczos kernel with three lobes: sinc(x) × sinc(x/3).
func lanczos(x float64) float64 {
	const lobes = 3

	switch x = math.Abs(x); {
	case x == 0:
		return 1
	case x >= lobes:
		return 0
	default:
		return lobes * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/lobes) / (math.Pi * math.Pi * x * x)
	}
}

// shrinkRows is the simplest resampling: for each row of the result it adds every row of
// the source, weighted by its distance. All values are floats.
func shrinkRows(plane [][]float64, height int) [][]float64 {
	factor := float64(len(plane)) / float64(height)
	result := make([][]float64, height)

	for y := range result {
		row := make([]float64, len(plane[0]))
		center := (float64(y)+0.5)*factor - 0.5

		var total float64

		for source := range plane {
			weight := lanczos((float64(source) - center) / factor)
			if weight == 0 {
				continue
			}

			total += weight

			for x, value := range plane[source] {
				row[x] += weight * value
			}
		}

		for x := range row {
			row[x] /= total
		}

		result[y] = row
	}

	return result
}

func transpose(plane [][]float64) [][]float64 {
	result := make([][]float64, len(plane[0]))
	for x := range result {
		result[x] = make([]float64, len(plane))
		for y := range plane {
			result[x][y] = plane[y][x]
		}
	}

	return result
}

// reference shrinks an opaque image in float64.
func reference(source image.Image, width, height int) *image.NRGBA {
	opaque := image.NewRGBA(source.Bounds())
	draw.Draw(opaque, opaque.Rect, source, opaque.Rect.Min, draw.Src)

	result := image.NewNRGBA(image.Rect(0, 0, width, height))

	for channel := range 4 {
		plane := make([][]float64, opaque.Rect.Dy())
		for y := range plane {
			plane[y] = make([]float64, opaque.Rect.Dx())
			for x := range plane[y] {
				plane[y][x] = float64(opaque.Pix[y*opaque.Stride+4*x+channel])
			}
		}

		plane = transpose(shrinkRows(transpose(shrinkRows(plane, height)), width))

		for y := range plane {
			for x, value := range plane[y] {
				result.Pix[result.PixOffset(x, y)+channel] = uint8(math.Round(max(0, min(255, value))))
			}
		}
	}

	return result
}

func TestResizedPhotosAgainstAFloatReference(t *testing.T) {
	for name, least := range map[string]struct{ png, jpeg float64 }{
		"../samples/rocket.jpg": {50, 36},
		"../samples/coffee.png": {50, 33},
	} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Skipf("no sample photos beside this module: %v", err)
		}

		source, _, err := image.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}

		width, height := picture.Fit(source.Bounds().Dx(), source.Bounds().Dy(), asPNG(200, 200))
		ideal := reference(source, width, height)

		for want, least := range map[variant.Spec]float64{asPNG(200, 200): least.png, asJPEG(200, 200): least.jpeg} {
			_, got := make1(t, file, want)

			if alike := psnr(t, got, ideal); alike < least {
				t.Errorf("%s as %s: %.1f dB, want %.0f", name, want.Name, alike, least)
			} else {
				t.Logf("%s as %s: %.1f dB", name, want.Name, alike)
			}
		}
	}
}

// BenchmarkProcess makes the default variants of a photo of 12 megapixels.
func BenchmarkProcess(b *testing.B) {
	file, err := os.ReadFile("../samples/dragonfly.jpg")
	if err != nil {
		b.Skip(err)
	}

	b.SetBytes(int64(len(file)))

	for b.Loop() {
		if _, err := picture.Process(context.Background(), file, variant.Defaults()...); err != nil {
			b.Fatal(err)
		}
	}
}
