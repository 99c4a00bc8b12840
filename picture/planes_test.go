package picture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/disintegration/imaging"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/jpeg/encoder"
	"triptych/picture/planes"
	"triptych/picture/variant"
)

// textured returns an image of blobs that are grain pixels wide. With small blobs, a
// shift by one pixel is visible.
func textured(width, height, grain int) *image.NRGBA {
	random := rand.New(rand.NewPCG(uint64(width), uint64(height)))
	coarse := image.NewNRGBA(image.Rect(0, 0, width/grain+2, height/grain+2))

	for i := range coarse.Pix {
		coarse.Pix[i] = uint8(random.IntN(256))
		if i%4 == 3 {
			coarse.Pix[i] = 255
		}
	}

	return imaging.Resize(coarse, width, height, imaging.CatmullRom)
}

// sampled encodes a JPEG with one chroma sample for each across × down pixels.
func sampled(t testing.TB, drawn *image.NRGBA, across, down int) []byte {
	t.Helper()

	width, height := drawn.Rect.Dx(), drawn.Rect.Dy()
	stored := &planes.Image{Model: planes.YCbCr, Width: width, Height: height, Planes: []planes.Plane{
		planes.New(width, height),
		planes.New((width+across-1)/across, (height+down-1)/down), planes.New((width+across-1)/across, (height+down-1)/down),
	}}

	for y := range height {
		for x := range width {
			pixel := drawn.NRGBAAt(x, y)
			stored.Planes[0].Row(y)[x], _, _ = color.RGBToYCbCr(pixel.R, pixel.G, pixel.B)
		}
	}

	for y := range stored.Planes[1].Height {
		for x := range stored.Planes[1].Width {
			var r, g, b, count int

			for i := range across * down {
				if at := image.Pt(x*across+i%across, y*down+i/across); at.In(drawn.Rect) {
					pixel := drawn.NRGBAAt(at.X, at.Y)
					r, g, b, count = r+int(pixel.R), g+int(pixel.G), b+int(pixel.B), count+1
				}
			}

			_, stored.Planes[1].Row(y)[x], stored.Planes[2].Row(y)[x] = color.RGBToYCbCr(uint8(r/count), uint8(g/count), uint8(b/count))
		}
	}

	file, err := encoder.Encode(stored, encoder.Options{Quality: 98})
	if err != nil {
		t.Fatal(err)
	}

	return file
}

// mutedColors returns an image of weak colors. Subsampling keeps them even in an image of
// a few pixels.
func mutedColors(width, height int) *image.NRGBA {
	drawn := image.NewNRGBA(image.Rect(0, 0, width, height))

	for y := range height {
		for x := range width {
			gray := 40 + 160*(x+2*y)/(width+2*height)
			drawn.SetNRGBA(x, y, color.NRGBA{uint8(gray + 8*x/width), uint8(gray), uint8(gray + 8*y/height), 255})
		}
	}

	return drawn
}

// TestSmallPicturesOfEverySize checks that the smallest images keep their pixels at the
// right positions, with odd sizes and in every subsampling.
func TestSmallPicturesOfEverySize(t *testing.T) {
	const box, least = 5, 34 // dB

	for width := 1; width <= 20; width++ {
		for height := 1; height <= 20; height++ {
			wants := []variant.Spec{asPNG(20, 20), asJPEG(20, 20), asPNG(box, box), asJPEG(2, 2), asPNG(1, 1)}
			if min(width, height) >= box {
				wants = append(wants, covering(asJPEG(box, box)), covering(asPNG(box, box)))
			}

			for _, sampling := range [][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}} {
				file := sampled(t, mutedColors(width, height), sampling[0], sampling[1])

				for _, want := range wants {
					_, got := make1(t, file, want)
					if alike := psnr(t, got, byImaging(t, file, want)); alike < least {
						t.Errorf("%d × %d, %v, %s %d × %d %s: %.1f dB", width, height, sampling, want.Fit, want.Width, want.Height, want.Format, alike)
					}
				}
			}
		}
	}
}

