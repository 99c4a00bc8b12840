package picture_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// TestError_Offset checks that an error says where a file is damaged.
func TestError_Offset(t *testing.T) {
	read := func(name string) []byte {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}

		return file
	}
	changed := func(file []byte, at int, to string) []byte {
		return append(append(append([]byte(nil), file[:at]...), to...), file[at+len(to):]...)
	}

	jpeg, webp := read("restarts.jpg"), read("lossy.webp")
	gif, tiff := read("cases/no-trailer.gif"), read("cases/pillow-lzw.tif")
	png := drawing()

	for name, c := range map[string]struct {
		file   []byte
		kind   picture.Kind
		offset int64
	}{
		"a JPEG segment of length 0":          {changed(jpeg, 4, "\x00\x00"), picture.Corrupt, 4},
		"a JPEG that ends in its pixels":      {jpeg[:len(jpeg)/2], picture.Truncated, int64(len(jpeg) / 2)},
		"a PNG chunk without a name":          {changed(png, 37, "\x00"), picture.Corrupt, 33},
		"a PNG that ends in its pixels":       {png[:60], picture.Truncated, 33},
		"a WebP that ends in its pixels":      {webp[:100], picture.Truncated, 100},
		"a GIF that ends in its header":       {gif[:20], picture.Truncated, 20},
		"a TIFF whose directory is empty":     {changed(tiff, directoryOf(tiff), "\x00\x00"), picture.Corrupt, int64(directoryOf(tiff))},
		"a file that is not an image":         {[]byte("hello"), picture.NotAnImage, picture.NoOffset},
		"a format that is not read, as a PDF": {[]byte("%PDF-1.7"), picture.UnsupportedFormat, picture.NoOffset},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := picture.Process(context.Background(), c.file, picture.Spec{
				Width: 8, Height: 8, Fit: picture.Inside, Format: picture.JPEG, Quality: 80,
			})

			damage, ok := errors.AsType[*picture.Error](err)
			if !ok || damage.Kind != c.kind || damage.Offset != c.offset {
				t.Errorf("got %v (%+v), want %s at %d", err, damage, c.kind, c.offset)
			}

			if picture.KindOf(err) != c.kind {
				t.Errorf("KindOf returned %q", picture.KindOf(err))
			}
		})
	}
}

// directoryOf returns the offset of a little-endian TIFF's first directory.
func directoryOf(tiff []byte) int {
	return int(tiff[4]) | int(tiff[5])<<8 | int(tiff[6])<<16 | int(tiff[7])<<24
}

// TestFormats_untypedNames checks that the names at the root are those of both types.
func TestFormats_untypedNames(t *testing.T) {
	for name, format := range map[string]metadata.Format{
		picture.JPEG: metadata.JPEG, picture.PNG: metadata.PNG, picture.GIF: metadata.GIF, picture.WebP: metadata.WebP,
		picture.BMP: metadata.BMP, picture.TIFF: metadata.TIFF, picture.HEIC: metadata.HEIC, picture.AVIF: metadata.AVIF,
	} {
		if string(format) != name {
			t.Errorf("%q is not %q", name, format)
		}
	}

	for name, format := range map[string]variant.Format{
		picture.JPEG: variant.JPEG, picture.PNG: variant.PNG, picture.WebP: variant.WebP, picture.Auto: variant.Auto,
	} {
		if string(format) != name {
			t.Errorf("%q is not %q", name, format)
		}
	}
}
