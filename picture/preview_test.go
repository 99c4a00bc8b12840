package picture_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/disintegration/imaging"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/placeholder"
)

// TestPlaceholders checks that a placeholder equals that of the image that imaging scales
// down, for every kind of file.
func TestPlaceholders(t *testing.T) {
	// One color covers most of the image. With many colors the most frequent one is not
	// clear.
	drawn := imaging.Paste(imaging.New(640, 400, color.NRGBA{180, 60, 40, 255}), lopsided(200, 300), image.Pt(400, 20))
	glassy := imaging.Clone(drawn)

	for i := 3; i < len(glassy.Pix); i += 4 {
		glassy.Pix[i] = uint8(i / 4 / 640 * 255 / 400)
	}

	gray := image.NewGray(image.Rect(0, 0, 300, 500))
	for i := range gray.Pix {
		gray.Pix[i] = uint8(i / 300 / 2)
	}

	for name, c := range map[string]struct {
		file []byte
		want image.Image
	}{
		"JPEG": {encodeJPEG(t, drawn), drawn}, "PNG": {encodePNG(t, drawn), drawn}, "alpha": {encodePNG(t, glassy), glassy},
		"gray JPEG": {encodeJPEG(t, gray), gray}, "gray PNG": {encodePNG(t, gray), gray}, "WebP": {testdata(t, "lossless.webp"), glass()},
		"turned": {withSegment(encodeJPEG(t, stored(drawn, 6)), 0xe1, "Exif\x00\x00"+exifWith(6)), drawn},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := picture.Placeholder(context.Background(), c.file)
			if err != nil {
				t.Fatal(err)
			}

			want := placeholder.Of(imaging.Fit(c.want, placeholder.MaxSide, placeholder.MaxSide, imaging.Lanczos))
			if len(got.ThumbHash) != len(want.ThumbHash) || !near(parse(t, got.Color), parse(t, want.Color), 12) {
				t.Errorf("got %d bytes and %s, want %d and %s", len(got.ThumbHash), got.Color, len(want.ThumbHash), want.Color)
			}

			// The first bytes hold the means, in steps of 1/64.
			for shift := 0; shift < 18; shift += 6 {
				if a, b := means(got.ThumbHash)>>shift&63, means(want.ThumbHash)>>shift&63; max(a, b)-min(a, b) > 1 {
					t.Errorf("mean %d is %d, want %d", shift/6, a, b)
				}
			}
		})
	}

	file := encodeJPEG(t, drawn)
	if _, err := picture.Placeholder(context.Background(), file[:len(file)/2]); !failure.Is(err, failure.Truncated) {
		t.Errorf("half a file: %v", err)
	}

	if _, err := picture.Placeholder(context.Background(), bytes.Repeat([]byte("x"), 99)); !failure.Is(err, failure.NotAnImage) {
		t.Errorf("not an image: %v", err)
	}
}

func means(hash []byte) int { return int(hash[0]) | int(hash[1])<<8 | int(hash[2])<<16 }

func parse(t *testing.T, text string) color.NRGBA {
	t.Helper()

	shade := color.NRGBA{A: 255}
	if _, err := fmt.Sscanf(text, "#%02x%02x%02x", &shade.R, &shade.G, &shade.B); err != nil {
		t.Fatalf("%q: %v", text, err)
	}

	return shade
}
