package placeholder_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"math"
	"testing"

	"pgregory.net/rapid"

	"triptych/picture/placeholder"
)

// pattern returns an image that is easy to reproduce in any programming language.
func pattern(width, height int, transparent bool) *image.NRGBA {
	drawn := image.NewNRGBA(image.Rect(0, 0, width, height))

	for y := range height {
		for x := range width {
			pixel := color.NRGBA{uint8((x*x*250/(width*width) + x*y) % 256), uint8(y * y * 200 / (height * height)), uint8((x*y + 3*x) % 256), 255}
			if transparent {
				pixel.A = uint8((x*x*9 + y*4) % 256)
			}

			drawn.SetNRGBA(x, y, pixel)
		}
	}

	return drawn
}

func flat(width, height int, color color.NRGBA) *image.NRGBA {
	drawn := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range drawn.Pix {
		drawn.Pix[i] = [4]uint8{color.R, color.G, color.B, color.A}[i%4]
	}

	return drawn
}

// TestOf_matchesReferenceEncoder compares hashes with those of the format's own
// encoder, release 0.1.1, for the same pixels.
func TestOf_matchesReferenceEncoder(t *testing.T) {
	for name, c := range map[string]struct {
		width, height int
		transparent   bool
		want          string
	}{
		"landscape":           {40, 30, false, "GFcKJZBDZWZgh4h4mGiHd6qAS/VG"},
		"portrait":            {30, 40, false, "GFcKJRBDZWCHiIdph3d4d6qQS/VG"},
		"square":              {100, 100, false, "GncKLxJ2d3dwd3d5d2d3h3d3hwiYd38F"},
		"a strip":             {100, 9, false, "12YKKY4zVWZgh5iHqHAp9EU="},
		"a column":            {3, 97, false, "kAgOGRRwgXl5d4iHfAcH9zc="},
		"one black pixel":     {1, 1, false, "AAgCBwAAAAAAAAAAAAAAAAAAAAAAAAAA"},
		"with alpha":          {32, 32, true, "F1eGFQgHU2dgmHd4d4yALPZG0BMoC8aidw=="},
		"portrait with alpha": {20, 50, true, "l0eGEggXU3CJZ3iscE71V2iTYAVqpoc="},
	} {
		t.Run(name, func(t *testing.T) {
			got := placeholder.Of(pattern(c.width, c.height, c.transparent)).ThumbHash
			if text := base64.StdEncoding.EncodeToString(got); text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
}

// TestOf_previewIsSimilar checks that a preview equals its image without the
// small details.
func TestOf_previewIsSimilar(t *testing.T) {
	for name, at := range map[string]func(u, v float64) color.NRGBA{
		"a sunset": func(_, v float64) color.NRGBA {
			return color.NRGBA{uint8(250 - 100*v), uint8(180 - 120*v), uint8(60 + 80*v), 255}
		},
		"a light": func(u, v float64) color.NRGBA {
			s := uint8(230 * math.Exp(-4*math.Hypot(u-0.3, v-0.6)))
			return color.NRGBA{s, s, s / 2, 255}
		},
		"a soft button": func(u, v float64) color.NRGBA {
			return color.NRGBA{40, 90, 200, uint8(255 * min(1, 2.5*max(0, 0.7-math.Hypot(u-0.5, v-0.5))))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			drawn := image.NewNRGBA(image.Rect(0, 0, 60, 45))

			for y := range 45 {
				for x := range 60 {
					drawn.SetNRGBA(x, y, at(float64(x)/60, float64(y)/45))
				}
			}

			said, _ := decode(placeholder.Of(drawn).ThumbHash)
			got := said.draw(60, 45)

			var sum float64

			for i := range drawn.Pix {
				// A transparent color counts only by its alpha.
				shows := float64(drawn.Pix[i|3]) / 255
				if i%4 == 3 {
					shows = 1
				}

				difference := shows * (float64(got.Pix[i]) - float64(drawn.Pix[i]))
				sum += difference * difference
			}

			if off := math.Sqrt(sum / float64(len(drawn.Pix))); off > 12 {
				t.Errorf("%.1f levels off", off)
			} else {
				t.Logf("%.1f levels off", off)
			}
		})
	}
}

func TestOf_imageOfOneColor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channel := rapid.Byte()
		color := color.NRGBA{channel.Draw(t, "r"), channel.Draw(t, "g"), channel.Draw(t, "b"), rapid.ByteMin(1).Draw(t, "a")}
		side := rapid.IntRange(1, 100)
		got := placeholder.Of(flat(side.Draw(t, "width"), side.Draw(t, "height"), color))

		if want := fmt.Sprintf("#%02x%02x%02x", color.R, color.G, color.B); got.Color != want {
			t.Errorf("got %s, want %s", got.Color, want)
		}

		// The mean has 6 bits per channel, and the mean of alpha 4 bits. The errors of
		// all channels add up in green.
		said, _ := decode(got.ThumbHash)
		for i, sample := range said.draw(2, 2).Pix {
			want := [4]uint8{color.R, color.G, color.B, color.A}[i%4]
			if off := math.Abs(float64(sample) - float64(want)); off > 12 {
				t.Errorf("the preview has %d, want %d", sample, want)
			}
		}
	})
}

