package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/variant"
)

// pictureCase is one file of testdata/cases and its expected result.
//
// To add a file: put it into testdata/cases, put the pixels that it shows into
// testdata/cases/expected/{file}.png (8 bits, upright), and add a row to the table of its
// format (cases_{format}_test.go).
type pictureCase struct {
	file string
	// near is the largest allowed difference between a channel of the variant and of the
	// expected pixels. The variant is a PNG of the full size.
	near int
	// srgb converts the variant into sRGB.
	srgb bool
	// code is the rejection code if the file is rejected. Such a file has no expected
	// pixels.
	code failure.Kind
	// check tests more than the pixels, if it is set.
	check func(t *testing.T, file []byte)
}

// pictureCases returns the cases of all formats.
func pictureCases() []pictureCase {
	return slices.Concat(bitmapCases, heifCases, gifCases, pngCases, jpegCases)
}

func TestCases(t *testing.T) {
	for _, c := range pictureCases() {
		t.Run(c.file, func(t *testing.T) {
			file := testdata(t, filepath.Join("cases", c.file))

			if c.code != "" {
				rejects(t, file, c.code)

				return
			}

			whole := variant.Spec{
				Name: "whole", Width: variant.MaxSide, Height: variant.MaxSide, Fit: variant.Inside, Format: variant.PNG,
			}
			if c.srgb {
				whole.Colorspace = variant.SRGB
			}

			_, got := make1(t, file, whole)
			compareNear(t, got, expectedPixels(t, c.file), c.near)

			if c.check != nil {
				c.check(t, file)
			}
		})
	}
}

// TestCases_everyFileHasARow checks that every file of testdata/cases has a row in the
// table.
func TestCases_everyFileHasARow(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}

	for _, entry := range entries {
		listed := slices.ContainsFunc(pictureCases(), func(c pictureCase) bool { return c.file == entry.Name() })
		if !entry.IsDir() && !listed {
			t.Errorf("testdata/cases/%s has no row", entry.Name())
		}
	}
}

func rejects(t *testing.T, file []byte, code failure.Kind) {
	t.Helper()

	_, err := picture.Process(context.Background(), file, asJPEG(50, 50))
	if failure.KindOf(err) != code {
		t.Errorf("Process: got %v, want %s", err, code)
	}
}

func expectedPixels(t *testing.T, name string) image.Image {
	t.Helper()

	drawn, err := png.Decode(bytes.NewReader(testdata(t, filepath.Join("cases", "expected", name+".png"))))
	if err != nil {
		t.Fatal(err)
	}

	return drawn
}

// compareNear compares pixels channel by channel. It does not compare the color of
// transparent pixels.
func compareNear(t *testing.T, got, want image.Image, near int) {
	t.Helper()

	if got.Bounds().Size() != want.Bounds().Size() {
		t.Fatalf("%v pixels, want %v", got.Bounds().Size(), want.Bounds().Size())
	}

	var (
		worst int
		where []string
	)

	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			a := color.NRGBAModel.Convert(got.At(got.Bounds().Min.X+x, got.Bounds().Min.Y+y)).(color.NRGBA)
			b := color.NRGBAModel.Convert(want.At(want.Bounds().Min.X+x, want.Bounds().Min.Y+y)).(color.NRGBA)

			if a.A == 0 && b.A == 0 {
				continue
			}

			for i, sample := range []uint8{a.R, a.G, a.B, a.A} {
				off := int(sample) - int([]uint8{b.R, b.G, b.B, b.A}[i])
				if off = max(off, -off); i < 3 && near > 0 {
					off = off * int(b.A) / 255 // A nearly transparent color is stored with little precision.
				}

				if off > worst {
					worst = off

					where = append(where, image.Pt(x, y).String())
				}
			}
		}
	}

	if worst > near {
		t.Errorf("a channel differs by %d, want at most %d; at %s", worst, near, strings.Join(where, ", "))
	}
}
