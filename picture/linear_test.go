package picture

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"triptych/picture/variant"
)

// stripes returns lines of black and white, one pixel each.
func stripes(width, height int) *image.Paletted {
	drawn := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Gray{0}, color.Gray{255}})
	for y := range height {
		for x := range width {
			drawn.SetColorIndex(x, y, uint8((x+y)&1))
		}
	}

	return drawn
}

// In linear light, a pattern of black and white becomes the gray of half the light, 188. The
// mean of the encoded values is 128.
func TestProcess_linearInEveryFormat(t *testing.T) {
	drawn := stripes(128, 96)
	color := image.NewNRGBA(drawn.Rect)
	draw.Draw(color, color.Rect, drawn, image.Point{}, draw.Src)

	sources := map[string]func(to *bytes.Buffer) error{
		"jpeg": func(to *bytes.Buffer) error { return jpeg.Encode(to, color, &jpeg.Options{Quality: 100}) },
		"png":  func(to *bytes.Buffer) error { return png.Encode(to, color) },
		"gif":  func(to *bytes.Buffer) error { return gif.Encode(to, drawn, nil) },
		"bmp":  func(to *bytes.Buffer) error { return bmp.Encode(to, color) },
		"tiff": func(to *bytes.Buffer) error { return tiff.Encode(to, color, nil) },
		"webp": func(to *bytes.Buffer) error {
			var file bytes.Buffer
			if err := png.Encode(&file, color); err != nil {
				return err
			}

			made, err := Process(context.Background(), file.Bytes(), variant.Spec{
				Name: "a", Width: 128, Height: 96, Fit: Inside, Format: WebP, Quality: 100,
			})
			if err != nil {
				return err
			}

			to.Write(made[0].Data)

			return nil
		},
	}

	for name, encode := range sources {
		t.Run(name, func(t *testing.T) {
			var file bytes.Buffer
			if err := encode(&file); err != nil {
				t.Fatal(err)
			}

			for resample, want := range map[variant.Resample]int{"": 128, Gamma: 128, Linear: 188} {
				made, err := Process(context.Background(), file.Bytes(), variant.Spec{
					Name: "a", Width: 32, Height: 24, Fit: Inside, Format: PNG, Resample: resample,
				})
				if err != nil {
					t.Fatal(err)
				}

				shown, err := png.Decode(bytes.NewReader(made[0].Data))
				if err != nil {
					t.Fatal(err)
				}

				r, g, b, _ := shown.At(16, 12).RGBA()
				for _, got := range []uint32{r >> 8, g >> 8, b >> 8} {
					if off := int(got) - want; off < -3 || off > 3 {
						t.Errorf("%q: %d %d %d, want %d", resample, r>>8, g>>8, b>>8, want)
					}
				}
			}
		})
	}
}

// A variant that is not scaled has the pixels of the source.
func TestProcess_linearUnscaled(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, stripes(40, 30)); err != nil {
		t.Fatal(err)
	}

	spec := variant.Spec{Name: "a", Width: 40, Height: 30, Fit: Inside, Format: PNG}

	gamma, err := Process(context.Background(), file.Bytes(), spec)
	if err != nil {
		t.Fatal(err)
	}

	spec.Resample = Linear

	linear, err := Process(context.Background(), file.Bytes(), spec)
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Equal(gamma[0].Data, linear[0].Data) {
		t.Error("other pixels")
	}
}

// The frames of an animation are resized in linear light, too, and colors next to
// transparent pixels stay as they are.
func TestProcess_linearAnimation(t *testing.T) {
	moving := &gif.GIF{}
	for range 2 {
		moving.Image, moving.Delay = append(moving.Image, stripes(64, 48)), append(moving.Delay, 10)
	}

	moving.Image[1].SetColorIndex(0, 0, 1)

	var file bytes.Buffer
	if err := gif.EncodeAll(&file, moving); err != nil {
		t.Fatal(err)
	}

	made, err := Process(context.Background(), file.Bytes(), variant.Spec{
		Name: "a", Width: 16, Height: 12, Fit: Inside, Format: WebP, Quality: 90, Animated: true, Resample: Linear,
	})
	if err != nil {
		t.Fatal(err)
	}

	again, err := Process(context.Background(), made[0].Data, variant.Spec{Name: "a", Width: 16, Height: 12, Fit: Inside, Format: PNG})
	if err != nil {
		t.Fatal(err)
	}

	shown, err := png.Decode(bytes.NewReader(again[0].Data))
	if err != nil {
		t.Fatal(err)
	}

	if r, _, _, _ := shown.At(8, 6).RGBA(); r>>8 < 180 || r>>8 > 196 {
		t.Errorf("level %d, want 188", r>>8)
	}
}
