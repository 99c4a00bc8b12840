package encoder

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// drawn returns an image with a color for each pixel.
func drawn(width, height int, at func(x, y int) color.NRGBA) *image.NRGBA {
	made := image.NewNRGBA(image.Rect(0, 0, width, height))

	for y := range height {
		for x := range width {
			made.SetNRGBA(x, y, at(x, y))
		}
	}

	return made
}

// graphic returns an icon with text-like lines, soft edges and transparent corners.
func graphic(width, height int) *image.NRGBA {
	return drawn(width, height, func(x, y int) color.NRGBA {
		dx, dy := x-width/2, y-height/2

		switch far := dx*dx + dy*dy; {
		case far > width*width/4:
			return color.NRGBA{}
		case far > width*width/5:
			return color.NRGBA{40, 90, 200, byte(255 - 200*(far-width*width/5)/(width*width/20))}
		case y%16 < 9 && (x*7+y/16*13)%11 < 5:
			return color.NRGBA{20, 20, byte(30 + x*3%50), 255}
		default:
			return color.NRGBA{byte(200 + y*50/height), 220, 240, 255}
		}
	})
}

// Images with few colors have the smallest form, and the same pixels.
func TestEncode_forms(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 50, 30))
	for i := range gray.Pix {
		gray.Pix[i] = byte(i % 4 * 85)
	}

	rgb := func(of func(x, y int) color.NRGBA) image.Image {
		from := drawn(61, 47, of)
		made := image.NewRGBA(from.Rect)
		copy(made.Pix, from.Pix) // All pixels are opaque.

		return made
	}

	manyGrays := func(x, y int) color.NRGBA {
		value := byte(x*y ^ x<<2)

		return color.NRGBA{value, value, value, 255}
	}
	few := func(x, y int) color.NRGBA {
		return color.NRGBA{byte(x * x * y % 5 * 50), byte(y * y * x % 3 * 99), 7, 255}
	}
	translucent := func(x, y int) color.NRGBA {
		return color.NRGBA{byte(x * x * y % 5), 9, 7, byte(x * y * y % 7 % 2 * 254)}
	}

	for name, want := range map[string]struct {
		pixels      image.Image
		options     Options
		depth, kind byte
	}{
		"two bits of gray":      {gray, Options{}, 2, 0},
		"gray in color":         {rgb(manyGrays), Options{}, 8, 0},
		"gray with a profile":   {rgb(manyGrays), Options{Profile: true}, 8, indexed},
		"fifteen colors":        {rgb(few), Options{}, 4, indexed},
		"ten translucent":       {drawn(60, 40, translucent), Options{}, 4, indexed},
		"one color":             {rgb(func(int, int) color.NRGBA { return color.NRGBA{1, 2, 3, 255} }), Options{}, 1, indexed},
		"opaque without reason": {drawn(99, 99, func(x, y int) color.NRGBA { return color.NRGBA{byte(x * 3), byte(y * 3), byte(x ^ y), 255} }), Options{}, 8, trueColor},
	} {
		file, err := Encode(want.pixels, want.options)
		if err != nil {
			t.Fatal(err)
		}

		const depthAt, kindAt = 24, 25 // in the file

		if file[depthAt] != want.depth || file[kindAt] != want.kind {
			t.Errorf("%s: depth %d, color type %d, want %d and %d", name, file[depthAt], file[kindAt], want.depth, want.kind)
		}

		got, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}

		same(t, got, want.pixels)
	}
}

// A graphic has no more bytes than image/png writes at its best level.
func TestEncode_graphics(t *testing.T) {
	for _, side := range []int{16, 48, 200, 512} {
		pixels := graphic(side, side)

		file, err := Encode(pixels, Options{})
		if err != nil {
			t.Fatal(err)
		}

		var best bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&best, pixels); err != nil {
			t.Fatal(err)
		}

		if len(file) > best.Len() {
			t.Errorf("%d × %d pixels: %d bytes, image/png %d", side, side, len(file), best.Len())
		}

		got, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}

		same(t, got, pixels)
	}
}