// TestSmoothPicturesAtEveryScale checks smooth images. They use few Huffman codes, one of
// them of a single bit.
func TestSmoothPicturesAtEveryScale(t *testing.T) {
	for _, size := range [][2]int{{400, 300}, {411, 307}, {256, 256}} {
		for _, sampling := range [][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}} {
			file := sampled(t, mutedColors(size[0], size[1]), sampling[0], sampling[1])

			for _, side := range []int{1, 7, 32, 50, 90, 100, 150, 199} {
				want := asPNG(side, side)
				if side%2 == 1 {
					want = covering(want)
				}

				_, got := make1(t, file, want)
				if alike := psnr(t, got, byImaging(t, file, want)); alike < 42 {
					t.Errorf("%v, %v, %d: %.1f dB", size, sampling, side, alike)
				}
			}
		}
	}
}

// TestOrientationsOfEveryKind checks every orientation in every kind of file that can
// have one. Each must give the same image as the upright file, without a shift of a
// pixel.
func TestOrientationsOfEveryKind(t *testing.T) {
	upright := textured(161, 97, 3)
	kinds := map[string]func(drawn *image.NRGBA, orientation byte) []byte{
		"PNG": func(drawn *image.NRGBA, orientation byte) []byte {
			return withChunk(encodePNG(t, drawn), "eXIf", exifWith(orientation))
		},
	}

	for _, sampling := range [][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}} {
		kinds[fmt.Sprintf("JPEG %v", sampling)] = func(drawn *image.NRGBA, orientation byte) []byte {
			return withSegment(sampled(t, drawn, sampling[0], sampling[1]), 0xe1, "Exif\x00\x00"+exifWith(orientation))
		}
	}

	for kind, build := range kinds {
		for _, want := range []variant.Spec{
			asPNG(200, 200), asJPEG(200, 200), asPNG(71, 71), asJPEG(71, 71), covering(asPNG(64, 30)), covering(asJPEG(30, 64)), covering(asPNG(19, 96)),
		} {
			_, ideal := make1(t, encodePNG(t, upright), want)
			least := 26.0

			// An image that is shifted by a pixel must differ. Otherwise the test would
			// not notice a shift.
			if shifted := shift(ideal); psnr(t, shifted, ideal) > least-3 {
				t.Fatalf("%v: a shift of a pixel leaves %.1f dB", want, psnr(t, shifted, ideal))
			}

			for orientation := byte(1); orientation <= 8; orientation++ {
				_, got := make1(t, build(stored(upright, int(orientation)), orientation), want)
				if alike := psnr(t, got, ideal); alike < least {
					t.Errorf("%s, orientation %d, %s %d × %d %s: %.1f dB", kind, orientation, want.Fit, want.Width, want.Height, want.Format, alike)
				}
			}
		}
	}
}

// shift moves an image to the right by one pixel.
func shift(drawn image.Image) image.Image {
	moved := imaging.Clone(drawn)
	width := moved.Rect.Dx()

	return imaging.Paste(moved, imaging.Crop(moved, image.Rect(0, 0, width-1, moved.Rect.Dy())), image.Pt(1, 0))
}

// TestCMYKAgainstTheStandardLibrary checks CMYK against image/jpeg and the plain formula,
// in both ways in which Adobe stores CMYK.
func TestCMYKAgainstTheStandardLibrary(t *testing.T) {
	plain := testdata(t, "cmyk.jpg")

	adobe := bytes.Index(plain, []byte("Adobe"))
	if adobe < 0 || plain[adobe+11] != 2 {
		t.Fatal("cmyk.jpg is not marked as YCCK")
	}

	// The same samples, read as CMYK.
	turned := bytes.Clone(plain)
	turned[adobe+11] = 0

	for name, file := range map[string][]byte{"YCCK": plain, "CMYK": turned} {
		decoded, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}

		cmyk, ok := decoded.(*image.CMYK)
		if !ok {
			t.Fatalf("%T", decoded)
		}

		_, got := make1(t, file, asPNG(1000, 1000))
		if alike := psnr(t, got, imaging.Clone(cmyk)); alike < 46 {
			t.Errorf("%s: %.1f dB", name, alike)
		}
	}
}