func TestOf_proportionsAndAlpha(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(1, 100)
		width, height, transparent := side.Draw(t, "width"), side.Draw(t, "height"), rapid.Bool().Draw(t, "transparent")
		drawn := pattern(width, height, transparent) // At least the first pixel is transparent.
		hash := placeholder.Of(drawn).ThumbHash

		said, left := decode(hash)
		if said.landscape != (width > height) || said.transparent != transparent {
			t.Errorf("landscape %t, transparent %t", said.landscape, said.transparent)
		}

		if left < 0 || left > 4 || len(hash) > 25 {
			t.Errorf("%d bytes, of which %d bits say nothing", len(hash), left)
		}

		// The frequencies of the shorter side are rounded to integers.
		most := float64(max(said.across, said.down))
		want := max(1, most*float64(min(width, height))/float64(max(width, height)))

		if got := float64(min(said.across, said.down)); math.Abs(got-want) > 0.51 {
			t.Errorf("proportions %d:%d of %d × %d", said.across, said.down, width, height)
		}
	})
}

// TestOf_deterministic checks that an image always has the same placeholder,
// wherever its pixels are in memory.
func TestOf_deterministic(t *testing.T) {
	large := pattern(90, 80, true)
	part := large.SubImage(image.Rect(20, 30, 70, 65)).(*image.NRGBA)
	apart := image.NewNRGBA(image.Rect(0, 0, 50, 35))

	for y := range 35 {
		for x := range 50 {
			apart.SetNRGBA(x, y, part.NRGBAAt(20+x, 30+y))
		}
	}

	one, other := placeholder.Of(part), placeholder.Of(apart)
	if !bytes.Equal(one.ThumbHash, other.ThumbHash) || one.Color != other.Color {
		t.Errorf("%+v, %+v", one, other)
	}
}

// TestOf_zeroAmplitudes checks an image that is flat in one direction. Its
// amplitudes in that direction must be exactly zero, and not noise that processors round
// differently.
func TestOf_zeroAmplitudes(t *testing.T) {
	drawn := image.NewNRGBA(image.Rect(0, 0, 60, 60))
	for i := range drawn.Pix {
		drawn.Pix[i] = [4]uint8{uint8(i / 240 * 4), 77, uint8(200 - i/240), 255}[i%4]
	}

	said, _ := decode(placeholder.Of(drawn).ThumbHash)
	for _, w := range said.l.rest {
		if w.cx > 0 && w.amplitude <= 0 {
			t.Errorf("amplitude %d, %d is %f", w.cx, w.cy, w.amplitude)
		}
	}
}

func TestDominantColors(t *testing.T) {
	paint := func(at func(x, y int) color.NRGBA) *image.NRGBA {
		drawn := image.NewNRGBA(image.Rect(0, 0, 50, 50))

		for y := range 50 {
			for x := range 50 {
				drawn.SetNRGBA(x, y, at(x, y))
			}
		}

		return drawn
	}
	sky, grass := color.NRGBA{100, 160, 240, 255}, color.NRGBA{60, 120, 30, 255}

	for name, c := range map[string]struct {
		at   func(x, y int) color.NRGBA
		want string
	}{
		"more sky than grass": {func(_, y int) color.NRGBA {
			if y < 30 {
				return sky
			}

			return grass
		}, "#64a0f0"},
		"more grass than sky": {func(_, y int) color.NRGBA {
			if y < 20 {
				return sky
			}

			return grass
		}, "#3c781e"},
		"hidden color does not count": {func(_, y int) color.NRGBA {
			if y < 40 {
				return color.NRGBA{255, 0, 0, 10}
			}

			return grass
		}, "#3c781e"},
		"nothing visible": {func(_, _ int) color.NRGBA { return color.NRGBA{1, 2, 3, 0} }, "#ffffff"},
		// Four shades of gray on both sides of an edge between bins, and a red with more
		// pixels than each of them.
		"shades count together": {func(x, y int) color.NRGBA {
			if y < 20 {
				return color.NRGBA{200, 0, 0, 255}
			}

			gray := uint8(126 + x%4)

			return color.NRGBA{gray, gray, gray, 255}
		}, "#7f7f7f"},
		"two colors of the same weight": {func(x, _ int) color.NRGBA {
			if x < 25 {
				return sky
			}

			return grass
		}, "#3c781e"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := placeholder.Of(paint(c.at)).Color; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestJSONAndNoPixels(t *testing.T) {
	text, err := json.Marshal(placeholder.Of(flat(1, 1, color.NRGBA{A: 255})))
	if want := `{"thumbHash":"AAgCBwAAAAAAAAAAAAAAAAAAAAAAAAAA","color":"#000000"}`; err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}

	if got := placeholder.Of(image.NewNRGBA(image.Rect(0, 0, 0, 9))); got.ThumbHash != nil || got.Color != "#ffffff" {
		t.Errorf("%+v", got)
	}
}

func BenchmarkOf(b *testing.B) {
	drawn := pattern(placeholder.MaxSide, placeholder.MaxSide, true)

	for b.Loop() {
		placeholder.Of(drawn)
	}
}
