package picture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/tiff"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/heif"
	"triptych/picture/icc"
	"triptych/picture/metadata"
)

// master makes a master and decodes it.
func master(t *testing.T, file []byte) (picture.Output, image.Image) {
	t.Helper()

	made, err := picture.Master(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}

	decoded, _, err := image.Decode(bytes.NewReader(made.Data))
	if err != nil {
		t.Fatal(err)
	}

	info, err := metadata.Inspect(bytes.NewReader(made.Data), int64(len(made.Data)))
	if err != nil || info.Orientation != 1 || info.Width != made.Width || info.Height != made.Height {
		t.Errorf("%+v, %v", info, err)
	}

	return made, decoded
}

func TestMastersOfLosslessFormatsHaveTheSamePixels(t *testing.T) {
	drawn := lopsided(61, 33)
	gray, deep := image.NewGray(drawn.Rect), image.NewGray16(drawn.Rect)
	glass, deepGlass := image.NewNRGBA(drawn.Rect), image.NewNRGBA64(drawn.Rect)

	for y := range 33 {
		for x := range 61 {
			gray.SetGray(x, y, color.Gray{uint8(4 * x)})
			deep.SetGray16(x, y, color.Gray16{uint16(1024*x + y)})
			glass.SetNRGBA(x, y, color.NRGBA{uint8(4 * x), uint8(7 * y), 90, uint8(x + y)})
			deepGlass.SetNRGBA64(x, y, color.NRGBA64{uint16(1000 * x), uint16(1900 * y), 90, uint16(60_000 - x)})
		}
	}

	for name, drawn := range map[string]image.Image{
		"color": drawn, "gray": gray, "palette": paletted(), "alpha": glass, "gray of 16 bits": deep, "alpha of 16 bits": deepGlass,
	} {
		files := map[string][]byte{
			"TIFF": encodeTIFF(t, drawn, tiff.Uncompressed), "TIFF with Deflate": encodeTIFF(t, drawn, tiff.Deflate),
		}

		if !strings.Contains(name, "16") && name != "alpha" {
			files["BMP"] = encodeBMP(t, drawn)
		}

		for format, file := range files {
			t.Run(format+", "+name, func(t *testing.T) {
				made, got := master(t, file)
				if made.Extension != "png" || made.ContentType != "image/png" {
					t.Errorf("a master of type %s", made.ContentType)
				}

				if got.Bounds() != drawn.Bounds() {
					t.Fatalf("%v", got.Bounds())
				}

				for y := range drawn.Bounds().Dy() {
					for x := range drawn.Bounds().Dx() {
						want := color.NRGBA64Model.Convert(drawn.At(x, y))
						if have := color.NRGBA64Model.Convert(got.At(x, y)); have != want {
							t.Fatalf("%v at %d, %d: want %v", have, x, y, want)
						}
					}
				}
			})
		}
	}
}

func TestMastersAreUpright(t *testing.T) {
	upright := lopsided(160, 96)

	for orientation := 1; orientation <= 8; orientation++ {
		lossless := withEntry(encodeTIFF(t, stored(upright, orientation), tiff.Deflate), 274, uint16(orientation))

		for name, file := range map[string][]byte{
			"tiff": lossless,
			"heic": testdata(t, fmt.Sprintf("turned-%d.heic", orientation)),
			"avif": testdata(t, fmt.Sprintf("turned-%d.avif", orientation)),
		} {
			t.Run(fmt.Sprintf("%s %d", name, orientation), func(t *testing.T) {
				info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
				if width, height := info.Upright(); err != nil || width != 160 || height != 96 || info.Orientation != orientation {
					t.Errorf("%+v, %v", info, err)
				}

				least := 32.0 // dB
				if name == "tiff" {
					least = math.Inf(1)
				}

				if _, got := master(t, file); psnr(t, got, upright) < least {
					t.Errorf("%.1f dB", psnr(t, got, upright))
				}

				// A variant of the master and a variant of the file itself must both be similar
				// to a variant of the upright drawing.
				made, _ := master(t, file)
				_, want := make1(t, encodePNG(t, upright), asPNG(80, 80))

				for _, source := range [][]byte{made.Data, file} {
					if _, got := make1(t, source, asPNG(80, 80)); psnr(t, got, want) < 32 {
						t.Errorf("a variant: %.1f dB", psnr(t, got, want))
					}
				}
			})
		}
	}
}

