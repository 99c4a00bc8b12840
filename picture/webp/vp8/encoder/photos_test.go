package encoder

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/planes"
)

// photo reads a file as YCbCr 4:2:0 of at most 640 × 480 pixels from its middle.
func photo(t testing.TB, path string) *planes.Image {
	t.Helper()

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}

	bounds := img.Bounds()
	width, height := min(bounds.Dx(), 640), min(bounds.Dy(), 480)
	begin := bounds.Min.Add(image.Pt((bounds.Dx()-width)/2, (bounds.Dy()-height)/2))

	return drawn(width, height, func(plane, x, y int) byte {
		scale := min(plane, 1) + 1
		at := begin.Add(image.Pt(scale*x, scale*y))
		c := color.YCbCrModel.Convert(img.At(at.X, at.Y)).(color.YCbCr)

		return [3]byte{c.Y, c.Cb, c.Cr}[plane]
	})
}

func TestEncode_photos(t *testing.T) {
	paths, err := filepath.Glob("../../../../samples/*.*g")
	if err != nil || len(paths) == 0 {
		t.Skipf("no photos: %v", err)
	}

	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			img := photo(t, path)

			for quality, least := range map[int]float64{10: 24, 80: 35, 100: 45} {
				file, want := encoded(t, img, Options{Quality: quality})

				for i, got := range decoded(t, file) {
					same(t, fmt.Sprintf("quality %d, x/image, plane %d", quality, i), got, want[i])
				}

				same(t, fmt.Sprintf("quality %d, dwebp", quality), dwebp(t, file), bytes.Join(want, nil))

				sum := 0.

				for i, sample := range img.Planes[0].Pix {
					d := float64(lumaRange[sample]) - float64(want[0][i])
					sum += d * d
				}

				if ratio := 10 * math.Log10(255*255*float64(len(want[0]))/sum); ratio < least {
					t.Errorf("quality %d: luma has a PSNR of %.1f dB, less than %.0f", quality, ratio, least)
				}
			}
		})
	}
}
