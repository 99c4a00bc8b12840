package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"math"
	"strings"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/variant"
)

func TestWebPsAreDecoded(t *testing.T) {
	const exact = math.MaxFloat64 // dB; equal images have infinity, which is more

	for name, c := range map[string]struct {
		file  []byte
		want  image.Image
		least float64
	}{
		"lossy":                  {testdata(t, "lossy.webp"), lopsided(64, 48), 36},
		"lossy, odd RIFF size":   {extended(t, "lossy.webp", 0, nil, []byte("!")), lopsided(64, 48), 36},
		"lossy, alpha":           {testdata(t, "lossy-alpha.webp"), glass(), 36},
		"lossy, alpha stored":    {testdata(t, "lossy-alpha-plain.webp"), glass(), 36},
		"lossy, alpha no flag":   {bytes.Replace(testdata(t, "lossy-alpha.webp"), []byte("\x0a\x00\x00\x00\x10"), []byte("\x0a\x00\x00\x00\x00"), 1), glass(), 36},
		"lossy, a flag no alpha": {extended(t, "lossy.webp", 1<<4, nil, nil), lopsided(64, 48), 36},
		"lossless, alpha":        {testdata(t, "lossless.webp"), glass(), exact},
		"lossless, few colors":   {testdata(t, "lossless-palette.webp"), paletted(), exact},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := make1(t, c.file, asPNG(100, 100))
			if alike := psnr(t, shown(got), shown(c.want)); alike < c.least {
				t.Errorf("%.1f dB", alike)
			}
		})
	}
}

// shown returns the image with black in place of invisible colors.
func shown(drawn image.Image) image.Image {
	visible := image.NewNRGBA(drawn.Bounds())

	for y := drawn.Bounds().Min.Y; y < drawn.Bounds().Max.Y; y++ {
		for x := drawn.Bounds().Min.X; x < drawn.Bounds().Max.X; x++ {
			if pixel := color.NRGBAModel.Convert(drawn.At(x, y)).(color.NRGBA); pixel.A > 7 {
				visible.SetNRGBA(x, y, pixel)
			}
		}
	}

	return visible
}

// TestWebPColors checks that colors stay the same although VP8 stores them in another
// range.
func TestWebPColors(t *testing.T) {
	_, got := make1(t, testdata(t, "animated.webp"), asPNG(100, 100))

	if pixel := color.NRGBAModel.Convert(got.At(30, 20)).(color.NRGBA); !near(pixel, color.NRGBA{200, 40, 40, 255}, 3) {
		t.Errorf("%v", pixel)
	}
}