func TestMastersOfHEICAndAVIF(t *testing.T) {
	drawn := lopsided(160, 96)

	for _, test := range []struct {
		name, extension string
		least           float64
	}{
		{"sampling-444.heic", "jpg", 30}, {"ten.avif", "jpg", 32}, {"p3.avif", "jpg", 32}, {"glass.avif", "png", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			made, got := master(t, testdata(t, test.name))
			if made.Extension != test.extension {
				t.Errorf("a master .%s", made.Extension)
			}

			if quality := psnr(t, got, drawn); quality < test.least {
				t.Errorf("%.1f dB", quality)
			}

			profile := profileOf(t, made)
			if wide := icc.SpaceOf([]byte(profile)) == icc.RGB; wide != (test.name == "p3.avif") {
				t.Errorf("a profile of %d bytes", len(profile))
			}
		})
	}

	_, got := master(t, testdata(t, "glass.avif"))

	for _, y := range []int{0, 40, 95} {
		pixel := color.NRGBAModel.Convert(got.At(80, y)).(color.NRGBA)
		want := drawn.NRGBAAt(80, y)

		want.A = uint8(y * 255 / 95)
		if off := int(pixel.A) - int(want.A); want.A > 0 && !near(pixel, want, 12) || off > 3 || off < -3 {
			t.Errorf("row %d: %v, want %v", y, pixel, want)
		}
	}
}

func TestHEICsOfAnyBrandAndInGray(t *testing.T) {
	general := testdata(t, "turned-6.heic")
	copy(general[8:], "mif1")

	if _, got := master(t, general); psnr(t, got, lopsided(160, 96)) < 32 {
		t.Errorf("mif1: %.1f dB", psnr(t, got, lopsided(160, 96)))
	}

	made, got := master(t, testdata(t, "gray.heic"))

	gray := image.NewGray(image.Rect(0, 0, 160, 96))
	drawn := lopsided(160, 96)

	for y := range 96 {
		for x := range 160 {
			gray.Set(x, y, drawn.At(x, y))
		}
	}

	if _, one := got.(*image.Gray); !one || made.Extension != "jpg" || psnr(t, got, gray) < 35 {
		t.Errorf("gray: %T, %.1f dB", got, psnr(t, got, gray))
	}
}

func TestMaster_rejections(t *testing.T) {
	drawn := lopsided(160, 96)
	plain := encodeTIFF(t, drawn, tiff.Uncompressed)
	raster := encodeBMP(t, drawn)
	run := bytes.Clone(raster)
	run[30] = 1 // RLE8, which is valid only for 8 bits per pixel

	// The compressed size of Group 4 has no lower bound: one bit can encode a whole row.
	large := encodeTIFF(t, image.NewGray(image.Rect(0, 0, 160, 96)), tiff.Uncompressed)
	for _, entry := range [][2]uint16{{256, 60_000}, {257, 60_000}, {258, 1}, {259, 4}, {278, 60_000}} {
		large = withEntry(large, entry[0], entry[1])
	}

	apple := testdata(t, "turned-1.heic")
	free := testdata(t, "turned-1.avif")

	for name, test := range map[string]struct {
		file []byte
		code failure.Kind
		says string
	}{
		"JPEG in TIFF":                     {withEntry(plain, 259, 7), failure.UnsupportedFormat, "with JPEG inside"},
		"TIFF with fax compression":        {withEntry(plain, 259, 4), failure.UnsupportedFormat, "fax"},
		"TIFF in Lab":                      {withEntry(plain, 262, 8), failure.UnsupportedFormat, "Lab"},
		"TIFF with too few planes":         {withEntry(plain, 284, 2), failure.Corrupt, "4 strips or tiles lists 1"},
		"DNG raw file":                     {withEntry(plain, 50706, 1), failure.UnsupportedFormat, "raw data"},
		"truncated TIFF":                   {plain[:3000], failure.Truncated, ""},
		"TIFF without a size":              {withEntry(plain, 256, 0), failure.Corrupt, "0 × 96"},
		"TIFF too large":                   {large, failure.TooManyPixels, ""},
		"BMP with RLE8 but not 8 bits":     {run, failure.UnsupportedFormat, "compression"},
		"truncated BMP":                    {raster[:3000], failure.Truncated, "160 × 96"},
		"HEIC truncated in its header":     {apple[:200], failure.Truncated, ""},
		"HEIC truncated in its coded data": {apple[:len(apple)-2000], failure.Truncated, ""},
		"HEIC with changed coded data":     {scrambled(apple), failure.Corrupt, "HEIC"},
		"AVIF truncated in its coded data": {free[:len(free)-300], failure.Truncated, ""},
		"AVIF with changed coded data":     {scrambled(free), failure.Corrupt, "AVIF"},
		"HEIC with a wrong size":           {resized(apple, 100), failure.Corrupt, ""},
		"HEIC with a size above the limit": {resized(apple, 20_000), failure.TooManyPixels, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := picture.Master(context.Background(), test.file)
			if failure.KindOf(err) != test.code || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("got %v, want %s", err, test.code)
			}
		})
	}
}