// TestProcess_variants_sameBytesAsAlone checks that a variant has the same bytes whatever
// other variants are made with it.
func TestProcess_variants_sameBytesAsAlone(t *testing.T) {
	wants := []variant.Spec{
		asJPEG(100, 100), covering(asPNG(140, 60)), asPNG(550, 550), asJPEG(299, 299), covering(asJPEG(61, 200)),
		asJPEG(1600, 1600), asPNG(1600, 1600), asJPEG(9, 9),
	}

	random := rand.New(rand.NewPCG(5, 6))

	for name, file := range map[string][]byte{
		"4:2:0": sampled(t, textured(1200, 800, 20), 2, 2), "4:4:4": sampled(t, textured(801, 603, 20), 1, 1),
		"progressive": testdata(t, "progressive.jpg"), "CMYK": testdata(t, "cmyk.jpg"), "4:1:1": testdata(t, "sampling-411.jpg"),
		"PNG": encodePNG(t, textured(333, 222, 20)), "PNG with alpha": encodePNG(t, translucent(textured(301, 200, 20))), "WebP with alpha": testdata(t, "lossy-alpha.webp"),
	} {
		for range 4 {
			some := make([]variant.Spec, 1+random.IntN(4))
			for i := range some {
				some[i] = wants[random.IntN(len(wants))]
			}

			together, err := picture.Process(context.Background(), file, some...)
			if err != nil {
				t.Fatal(err)
			}

			for i, want := range some {
				if alone, _ := make1(t, file, want); !bytes.Equal(alone.Data, together[i].Data) {
					t.Errorf("%s: %+v of %d has other bytes than alone", name, want, len(some))
				}
			}
		}
	}
}

// translucent returns an image whose lower half gets more and more transparent.
func translucent(of image.Image) image.Image {
	size := of.Bounds().Size()
	made := imaging.Clone(of)

	for y := size.Y / 2; y < size.Y; y++ {
		for x := range size.X {
			made.Pix[y*made.Stride+4*x+3] = uint8(255 * (size.Y - y) / size.Y)
		}
	}

	return made
}

// stopsAfter is a context that ends after a number of calls.
type stopsAfter struct {
	context.Context

	left int
}

func (s *stopsAfter) Err() error {
	if s.left--; s.left < 0 {
		return context.Canceled
	}

	return nil
}

// TestProcess_contextEndsAnywhere checks that Process returns either the context's error
// or the images, at whatever time the context ends.
func TestProcess_contextEndsAnywhere(t *testing.T) {
	for name, file := range map[string][]byte{
		"JPEG": sampled(t, lopsided(60, 40), 2, 2), "progressive": testdata(t, "progressive.jpg"),
		"PNG": encodePNG(t, lopsided(60, 40)), "WebP": testdata(t, "lossy.webp"), "WebP with alpha": testdata(t, "lossy-alpha.webp"),
	} {
		stopped := 0

		for left := range 200 {
			ctx := &stopsAfter{context.Background(), left}

			outputs, err := picture.Process(ctx, file, asJPEG(20, 20), asPNG(9, 9))

			switch {
			case errors.Is(err, context.Canceled) && failure.KindOf(err) == "" && outputs == nil:
				stopped++
			case err != nil || len(outputs) != 2:
				t.Fatalf("%s, after %d: %d outputs, %v", name, left, len(outputs), err)
			}
		}

		if stopped < 4 || stopped == 200 {
			t.Errorf("%s: stopped %d times", name, stopped)
		}
	}
}
