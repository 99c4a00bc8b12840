package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/disintegration/imaging"

	"triptych/picture"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// photos returns the sample files and the files of the folder that TRIPTYCH_PHOTOS names.
func photos(t testing.TB) []string {
	t.Helper()

	all, _ := filepath.Glob("../samples/*.*g")
	if folder := os.Getenv("TRIPTYCH_PHOTOS"); folder != "" {
		more, err := filepath.Glob(filepath.Join(folder, "*.*g"))
		if err != nil {
			t.Fatal(err)
		}

		all = append(all, more...)
	}

	if len(all) == 0 {
		t.Skip("no photos beside this module")
	}

	return all
}

// byImaging makes a variant's pixels from a whole decode in RGB: imaging turns, crops and
// scales them.
func byImaging(t testing.TB, file []byte, want variant.Spec) *image.NRGBA {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}

	upright := imaging.Clone(decoded)

	switch info.Orientation {
	case 1:
	case 6:
		upright = imaging.Rotate270(upright)
	default:
		t.Fatalf("no photo has orientation %d", info.Orientation)
	}

	width, height := picture.Fit(upright.Rect.Dx(), upright.Rect.Dy(), want)

	if want.Fit == variant.Cover {
		// Use a square box, so that all photos are cropped to the middle, or half a pixel
		// to the right of it.
		side := min(upright.Rect.Dx(), upright.Rect.Dy())
		left, top := (upright.Rect.Dx()-side+1)/2, (upright.Rect.Dy()-side+1)/2
		upright = imaging.Crop(upright, image.Rect(left, top, left+side, top+side))
	}

	return imaging.Resize(upright, width, height, imaging.Lanczos)
}

// TestPhotosAgainstImaging checks that photos look the same as those of imaging and
// image/jpeg, although this package decodes at a smaller scale and never converts to RGB.
func TestPhotosAgainstImaging(t *testing.T) {
	large := variant.Spec{Width: 1600, Height: 1600, Fit: variant.Inside, Format: variant.JPEG, Quality: 80}
	medium, small := large, large

	// The largest loss of an image that was decoded at the smallest scale. The loss is
	// mostly noise. The quantization tables have coarser middle frequencies than those of
	// image/jpeg, which costs up to 0.014 of SSIM where everything is noise.
	const lostPSNR, lostSSIM = 0.25, 0.015

	medium.Width, medium.Height = 800, 800
	small.Width, small.Height, small.Fit = 160, 160, variant.Cover

	for _, name := range photos(t) {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}

		together, err := picture.Process(context.Background(), file, small, medium, large)
		if err != nil {
			t.Fatal(err)
		}

		for i, want := range []variant.Spec{small, medium, large} {
			ideal := byImaging(t, file, want)
			likeness := func(file []byte) (float64, float64) {
				got, err := jpeg.Decode(bytes.NewReader(file))
				if err != nil {
					t.Fatal(err)
				}

				return psnr(t, got, ideal), ssim(got, ideal)
			}

			var plain bytes.Buffer
			if err := jpeg.Encode(&plain, ideal, &jpeg.Options{Quality: 80}); err != nil {
				t.Fatal(err)
			}

			alone, _ := make1(t, file, want)
			wantPSNR, wantSSIM := likeness(plain.Bytes())

			for how, data := range map[string][]byte{"alone": alone.Data, "together": together[i].Data} {
				gotPSNR, gotSSIM := likeness(data)
				t.Logf("%s, %d, %s: %.2f dB of %.2f, SSIM %.4f of %.4f", filepath.Base(name), want.Width, how, gotPSNR, wantPSNR, gotSSIM, wantSSIM)

				if gotPSNR < wantPSNR-lostPSNR || gotSSIM < wantSSIM-lostSSIM {
					t.Errorf("%s, %d, %s: %.2f dB of %.2f, SSIM %.4f of %.4f", name, want.Width, how, gotPSNR, wantPSNR, gotSSIM, wantSSIM)
				}
			}
		}

		if testing.Short() {
			break
		}
	}
}

// TestThreadsChangeNothing checks that two threads give the same result as one.
func TestThreadsChangeNothing(t *testing.T) {
	file, err := os.ReadFile("../samples/dragonfly.jpg")
	if err != nil {
		t.Skip(err)
	}

	process := func(threads int) [][]byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))

		outputs, err := picture.Process(context.Background(), file, variant.Defaults()...)
		if err != nil {
			t.Fatal(err)
		}

		files := make([][]byte, len(outputs))
		for i := range outputs {
			files[i] = outputs[i].Data
		}

		return files
	}

	one, two := process(1), process(2)
	for i := range one {
		if !bytes.Equal(one[i], two[i]) {
			t.Errorf("variant %d differs", i)
		}
	}
}

// ssim returns the mean structural similarity of luma over windows of 8 × 8, four apart
// (Wang et al., 2004).
func ssim(a, b image.Image) float64 {
	const side, step, first, second = 8, 4, 6.5025, 58.5225 // (0.01 × 255)², (0.03 × 255)²

	x, y := luma(a), luma(b)
	width, height := a.Bounds().Dx(), a.Bounds().Dy()

	var sum, windows float64

	for top := 0; top+side <= height; top += step {
		for left := 0; left+side <= width; left += step {
			var sx, sy, xx, yy, xy float64

			for i := range side * side {
				at := (top+i/side)*width + left + i%side
				sx, sy = sx+x[at], sy+y[at]
				xx, yy, xy = xx+x[at]*x[at], yy+y[at]*y[at], xy+x[at]*y[at]
			}

			const n = side * side

			mx, my := sx/n, sy/n
			sum += (2*mx*my + first) * (2*(xy/n-mx*my) + second) /
				((mx*mx + my*my + first) * (xx/n - mx*mx + yy/n - my*my + second))
			windows++
		}
	}

	return sum / windows
}

func luma(drawn image.Image) []float64 {
	bounds := drawn.Bounds()
	values := make([]float64, 0, bounds.Dx()*bounds.Dy())

	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			r, g, b, _ := drawn.At(x, y).RGBA()
			values = append(values, (0.299*float64(r)+0.587*float64(g)+0.114*float64(b))/257)
		}
	}

	return values
}
