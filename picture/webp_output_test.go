package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/webp"

	"triptych/picture"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

func asWebP(format variant.Format) variant.Spec {
	return variant.Spec{Name: "w", Width: 60, Height: 60, Fit: variant.Inside, Format: format, Quality: 90}
}

func TestWebPOutput(t *testing.T) {
	opaque, glass := lopsided(120, 80), image.NewNRGBA(image.Rect(0, 0, 120, 80))

	for y := range 80 {
		for x := range 120 {
			r, g, b, _ := opaque.At(x, y).RGBA()
			glass.SetNRGBA(x, y, color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(255 * (x / 60))})
		}
	}

	for name, file := range map[string][]byte{
		"JPEG": encodeJPEG(t, opaque), "PNG": encodePNG(t, opaque), "PNG with alpha": encodePNG(t, glass),
	} {
		t.Run(name, func(t *testing.T) {
			made, err := picture.Process(context.Background(), file, asWebP(variant.WebP), asPNG(60, 60))
			if err != nil {
				t.Fatal(err)
			}

			if made[0].Extension != "webp" || made[0].ContentType != "image/webp" || len(made[0].Alternatives) > 0 {
				t.Errorf("%s, %s, %d alternatives", made[0].Extension, made[0].ContentType, len(made[0].Alternatives))
			}

			looksAlike(t, made[0].Data, made[1].Data)
		})
	}
}

// looksAlike compares a WebP with a PNG. Other packages decode both.
func looksAlike(t *testing.T, lossy, want []byte) {
	t.Helper()

	decoded, err := webp.Decode(bytes.NewReader(lossy))
	if err != nil {
		t.Fatal(err)
	}

	reference, _, err := image.Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}

	// x/image/webp treats the samples as full range. Process converts them correctly.
	upright, err := picture.Process(context.Background(), lossy, variant.Spec{
		Name: "p", Width: 1000, Height: 1000, Fit: variant.Inside, Format: variant.PNG,
	})
	if err != nil {
		t.Fatal(err)
	}

	got, _, err := image.Decode(bytes.NewReader(upright[0].Data))
	if err != nil {
		t.Fatal(err)
	}

	if decoded.Bounds() != reference.Bounds() || psnr(t, got, reference) < 27 {
		t.Errorf("%v, want %v; %.1f dB", decoded.Bounds(), reference.Bounds(), psnr(t, got, reference))
	}
}

func TestProcess_auto_makesTwoFiles(t *testing.T) {
	glass := image.NewNRGBA(image.Rect(0, 0, 40, 40))

	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"a photo":             {encodeJPEG(t, lopsided(120, 80)), "auto.jpg"},
		"a PNG without holes": {encodePNG(t, lopsided(120, 80)), "auto.jpg"},
		"a PNG with":          {encodePNG(t, glass), "auto.png"},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := picture.Process(context.Background(), test.file, asWebP(variant.Auto))
			if err != nil {
				t.Fatal(err)
			}

			if made[0].Extension != test.want || len(made[0].Alternatives) != 1 {
				t.Fatalf("%s with %d alternatives", made[0].Extension, len(made[0].Alternatives))
			}

			other := made[0].Alternatives[0]
			if other.Extension != "auto.webp" || other.ContentType != "image/webp" ||
				other.Width != made[0].Width || other.Height != made[0].Height {
				t.Errorf("%s, %s, %d × %d", other.Extension, other.ContentType, other.Width, other.Height)
			}

			for _, file := range []picture.Output{made[0], other} {
				info, err := metadata.Inspect(bytes.NewReader(file.Data), int64(len(file.Data)))
				if err != nil || info.Width != file.Width || metadata.EntryOf(info.Format).ContentType != file.ContentType {
					t.Errorf("%+v, %v", info, err)
				}
			}
		})
	}
}
