package gif_test

import (
	"bytes"
	"image"
	"image/color/palette"
	"image/draw"
	strict "image/gif"
	_ "image/jpeg"
	"os"
	"testing"
)

// BenchmarkDecode compares the speed with image/gif on a photo in 256 colors:
//
//	go test ./picture/gif -run '^$' -bench Decode
func BenchmarkDecode(b *testing.B) {
	photo, err := os.Open("../../samples/dragonfly.jpg")
	if err != nil {
		b.Skip(err)
	}

	decoded, _, err := image.Decode(photo)
	if err != nil {
		b.Fatal(err)
	}

	flat := image.NewPaletted(decoded.Bounds(), palette.WebSafe)
	draw.FloydSteinberg.Draw(flat, flat.Rect, decoded, image.Point{})

	var file bytes.Buffer
	if err := strict.Encode(&file, flat, nil); err != nil {
		b.Fatal(err)
	}

	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(flat.Pix)))
		b.ReportAllocs()

		for b.Loop() {
			if _, _, err := first(file.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	})

	b.Run("image-gif", func(b *testing.B) {
		b.SetBytes(int64(len(flat.Pix)))
		b.ReportAllocs()

		for b.Loop() {
			if _, err := strict.Decode(bytes.NewReader(file.Bytes())); err != nil {
				b.Fatal(err)
			}
		}
	})
}