// TestFirstFrames checks that an animation shows its first frame at its position, on a
// transparent canvas.
func TestFirstFrames(t *testing.T) {
	red, blue := color.NRGBA{200, 40, 40, 255}, color.NRGBA{B: 200, A: 255}
	area := image.Rect(10, 6, 50, 36)

	want := image.NewNRGBA(image.Rect(0, 0, 64, 48))
	draw.Draw(want, area, image.NewUniform(red), image.Point{}, draw.Src)

	white := image.NewNRGBA(want.Rect)
	draw.Draw(white, white.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(white, area, image.NewUniform(red), image.Point{}, draw.Src)

	many := make([]color.Color, 256)
	for i := range many {
		many[i] = red
	}

	full := image.NewPaletted(area, many)

	for name, file := range map[string][]byte{
		"WebP":              testdata(t, "animated.webp"),
		"GIF":               encodeGIF(t, image.Pt(64, 48), framed(area, red), framed(image.Rect(0, 0, 64, 48), blue)),
		"GIF of one frame":  encodeGIF(t, image.Pt(64, 48), framed(area, red)),
		"GIF of 256 shades": encodeGIF(t, image.Pt(64, 48), full),
	} {
		t.Run(name, func(t *testing.T) {
			_, got := make1(t, file, asPNG(100, 100))
			if alike := psnr(t, shown(got), want); alike < 38 {
				t.Errorf("PNG: %.1f dB", alike)
			}

			_, got = make1(t, file, asJPEG(100, 100))
			if alike := psnr(t, got, white); alike < 25 {
				t.Errorf("JPEG: %.1f dB", alike)
			}

			// A crop must show the same.
			_, got = make1(t, file, covering(asPNG(40, 30)))
			if pixel := color.NRGBAModel.Convert(got.At(0, 0)).(color.NRGBA); pixel.A > 100 {
				t.Errorf("in the corner of a crop: %v", pixel)
			}
		})
	}

	for name, drawn := range map[string]image.Image{
		"lossy.webp": lopsided(64, 48), "lossy-alpha.webp": glass(), "lossless.webp": glass(),
	} {
		want := image.NewNRGBA(image.Rect(0, 0, 91, 70))
		draw.Draw(want, image.Rect(10, 6, 74, 54), drawn, image.Point{}, draw.Src)

		_, got := make1(t, animationOf(t, name, 91, 70, 10, 6), asPNG(100, 100))
		if alike := psnr(t, shown(got), shown(want)); alike < 36 {
			t.Errorf("%s in a frame: %.1f dB", name, alike)
		}
	}

	_, got := make1(t, testdata(t, "animated-full.webp"), asPNG(100, 100))
	if alike := psnr(t, got, lopsided(64, 48)); alike < 36 {
		t.Errorf("a first frame that fills the canvas: %.1f dB", alike)
	}
}

// TestLaterFramesAreNotDecoded checks that only the first frame is decoded, and that the
// data after it is not needed.
func TestLaterFramesAreNotDecoded(t *testing.T) {
	area := image.Rect(0, 0, 64, 48)
	animation := encodeGIF(t, image.Pt(64, 48), framed(area, color.Black), framed(area, color.White))

	// The size of the LZW codes follows the descriptor and its two colors.
	second := bytes.LastIndex(animation, []byte{0x2c, 0, 0, 0, 0, 64, 0, 48, 0})
	animation[second+10+2*3] = 13

	if _, err := gif.DecodeAll(bytes.NewReader(animation)); err == nil {
		t.Fatal("the second frame is not damaged")
	}

	make1(t, animation, asPNG(10, 10))
}

func TestGIFs(t *testing.T) {
	area := image.Rect(0, 0, 30, 20)
	glassy := framed(area, color.NRGBA{200, 40, 40, 255})
	glassy.Pix[0] = 1 // transparent

	for name, c := range map[string]struct {
		file []byte
		want image.Image
	}{
		"a palette":    {encodeGIF(t, area.Max, paletted()), paletted()},
		"transparency": {encodeGIF(t, area.Max, glassy), glassy},
		"interlaced":   {interlaced(encodeGIF(t, area.Max, glassy)), glassy}, // Its first row is the first in both orders.
	} {
		_, got := make1(t, c.file, asPNG(100, 100))
		if alike := psnr(t, shown(got), shown(c.want)); !math.IsInf(alike, 1) {
			t.Errorf("%s: %.1f dB", name, alike)
		}
	}

	// A color image, although it has one component.
	_, got := make1(t, encodeGIF(t, area.Max, framed(image.Rect(0, 0, 15, 20), color.NRGBA{200, 40, 40, 255})), asJPEG(100, 100))
	if _, gray := got.(*image.Gray); gray {
		t.Error("a GIF has become gray")
	}
}

func TestWebPsAreTurnedUpright(t *testing.T) {
	file := extended(t, "lossy.webp", 1<<3, nil, riffChunk("EXIF", exifWith(6)))

	output, got := make1(t, file, asPNG(100, 100))
	if output.Width != 48 || output.Height != 64 {
		t.Errorf("%d × %d", output.Width, output.Height)
	}

	want := image.NewNRGBA(image.Rect(0, 0, 48, 64))

	for y := range 64 {
		for x := range 48 {
			want.Set(x, y, lopsided(64, 48).At(y, 47-x))
		}
	}

	if alike := psnr(t, got, want); alike < 36 {
		t.Errorf("%.1f dB", alike)
	}
}

func TestProfilesOfWebPs(t *testing.T) {
	rgb, gray := profileFor("RGB ", 3000), profileFor("GRAY", 400)

	for name, c := range map[string]struct{ profile, want string }{"RGB": {rgb, rgb}, "gray": {gray, ""}} {
		for _, want := range []variant.Spec{asJPEG(30, 30), asPNG(30, 30)} {
			output, _ := make1(t, extended(t, "lossy.webp", 1<<5, riffChunk("ICCP", c.profile), nil), want)
			if got := profileOf(t, output); got != c.want {
				t.Errorf("%s as %s: a profile of %d bytes, want %d", name, want.Name, len(got), len(c.want))
			}
		}
	}
}

func TestDamagedWebPsAndGIFs(t *testing.T) {
	lossy, lossless, alpha := testdata(t, "lossy.webp"), testdata(t, "lossless.webp"), testdata(t, "lossy-alpha.webp")
	whole := encodeGIF(t, image.Pt(30, 20), paletted())
	codes := bytes.Index(whole, []byte{0x2c, 0, 0, 0, 0, 30, 0, 20, 0})

	// shortened returns a WebP whose last chunk was cut, with a matching size in the
	// header.
	shortened := func(file []byte, at, length int) []byte {
		chunk := riffChunk(string(file[at:at+4]), string(file[at+8:at+8+length]))

		return riff(file[12:at], chunk)
	}

	noise := func(file []byte, from, to int) []byte {
		file = bytes.Clone(file)
		for i := from; i < to; i++ {
			file[i] ^= 0x5b
		}

		return file
	}

	at := bytes.Index(alpha, []byte("ALPH"))
	color := alpha[strings.Index(string(alpha), "VP8 "):]

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
		say  string
	}{
		"WebP cut in half":                {lossy[:len(lossy)/2], failure.Truncated, "ends at byte"},
		"lossy, cut and closed":           {shortened(lossy, 12, 100), failure.Truncated, "missing"},
		"lossless, cut and closed":        {shortened(lossless, 12, 100), failure.Truncated, "missing"},
		"alpha of nothing":                {riff(alpha[12:30], riffChunk("ALPH", ""), color), failure.Corrupt, "WebP alpha"},
		"alpha of an unknown compression": {noise(alpha, at+8, at+9), failure.Corrupt, "WebP alpha"},
		"alpha stored, and short":         {riff(alpha[12:30], riffChunk("ALPH", "\x00x"), color), failure.Truncated, "missing"},
		"alpha stored, and missing":       {riff(alpha[12:30], riffChunk("ALPH", "\x00"), color), failure.Corrupt, "alpha of"},
		"lossless of noise":               {noise(lossless, 30, len(lossless)-40), failure.Corrupt, ""},
		"WebP of only a canvas":           {riff(vp8x(0, 64, 48)), failure.Corrupt, "without an image"},
		"lossless, large enough":          {riff(losslessHeader(8660, 5773)), failure.Corrupt, "VP8L"},
		"an animation, too large":         {riff(vp8x(1<<1, 1<<16, 1<<15), riffChunk("ANIM", "123456"), riffChunk("ANMF", strings.Repeat("\x00", 16)+string(losslessHeader(1, 1)))), failure.TooManyPixels, ""},

		"GIF cut in half":       {whole[:len(whole)/2], failure.Truncated, "ends"},
		"GIF of broken codes":   {noise(whole, codes+20, codes+40), failure.Corrupt, "not in the table"},
		"GIF that is too large": {append([]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), whole[13+12:]...), failure.TooManyPixels, "65535 × 65535"},
	} {
		t.Run(name, func(t *testing.T) {
			outputs, err := picture.Process(context.Background(), c.file, asJPEG(50, 50))
			if failure.KindOf(err) != c.want || !strings.Contains(err.Error(), c.say) {
				t.Errorf("got %v, want %s with %q", err, c.want, c.say)
			}

			if outputs != nil {
				t.Error("outputs in addition to an error")
			}
		})
	}
}
