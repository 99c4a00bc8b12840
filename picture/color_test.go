package picture_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"

	"triptych/picture/metadata"
	"triptych/picture/variant"
)

func TestProcess_profiles_copiedIfTheyMatch(t *testing.T) {
	color, gray := lopsided(60, 40), image.NewGray(image.Rect(0, 0, 60, 40))
	icc := func(profile string) string { return "ICC_PROFILE\x00\x01\x01" + profile }
	iccp := func(profile string) string { return "a name\x00\x00" + deflate(t, profile) }
	rgb, grayProfile, cmyk := profileFor("RGB ", 3000), profileFor("GRAY", 400), profileFor("CMYK", 400)

	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"none":                        {encodeJPEG(t, color), ""},
		"RGB in a color JPEG":         {withSegment(encodeJPEG(t, color), 0xe2, icc(rgb)), rgb},
		"RGB in a color PNG":          {withChunk(encodePNG(t, color), "iCCP", iccp(rgb)), rgb},
		"gray in a gray JPEG":         {withSegment(encodeJPEG(t, gray), 0xe2, icc(grayProfile)), grayProfile},
		"gray in a gray PNG":          {withChunk(encodePNG(t, gray), "iCCP", iccp(grayProfile)), grayProfile},
		"gray in a color JPEG":        {withSegment(encodeJPEG(t, color), 0xe2, icc(grayProfile)), ""},
		"RGB in a gray JPEG":          {withSegment(encodeJPEG(t, gray), 0xe2, icc(rgb)), ""},
		"CMYK in a color JPEG":        {withSegment(encodeJPEG(t, color), 0xe2, icc(cmyk)), ""},
		"CMYK in a CMYK JPEG":         {withSegment(testdata(t, "cmyk.jpg"), 0xe2, icc(cmyk)), ""},
		"RGB in a PNG with a palette": {withChunk(encodePNG(t, paletted()), "iCCP", iccp(rgb)), rgb},
		"no profile at all":           {withSegment(encodeJPEG(t, color), 0xe2, icc("hello")), ""},
		"too short for its header":    {withSegment(encodeJPEG(t, color), 0xe2, icc(rgb[:100])), ""},
	} {
		for _, want := range []variant.Spec{asJPEG(30, 30), asPNG(30, 30)} {
			t.Run(name+" as "+want.Name, func(t *testing.T) {
				output, _ := make1(t, c.file, want)
				if got := profileOf(t, output); got != c.want {
					t.Errorf("a profile of %d bytes, want %d", len(got), len(c.want))
				}
			})
		}
	}
}

func TestLargeProfilesAreSplit(t *testing.T) {
	profile := profileFor("RGB ", 150_000)
	file := withChunk(encodePNG(t, lopsided(60, 40)), "iCCP", "name\x00\x00"+deflate(t, profile))

	output, _ := make1(t, file, asJPEG(30, 30))
	if profileOf(t, output) != profile {
		t.Error("the profile differs")
	}

	// Each chunk has the maximum length: 65,519 bytes after 14 bytes and the 2 bytes of
	// the length.
	for _, number := range []byte{1, 2} {
		if !bytes.Contains(output.Data, append([]byte("\xff\xe2\xff\xffICC_PROFILE\x00"), number, 3)) {
			t.Errorf("chunk %d of 3 is missing, or not full", number)
		}
	}
}

// TestVariantsHaveNoMetadata checks that a variant has only the metadata that the encoder
// wrote.
func TestVariantsHaveNoMetadata(t *testing.T) {
	file := encodeJPEG(t, lopsided(60, 40))
	for _, payload := range []string{"Exif\x00\x00" + exifWith(3), "http://ns.adobe.com/xap/1.0/\x00<x/>"} {
		file = withSegment(file, 0xe1, payload)
	}

	file = withSegment(file, 0xfe, "a comment")
	file = withSegment(file, 0xe2, "ICC_PROFILE\x00\x01\x01"+profileFor("RGB ", 500))

	for _, want := range []variant.Spec{asJPEG(30, 30), asPNG(30, 30), asPNG(100, 100)} {
		output, _ := make1(t, file, want)

		var clean bytes.Buffer

		report, err := metadata.Sanitize(&clean, bytes.NewReader(output.Data))
		if err != nil || len(report.Removed) > 0 || !bytes.Equal(clean.Bytes(), output.Data) {
			t.Errorf("%s: %v, removed %v", want.Name, err, report.Removed)
		}

		info, err := metadata.Inspect(bytes.NewReader(output.Data), int64(len(output.Data)))
		if err != nil || info.Orientation != 1 {
			t.Errorf("%s: orientation %d, %v", want.Name, info.Orientation, err)
		}
	}
}

