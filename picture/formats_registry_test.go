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
	"testing"

	"triptych/picture"
	"triptych/picture/metadata"
	"triptych/picture/variant"
	"triptych/picture/webp"
)

// halfTransparent returns a PNG of many colors, with and without transparency.
func halfTransparent(t *testing.T) (file []byte, pixels *image.NRGBA) {
	t.Helper()

	pixels = image.NewNRGBA(image.Rect(0, 0, 40, 30))

	for y := range 30 {
		for x := range 40 {
			pixels.SetNRGBA(x, y, color.NRGBA{R: byte(6 * x), G: byte(8 * y), B: byte(x * y), A: byte(255 - 3*x)})
		}
	}

	var encoded bytes.Buffer
	if err := png.Encode(&encoded, pixels); err != nil {
		t.Fatal(err)
	}

	return encoded.Bytes(), pixels
}

// TestEntries_output compares the registry with files that Process wrote: which formats
// can be written, their names, and the properties that they keep.
func TestEntries_output(t *testing.T) {
	source, pixels := halfTransparent(t)

	for _, entry := range metadata.Entries() {
		t.Run(entry.Title, func(t *testing.T) {
			format := variant.Format(entry.Name)

			made, err := picture.Process(context.Background(), source, picture.Spec{
				Width: 40, Height: 30, Fit: picture.Inside, Format: format, Quality: 80,
			})
			if (err == nil) != entry.Output {
				t.Fatalf("Output is %v, but Process returned %v", entry.Output, err)
			}

			if err != nil {
				return
			}

			info, err := metadata.Inspect(bytes.NewReader(made[0].Data), int64(len(made[0].Data)))
			if err != nil || info.Format != entry.Name || !entry.Matches(made[0].Data) {
				t.Errorf("%+v, %v", info, err)
			}

			if made[0].ContentType != entry.ContentType || made[0].Extension != entry.Extension ||
				!slices.Equal(picture.Extensions(format), []string{entry.Extension}) {
				t.Errorf("%s, %s", made[0].ContentType, made[0].Extension)
			}

			if alpha := info.Components == 4; alpha != entry.Alpha {
				t.Errorf("Alpha is %v, but the file has %d components", entry.Alpha, info.Components)
			}

			if format.Lossy() == entry.Lossless {
				t.Errorf("lossy %v, lossless %v", format.Lossy(), entry.Lossless)
			}

			if entry.Lossless {
				again, err := png.Decode(bytes.NewReader(made[0].Data))
				if err != nil || !bytes.Equal(again.(*image.NRGBA).Pix, pixels.Pix) {
					t.Errorf("other pixels, %v", err)
				}
			}
		})
	}
}

// TestEntries_maxSide checks that the limits in the registry are those of the encoders and
// of the recipe.
func TestEntries_maxSide(t *testing.T) {
	for format, want := range map[metadata.Format]int{
		metadata.JPEG: variant.MaxSide, metadata.WebP: webp.MaxSide, metadata.PNG: 0,
	} {
		if got := metadata.EntryOf(format).MaxSide; got != want {
			t.Errorf("%s: %d, want %d", format, got, want)
		}
	}

	for format, want := range map[variant.Format]int{
		variant.JPEG: variant.MaxSide, variant.WebP: webp.MaxSide, variant.Auto: webp.MaxSide, variant.PNG: 70_000,
	} {
		width, _ := picture.Fit(80_000, 10, picture.Spec{Width: 70_000, Height: 70_000, Fit: picture.Inside, Format: format})
		if width != want {
			t.Errorf("%s: a width of %d, want %d", format, width, want)
		}
	}
}

// TestEntries_masters checks the extensions of masters.
func TestEntries_masters(t *testing.T) {
	want := map[metadata.Format][]string{
		metadata.JPEG: {"jpg"}, metadata.PNG: {"png"}, metadata.GIF: {"gif"}, metadata.WebP: {"webp"},
		metadata.BMP: {"png"}, metadata.TIFF: {"png"}, metadata.HEIC: {"jpg", "png"}, metadata.AVIF: {"jpg", "png"},
	}

	if len(metadata.Entries()) != len(want) {
		t.Errorf("%d entries", len(metadata.Entries()))
	}

	for _, entry := range metadata.Entries() {
		if got := picture.MasterExtensions(entry.Name, picture.Converted); !slices.Equal(got, want[entry.Name]) {
			t.Errorf("%s: %v, want %v", entry.Title, got, want[entry.Name])
		}
	}
}

// TestEntries_input checks that each of the test's files matches one entry, and that the
// entry allows for the frames and the transparency in the file's header.
func TestEntries_input(t *testing.T) {
	seen := map[metadata.Format]bool{}

	for _, pattern := range []string{"testdata/*.*", "testdata/cases/*.*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}

		for _, name := range names {
			file, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}

			info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				continue
			}

			seen[info.Format] = true

			matching := 0

			for _, entry := range metadata.Entries() {
				if entry.Matches(file) {
					matching++
				}
			}

			entry := metadata.EntryOf(info.Format)
			if matching != 1 || !entry.Matches(file) || info.Frames > 1 && !entry.Animation ||
				info.Components%2 == 0 && info.Format != metadata.JPEG && !entry.Alpha { // A JPEG of four components is CMYK.
				t.Errorf("%s: %d entries match, %+v", name, matching, info)
			}
		}
	}

	for _, entry := range metadata.Entries() {
		if !seen[entry.Name] {
			t.Errorf("no file of %s", entry.Title)
		}
	}
}