// scrambled returns a HEIF with other coded data: every byte after the name of its mdat box
// is changed.
func scrambled(file []byte) []byte {
	made := bytes.Clone(file)
	for i := bytes.Index(made, []byte("mdat")) + 4; i < len(made); i++ {
		made[i] ^= 0xa5
	}

	return made
}

// resized returns a HEIF with the width and height side in its ispe box.
func resized(file []byte, side uint16) []byte {
	made := bytes.Clone(file)
	at := bytes.Index(made, []byte("ispe")) + 8
	made[at+2], made[at+3] = byte(side>>8), byte(side)
	made[at+6], made[at+7] = byte(side>>8), byte(side)

	return made
}

func TestMaster_contextEnds(t *testing.T) {
	for _, name := range []string{"turned-1.heic", "turned-1.avif"} {
		ctx, end := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))

		_, err := picture.Master(ctx, testdata(t, name))
		if !errors.Is(err, context.DeadlineExceeded) || failure.KindOf(err) != "" {
			t.Errorf("%s: %v", name, err)
		}

		end()
	}
}

// FuzzMaster checks that Master returns either a rejection or a readable master for every
// input.
func FuzzMaster(f *testing.F) {
	// The fuzzer reports an input that takes ten seconds as a deadlock. On a busy machine,
	// the compilation of the decoders can take as long.
	if err := heif.Prepare(); err != nil {
		f.Fatal(err)
	}

	drawn := lopsided(40, 24)

	for _, seed := range [][]byte{
		encodeBMP(f, drawn), encodeBMP(f, paletted()), encodeTIFF(f, drawn, tiff.Deflate), encodeTIFF(f, paletted(), tiff.Uncompressed),
		withEntry(encodeTIFF(f, drawn, tiff.Deflate), 274, 6),
		testdata(f, "turned-6.heic"), testdata(f, "turned-7.avif"), testdata(f, "gray.heic"), testdata(f, "glass.avif"),
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, file []byte) {
		const most = 100_000 // pixels

		info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
		if err == nil && int64(info.Width)*int64(info.Height) > most {
			t.Skip("too large to be quick")
		}

		const tooLong = 30 * time.Second // for a busy machine

		ctx, end := context.WithTimeout(context.Background(), tooLong)
		defer end()

		made, err := picture.Master(ctx, file)
		if err != nil {
			if failure.KindOf(err) == "" {
				t.Errorf("not a rejection: %v", err)
			}

			return
		}

		again, err := metadata.Inspect(bytes.NewReader(made.Data), int64(len(made.Data)))
		if width, height := info.Upright(); err != nil || again.Width != width || again.Height != height || again.Orientation != 1 {
			t.Errorf("a file of %+v, %v", again, err)
		}
	})
}