func TestProcess_gray_staysGray(t *testing.T) {
	gray, deep := image.NewGray(image.Rect(0, 0, 60, 40)), image.NewGray16(image.Rect(0, 0, 60, 40))

	for y := range 40 {
		for x := range 60 {
			gray.SetGray(x, y, color.Gray{uint8(4 * x)})
			deep.SetGray16(x, y, color.Gray16{uint16(1024*x + 255)})
		}
	}

	for name, file := range map[string][]byte{
		"JPEG": encodeJPEG(t, gray), "PNG": encodePNG(t, gray), "PNG of 16 bits": encodePNG(t, deep),
		"PNG with gray alpha": grayAlpha(t),
	} {
		for _, want := range []variant.Spec{asJPEG(100, 100), asPNG(100, 100)} {
			t.Run(name+" as "+want.Name, func(t *testing.T) {
				output, got := make1(t, file, want)

				if name == "PNG with gray alpha" && want.Format == variant.PNG {
					if _, kept := got.(*image.NRGBA); !kept {
						t.Errorf("%T: alpha is lost", got)
					}

					return
				}

				if _, kept := got.(*image.Gray); !kept {
					t.Errorf("%T of %d bytes", got, len(output.Data))
				}

				if name != "PNG with gray alpha" && psnr(t, got, gray) < 40 {
					t.Errorf("%.1f dB", psnr(t, got, gray))
				}
			})
		}
	}
}

func TestAlphaIsKeptOrFlattenedOnWhite(t *testing.T) {
	drawn := image.NewNRGBA(image.Rect(0, 0, 32, 32))

	for y := range 32 {
		for x := range 32 {
			alpha := [4]uint8{0, 255, 128, 0}[y/8]
			drawn.SetNRGBA(x, y, color.NRGBA{200, 0, 100, alpha})
		}
	}

	for name, c := range map[string]struct {
		want variant.Spec
		rows [4]color.NRGBA // in the middle of each band
	}{
		"PNG":  {asPNG(100, 100), [4]color.NRGBA{{}, {200, 0, 100, 255}, {200, 0, 100, 128}, {}}},
		"JPEG": {asJPEG(100, 100), [4]color.NRGBA{{255, 255, 255, 255}, {200, 0, 100, 255}, {227, 127, 177, 255}, {255, 255, 255, 255}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := make1(t, encodePNG(t, drawn), c.want)

			for band, want := range c.rows {
				pixel := color.NRGBAModel.Convert(got.At(16, 8*band+4)).(color.NRGBA)
				if want.A == 0 && pixel.A == 0 {
					continue // The color of a transparent pixel is not visible.
				}

				if !near(pixel, want, 4) {
					t.Errorf("band %d: got %v, want %v", band, pixel, want)
				}
			}
		})
	}
}

// TestHiddenColorDoesNotBleed checks that the color of fully transparent pixels does not
// spread when an image shrinks.
func TestHiddenColorDoesNotBleed(t *testing.T) {
	drawn := image.NewNRGBA(image.Rect(0, 0, 64, 64))

	for y := range 64 {
		for x := range 64 {
			drawn.SetNRGBA(x, y, color.NRGBA{R: 255})

			if x >= 32 {
				drawn.SetNRGBA(x, y, color.NRGBA{B: 255, A: 255})
			}
		}
	}

	_, got := make1(t, encodePNG(t, drawn), asPNG(16, 16))
	for x := range 16 {
		if pixel := color.NRGBAModel.Convert(got.At(x, 8)).(color.NRGBA); pixel.A > 0 && pixel.R > 0 {
			t.Errorf("red at %d: %v", x, pixel)
		}
	}
}

func TestSixteenBitsBecomeEight(t *testing.T) {
	deep := image.NewNRGBA64(image.Rect(0, 0, 60, 40))

	for y := range 40 {
		for x := range 60 {
			deep.SetNRGBA64(x, y, color.NRGBA64{uint16(1000 * x), uint16(1600 * y), 0x80ff, 0xffff})
		}
	}

	_, got := make1(t, encodePNG(t, deep), asPNG(100, 100))
	if psnr(t, got, deep) < 50 {
		t.Errorf("%.1f dB", psnr(t, got, deep))
	}

	if model := got.ColorModel(); model != color.RGBAModel {
		t.Errorf("%T, want 8 bits without alpha", got)
	}
}

func TestCMYKBecomesRGB(t *testing.T) {
	// The image goes from red at the top to blue at the bottom.
	_, got := make1(t, testdata(t, "cmyk.jpg"), asJPEG(100, 100))
	if _, color := got.(*image.YCbCr); !color {
		t.Fatalf("%T", got)
	}

	top := color.NRGBAModel.Convert(got.At(12, 0)).(color.NRGBA)
	bottom := color.NRGBAModel.Convert(got.At(12, 15)).(color.NRGBA)

	if !near(top, color.NRGBA{255, 0, 0, 255}, 12) || !near(bottom, color.NRGBA{0, 0, 255, 255}, 12) {
		t.Errorf("from %v to %v", top, bottom)
	}
}

