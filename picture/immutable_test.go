package picture

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"testing"

	"triptych/picture/planes"
	"triptych/picture/variant"
)

// copied returns all samples of an image and its alpha.
func copied(picture *planes.Image, alpha *planes.Plane) []byte {
	var samples []byte

	if picture != nil {
		for i := range picture.Planes {
			for y := range picture.Planes[i].Height {
				samples = append(samples, picture.Planes[i].Row(y)...)
			}
		}
	}

	if alpha != nil {
		samples = append(samples, alpha.Pix...)
	}

	return samples
}

// fading returns a PNG that gets transparent from left to right.
func fading(t *testing.T, width, height int) []byte {
	t.Helper()

	drawn := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			drawn.SetNRGBA(x, y, color.NRGBA{uint8(7 * x), uint8(5 * y), uint8(x * y), uint8(255 - 255*x/width)})
		}
	}

	var file bytes.Buffer
	if err := png.Encode(&file, drawn); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

// everyFormat returns a variant of each format, unscaled and scaled, and one of a few
// rows if low is set.
func everyFormat(low bool) []variant.Spec {
	var wants []variant.Spec

	for _, format := range []variant.Format{variant.JPEG, variant.PNG, variant.WebP, variant.Auto} {
		for _, side := range []int{1000, 60} {
			wants = append(wants, variant.Spec{
				Name: string(format), Width: side, Height: side, Fit: variant.Inside, Format: format, Quality: 80, Colorspace: variant.SRGB,
			})
		}
	}

	if low {
		wants = append(wants, variant.Spec{Name: "low", Width: 9, Height: 9, Fit: variant.Inside, Format: variant.JPEG, Quality: 80})
	}

	return wants
}

// TestDecoded_variant_changesNoPlanes checks that no variant changes the planes of a held
// image, and that encoding changes no frame, held or made of rows.
func TestDecoded_variant_changesNoPlanes(t *testing.T) {
	files := map[string][]byte{"PNG with alpha": fading(t, 120, 80)}

	for _, name := range []string{"cmyk.jpg", "sampling-420.jpg", "lossy.webp", "lossy-alpha.webp", "glass.avif", "sampling-444.heic"} {
		file, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}

		files[name] = file
	}

	for name, data := range files {
		for _, low := range []bool{false, true} {
			file, err := open(data)
			if err != nil {
				t.Fatal(err)
			}

			plans := plansFor(file.info, everyFormat(low))
			unchanged := slices.Clone(plans)

			made, err := file.decode(context.Background(), plans)
			if err != nil {
				t.Fatal(err)
			}

			whole, _ := made.frames.(*held)
			if whole == nil {
				whole = new(held)
			}

			straight, multiplied := copied(whole.straight, whole.alpha), copied(whole.premultiplied, whole.alpha)

			for i := range plans {
				taken := made.frames.take(i, &plans[i])
				before := copied(taken.picture, taken.alpha)

				if _, err := made.encode(context.Background(), taken, plans[i].want); err != nil {
					t.Fatal(err)
				}

				if !bytes.Equal(copied(taken.picture, taken.alpha), before) {
					t.Errorf("%s: encoding %+v has changed its frame", name, plans[i].want)
				}
			}

			if !bytes.Equal(copied(whole.straight, whole.alpha), straight) ||
				!bytes.Equal(copied(whole.premultiplied, whole.alpha), multiplied) {
				t.Errorf("%s: a variant has changed the held image", name)
			}

			if !slices.Equal(plans, unchanged) {
				t.Errorf("%s: a plan has changed", name)
			}
		}
	}
}

// TestDeliveryFor checks in which form a decoder of rows delivers an image with alpha.
func TestDeliveryFor(t *testing.T) {
	scaled := variant.Spec{Width: 60, Height: 60, Fit: variant.Inside, Format: variant.PNG}
	whole := variant.Spec{Width: 1000, Height: 1000, Fit: variant.Inside, Format: variant.PNG}
	low := variant.Spec{Width: 9, Height: 9, Fit: variant.Inside, Format: variant.PNG}

	file, err := open(fading(t, 120, 80))
	if err != nil {
		t.Fatal(err)
	}

	for name, c := range map[string]struct {
		wants []variant.Spec
		want  delivery
	}{
		"nothing":          {nil, delivery{}},
		"all scale":        {[]variant.Spec{scaled, scaled}, delivery{rows: true, premultiplied: true}},
		"none scales":      {[]variant.Spec{whole}, delivery{rows: true}},
		"some scale":       {[]variant.Spec{scaled, whole}, delivery{rows: true, mixed: true}},
		"a few rows":       {[]variant.Spec{scaled, low}, delivery{premultiplied: true}},
		"some, a few rows": {[]variant.Spec{whole, low}, delivery{mixed: true}},
	} {
		if got := deliveryFor(plansFor(file.info, c.wants)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
