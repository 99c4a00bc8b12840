package picture_test

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"testing"

	"triptych/picture/icc"
)

// coded builds a PNG of 16 bits with chunks before its pixels. A pixel's values are
// fractions of the largest sample.
func coded(t testing.TB, pixels [][3]float64, chunks ...[2]string) []byte {
	t.Helper()

	drawn := image.NewNRGBA64(image.Rect(0, 0, len(pixels), 1))
	for x, pixel := range pixels {
		part := func(i int) uint16 { return uint16(math.Round(pixel[i] * 65535)) }
		drawn.SetNRGBA64(x, 0, color.NRGBA64{R: part(0), G: part(1), B: part(2), A: 65535})
	}

	file := encodePNG(t, drawn)
	for _, one := range chunks {
		file = withChunk(file, one[0], one[1])
	}

	return file
}

func grays(parts ...float64) (pixels [][3]float64) {
	for _, part := range parts {
		pixels = append(pixels, [3]float64{part, part, part})
	}

	return pixels
}

// TestProcess_PNG_transfer_characteristics compares pixels with values that another
// program computed in double precision, by the formulas of ITU-R BT.2390, BT.2100, ITU-T
// H.273 (table 3) and sRGB.
func TestProcess_PNG_transfer_characteristics(t *testing.T) {
	light := func(most uint32) string { return string(binary.BigEndian.AppendUint32(nil, most*10_000)) }

	hdrPixels := append(grays(0.25, 0.5, 0.7, 1), [3]float64{0.6, 0.4, 0.2})
	curve := grays(0.1, 0.5, 0.9)
	limited := grays(16.0/255, 125.5/255, 235.0/255)
	asPQ := []float64{44.2, 179.6, 254.2, 255, 236.6, 94.1, 22.7}
	asPQOf4000 := []float64{44.2, 169.7, 242.5, 255, 215.4, 84.9, 19.6}
	p3, bt2020 := icc.ForPrimaries(12), icc.ForPrimaries(9)

	for name, test := range map[string]struct {
		pixels  [][3]float64
		chunks  [][2]string
		want    []float64 // of red; then green and blue of the last pixel, if its components differ
		profile []byte
	}{
		"PQ":                   {hdrPixels, [][2]string{{"cICP", "\x09\x10\x00\x01"}}, asPQ, bt2020},
		"PQ of P3":             {hdrPixels, [][2]string{{"cICP", "\x0c\x10\x00\x01"}}, asPQ, p3},
		"PQ of BT.709":         {hdrPixels, [][2]string{{"cICP", "\x01\x10\x00\x01"}}, asPQ, nil},
		"PQ before iCCP":       {hdrPixels, [][2]string{{"cICP", "\x09\x10\x00\x01"}, {"iCCP", string(iccpData(t, p3))}}, asPQ, bt2020},
		"PQ of cLLI":           {hdrPixels, [][2]string{{"cICP", "\x09\x10\x00\x01"}, {"cLLI", light(4000) + light(100)}}, asPQOf4000, bt2020},
		"PQ of mDCV":           {hdrPixels, [][2]string{{"cICP", "\x09\x10\x00\x01"}, {"mDCV", string(make([]byte, 16)) + light(4000) + light(0)}}, asPQOf4000, bt2020},
		"PQ by a profile":      {hdrPixels, [][2]string{{"iCCP", string(iccpData(t, withCICP(p3, "\x09\x10\x00\x01")))}}, asPQ, bt2020},
		"HLG":                  {append(grays(0.5, 0.75), [3]float64{0.6, 0.4, 0.2}), [][2]string{{"cICP", "\x09\x12\x00\x01"}}, []float64{136.9, 229, 164, 109.6, 55.3}, bt2020},
		"gamma 2.2":            {curve, [][2]string{{"cICP", "\x01\x04\x00\x01"}}, []float64{18.6, 128.5, 230.2}, nil},
		"gamma 2.8":            {curve, [][2]string{{"cICP", "\x01\x05\x00\x01"}}, []float64{5.2, 105.8, 223.9}, nil},
		"linear":               {curve, [][2]string{{"cICP", "\x0c\x08\x00\x01"}}, []float64{89, 187.5, 243.4}, p3},
		"logarithm of 100":     {curve, [][2]string{{"cICP", "\x01\x09\x00\x01"}}, []float64{33.8, 89, 208}, nil},
		"logarithm of 316":     {curve, [][2]string{{"cICP", "\x01\x0a\x00\x01"}}, []float64{17, 67.1, 197.6}, nil},
		"SMPTE ST 428":         {curve, [][2]string{{"cICP", "\x01\x11\x00\x01"}}, []float64{9, 117.6, 234.9}, nil},
		"BT.709":               {curve, [][2]string{{"cICP", "\x0c\x01\x00\x01"}}, []float64{25.5, 127.5, 229.5}, p3},
		"SMPTE 240M":           {curve, [][2]string{{"cICP", "\x0c\x07\x00\x01"}}, []float64{25.5, 127.5, 229.5}, p3},
		"limited range":        {limited, [][2]string{{"cICP", "\x0c\x0d\x00\x00"}}, []float64{0, 127.5, 255}, p3},
		"linear limited range": {limited, [][2]string{{"cICP", "\x0c\x08\x00\x00"}}, []float64{0, 187.5, 255}, p3},
		"unspecified":          {curve, [][2]string{{"cICP", "\x0c\x02\x00\x01"}, {"iCCP", string(iccpData(t, bt2020))}}, []float64{25.5, 127.5, 229.5}, bt2020},
		"a matrix":             {curve, [][2]string{{"cICP", "\x09\x10\x01\x01"}, {"iCCP", string(iccpData(t, p3))}}, []float64{25.5, 127.5, 229.5}, p3},
	} {
		t.Run(name, func(t *testing.T) {
			output, shown := make1(t, coded(t, test.pixels, test.chunks...), asPNG(50, 50))

			at := func(x, i int) float64 {
				r, g, b, _ := shown.At(x, 0).RGBA()

				return float64([3]uint32{r, g, b}[i]) / 257
			}

			for x := range test.pixels {
				if got := at(x, 0); math.Abs(got-test.want[x]) > 1.2 {
					t.Errorf("pixel %d: red is %.0f, want %.1f", x, got, test.want[x])
				}
			}

			for i, want := range test.want[len(test.pixels):] {
				if got := at(len(test.pixels)-1, 1+i); math.Abs(got-want) > 1.2 {
					t.Errorf("component %d is %.0f, want %.1f", 1+i, got, want)
				}
			}

			if profileOf(t, output) != string(test.profile) {
				t.Error("another profile")
			}
		})
	}
}