func TestPalettes(t *testing.T) {
	want := paletted()

	_, got := make1(t, encodePNG(t, want), asPNG(100, 100))
	if !math.IsInf(psnr(t, got, want), 1) {
		t.Errorf("%.1f dB", psnr(t, got, want))
	}
}

func TestJPEGsAreSubsampled(t *testing.T) {
	output, got := make1(t, encodePNG(t, lopsided(60, 40)), asJPEG(30, 30))
	if decoded, ok := got.(*image.YCbCr); !ok || decoded.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		t.Errorf("%T of %s", got, output.ContentType)
	}
}

// TestSubsampledSources checks every chroma subsampling, cropped at an odd position
// within a chroma sample.
func TestSubsampledSources(t *testing.T) {
	want := covering(asPNG(19, 48)) // of 64, from 23 on
	_, full := make1(t, testdata(t, "sampling-444.jpg"), want)

	const alike = 28 // dB; these images are very colorful, and 4:1:0 has an eighth of the chroma samples

	for _, sampling := range []string{"444", "440", "422", "420", "411", "410"} {
		if _, got := make1(t, testdata(t, "sampling-"+sampling+".jpg"), want); psnr(t, got, full) < alike {
			t.Errorf("%s: %.1f dB", sampling, psnr(t, got, full))
		}
	}
}

// TestIndexBeyondThePalette checks that an index beyond the palette is opaque black, as
// in image/png.
func TestIndexBeyondThePalette(t *testing.T) {
	header := "\x00\x00\x00\x02\x00\x00\x00\x01\x08\x03\x00\x00\x00"
	file := bytes.Join([][]byte{
		[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", header), chunk("PLTE", "\xff\x00\x00"),
		chunk("IDAT", deflate(t, "\x00\x00\xfe")), chunk("IEND", ""),
	}, nil)

	_, got := make1(t, file, asPNG(10, 10))
	if second := color.NRGBAModel.Convert(got.At(1, 0)); second != (color.NRGBA{A: 255}) {
		t.Errorf("got %v", second)
	}
}

func TestQuality(t *testing.T) {
	sizes := map[int]int{}

	for _, quality := range []int{0, 30, 80, 95} {
		want := asJPEG(300, 300)
		want.Quality = quality
		output, _ := make1(t, encodePNG(t, lopsided(300, 200)), want)
		sizes[quality] = len(output.Data)
	}

	if sizes[0] != sizes[80] || sizes[30] >= sizes[80] || sizes[80] >= sizes[95] {
		t.Errorf("bytes by quality: %v", sizes)
	}
}

func TestProcess_output_contentType(t *testing.T) {
	file := encodePNG(t, lopsided(60, 40))

	if output, _ := make1(t, file, asJPEG(30, 30)); output.ContentType != "image/jpeg" || output.Extension != "jpg" {
		t.Errorf("%s, %s", output.ContentType, output.Extension)
	} else if _, err := jpeg.Decode(bytes.NewReader(output.Data)); err != nil {
		t.Error(err)
	}

	if output, _ := make1(t, file, asPNG(30, 30)); output.ContentType != "image/png" || output.Extension != "png" {
		t.Errorf("%s, %s", output.ContentType, output.Extension)
	}
}

func near(a, b color.NRGBA, most int) bool {
	for _, pair := range [][2]uint8{{a.R, b.R}, {a.G, b.G}, {a.B, b.B}, {a.A, b.A}} {
		if difference := int(pair[0]) - int(pair[1]); difference > most || -difference > most {
			return false
		}
	}

	return true
}

// paletted returns an image of three colors.
func paletted() *image.Paletted {
	drawn := image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{
		color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 128, 0, 255}, color.NRGBA{10, 20, 240, 255},
	})
	for i := range drawn.Pix {
		drawn.Pix[i] = uint8(i % 3)
	}

	return drawn
}

// grayAlpha builds a PNG of color type 4, which image/png cannot write: 2×1 pixels, one
// black and one half transparent.
func grayAlpha(t *testing.T) []byte {
	t.Helper()

	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 2), 1)

	return bytes.Join([][]byte{
		[]byte("\x89PNG\r\n\x1a\n"),
		chunk("IHDR", string(header)+"\x08\x04\x00\x00\x00"),
		chunk("IDAT", deflate(t, "\x00\x00\xff\x00\x80")),
		chunk("IEND", ""),
	}, nil)
}
