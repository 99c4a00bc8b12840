package png_test

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	_ "image/jpeg"
	stdpng "image/png"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/png"
)

// BenchmarkDecode compares the speed with image/png, on the samples and on the photo of
// TRIPTYCH_PHOTOS as a PNG:
//
//	go test ./picture/png -run '^$' -bench Decode
func BenchmarkDecode(b *testing.B) {
	names, _ := filepath.Glob("../../samples/*.png")
	files := map[string][]byte{}

	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}

		files[filepath.Base(name)] = file
	}

	if folder := os.Getenv("TRIPTYCH_PHOTOS"); folder != "" {
		photo, err := os.Open(filepath.Join(folder, "p12.jpg"))
		if err != nil {
			b.Fatal(err)
		}

		decoded, _, err := image.Decode(photo)
		if err != nil {
			b.Fatal(err)
		}

		opaque := image.NewRGBA(decoded.Bounds())
		draw.Draw(opaque, opaque.Rect, decoded, image.Point{}, draw.Src)

		var file bytes.Buffer
		if err := stdpng.Encode(&file, opaque); err != nil {
			b.Fatal(err)
		}

		files["12 megapixels"] = file.Bytes()
	}

	for name, file := range files {
		b.Run(name+"/planes", func(b *testing.B) {
			b.ReportAllocs()

			for b.Loop() {
				if _, _, err := png.Decode(context.Background(), file, png.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})

		b.Run(name+"/image-png", func(b *testing.B) {
			b.ReportAllocs()

			for b.Loop() {
				if _, err := stdpng.Decode(bytes.NewReader(file)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