// TestProcess_PNG_linear_light_of_every_kind checks that gray, palettes, alpha and
// interlaced rows are converted like other colors.
func TestProcess_PNG_linear_light_of_every_kind(t *testing.T) {
	linear := [2]string{"cICP", "\x01\x08\x00\x01"}
	gray, deep := image.NewGray(image.Rect(0, 0, 30, 30)), image.NewGray16(image.Rect(0, 0, 30, 30))
	palette := image.NewPaletted(gray.Rect, color.Palette{color.Gray{Y: 128}})
	alpha := image.NewNRGBA(gray.Rect)

	for y := range 30 {
		for x := range 30 {
			gray.SetGray(x, y, color.Gray{Y: 128})
			deep.SetGray16(x, y, color.Gray16{Y: 32896})
			alpha.SetNRGBA(x, y, color.NRGBA{128, 128, 128, 200})
		}
	}

	for name, drawn := range map[string]image.Image{"gray": gray, "gray of 16 bits": deep, "palette": palette, "alpha": alpha} {
		_, shown := make1(t, withChunk(encodePNG(t, drawn), linear[0], linear[1]), asPNG(20, 20))

		got := color.NRGBAModel.Convert(shown.At(10, 10)).(color.NRGBA)
		if got.R < 187 || got.R > 189 || got.G != got.R || got.B != got.R {
			t.Errorf("%s: %v, want 188", name, got)
		}
	}
}

// withCICP returns a profile with a cicp tag in place of its copyright.
func withCICP(profile []byte, numbers string) []byte {
	made := append([]byte{}, profile...)

	for at := 132; ; at += 12 {
		if string(made[at:at+4]) == "cprt" {
			copy(made[at:], "cicp")
			offset := binary.BigEndian.Uint32(made[at+4:])
			copy(made[offset:], "cicp\x00\x00\x00\x00"+numbers)

			return made
		}
	}
}

// iccpData builds the data of an iCCP chunk.
func iccpData(t failer, profile []byte) []byte {
	return []byte("p\x00\x00" + deflate(t, string(profile)))
}
