package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

// animatedGIF returns an animation with a canvas of 64 × 48: a red frame, a blue square
// that is removed again, a green square that leaves a transparent hole, and a yellow
// square.
func animatedGIF(t testing.TB) []byte {
	t.Helper()

	shades := color.Palette{
		color.Transparent, color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 255}, color.NRGBA{0, 255, 0, 255}, color.NRGBA{255, 255, 0, 255},
	}
	frame := func(area image.Rectangle, shade uint8) *image.Paletted {
		made := image.NewPaletted(area, shades)
		for i := range made.Pix {
			made.Pix[i] = shade
		}

		return made
	}

	var file bytes.Buffer

	err := gif.EncodeAll(&file, &gif.GIF{
		Config: image.Config{Width: 64, Height: 48, ColorModel: shades},
		Image: []*image.Paletted{
			frame(image.Rect(0, 0, 64, 48), 1), frame(image.Rect(0, 0, 32, 24), 2),
			frame(image.Rect(32, 24, 64, 48), 3), frame(image.Rect(32, 0, 64, 24), 4),
		},
		Delay:    []int{10, 1, 25, 30},
		Disposal: []byte{gif.DisposalNone, gif.DisposalPrevious, gif.DisposalBackground, gif.DisposalNone},
	})
	if err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

func moving(format variant.Format) variant.Spec {
	want := asWebP(format)
	want.Width, want.Height, want.Animated = 32, 32, true

	return want
}

func TestProcess_animation_keepsFrames(t *testing.T) {
	made, err := picture.Process(context.Background(), animatedGIF(t), moving(variant.WebP))
	if err != nil {
		t.Fatal(err)
	}

	file := made[0].Data

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil || info.Frames != 4 || info.Width != 32 || info.Height != 24 || made[0].Width != 32 || made[0].Height != 24 {
		t.Errorf("%+v, %v", info, err)
	}

	// The frames are decoded from their ANMF chunks. The quarters of each frame must look
	// as in a browser.
	red, blue, green, yellow, none := "red", "blue", "green", "yellow", "none"

	canvas := image.NewNRGBA(image.Rect(0, 0, 32, 24))
	areas := []image.Rectangle{
		image.Rect(0, 0, 32, 24), image.Rect(0, 0, 16, 12), image.Rect(0, 0, 32, 24), image.Rect(16, 0, 32, 24),
	}

	for i, want := range [][4]string{
		{red, red, red, red}, {blue, red, red, red}, {red, red, red, green}, {red, yellow, red, none},
	} {
		at, frame := frameOf(t, file, i)

		// The ringing of Lanczos reaches over three pixels of the variant, which are six
		// pixels of the original.
		area := image.Rectangle{Max: frame.Bounds().Size()}.Add(at)
		if !area.In(areas[i].Inset(-4)) {
			t.Errorf("frame %d covers %v, which is more than %v", i, area, areas[i])
		}

		draw.Draw(canvas, area, frame, frame.Bounds().Min, draw.Src)

		for quarter, shade := range want {
			pixel := color.NRGBAModel.Convert(canvas.At(8+16*(quarter%2), 6+12*(quarter/2))).(color.NRGBA)
			if got := named(pixel); got != shade {
				t.Errorf("frame %d, quarter %d: %v, want %s", i, quarter, pixel, shade)
			}
		}
	}

	for _, want := range []string{"\x64\x00\x00", "\x64\x00\x00", "\xfa\x00\x00", "\x2c\x01\x00"} { // 100, 100, 250, 300 ms
		at := bytes.Index(file, []byte("ANMF"))
		if got := string(file[at+8+12 : at+8+15]); got != want {
			t.Errorf("shown for %x, want %x", got, want)
		}

		file = file[at+4:]
	}
}

func named(pixel color.NRGBA) string {
	if pixel.A < 20 {
		return "none"
	}

	for name, shade := range map[string]color.NRGBA{
		"red": {255, 0, 0, 255}, "blue": {0, 0, 255, 255}, "green": {0, 255, 0, 255}, "yellow": {255, 255, 0, 255},
	} {
		if near(pixel, shade, 40) {
			return name
		}
	}

	return "something else"
}

// frameOf decodes a frame of one of our animations, and returns its place. It puts the frame
// into a file of its own.
func frameOf(t *testing.T, file []byte, number int) (image.Point, image.Image) {
	t.Helper()

	for range number + 1 {
		file = file[bytes.Index(file, []byte("ANMF"))+4:]
	}

	size := int(file[0]) | int(file[1])<<8 | int(file[2])<<16
	header, chunks := file[4:4+16], file[4+16:4+size]
	single := riff(append([]byte("VP8X\x0a\x00\x00\x00\x10\x00\x00\x00"), header[6:12]...), chunks)

	_, decoded := make1(t, single, asPNG(100, 100))

	return image.Pt(2*int(header[0]), 2*int(header[3])), decoded
}

func TestProcess_animation_hasStaticFallback(t *testing.T) {
	made, err := picture.Process(context.Background(), animatedGIF(t), moving(variant.Auto))
	if err != nil {
		t.Fatal(err)
	}

	if made[0].Extension != "auto.jpg" || len(made[0].Alternatives) != 1 || made[0].Alternatives[0].Extension != "auto.webp" {
		t.Fatalf("%s with %d alternatives", made[0].Extension, len(made[0].Alternatives))
	}

	file := made[0].Alternatives[0].Data

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil || info.Frames != 4 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestProcess_animation_ofOneFrameIsStatic(t *testing.T) {
	for name, file := range map[string][]byte{
		"a GIF of one frame": encodeGIF(t, image.Pt(60, 40), paletted()), "a photo": encodeJPEG(t, lopsided(60, 40)),
		"an animated WebP": testdata(t, "animated.webp"),
	} {
		made, err := picture.Process(context.Background(), file, moving(variant.WebP))
		if err != nil {
			t.Fatal(err)
		}

		info, err := metadata.Inspect(bytes.NewReader(made[0].Data), int64(len(made[0].Data)))
		if err != nil || info.Frames != 1 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}

// TestProcess_animation_damaged checks that a damaged animation ends before its first
// damaged frame. If the first frame is damaged, the animation is rejected.
func TestProcess_animation_damaged(t *testing.T) {
	whole := animatedGIF(t)

	second := bytes.Index(whole, []byte{0x2c, 0, 0, 0, 0, 32, 0, 24, 0})
	if second < 0 {
		t.Fatal("no second frame")
	}

	for name, c := range map[string]struct {
		file   []byte
		frames int
	}{
		"cut in the last frame":         {whole[:len(whole)-5], 3},
		"cut after the last frame":      {whole[:len(whole)-1], 4},
		"cut in the second frame":       {whole[:second+20], 1},
		"garbage after the first frame": {append(bytes.Clone(whole[:second]), "\x00garbage"...), 1},
	} {
		made, err := picture.Process(context.Background(), c.file, moving(variant.WebP))
		if err != nil {
			t.Errorf("%s: %v", name, err)

			continue
		}

		if frames := bytes.Count(made[0].Data, []byte("ANMF")) + bytes.Count(made[0].Data, []byte("VP8X")) - 1; c.frames > 1 && frames != c.frames {
			t.Errorf("%s: %d frames, want %d", name, frames, c.frames)
		}
	}

	_, err := picture.Process(context.Background(), whole[:second-20], moving(variant.WebP))
	if !failure.Is(err, failure.Truncated) {
		t.Errorf("cut in the first frame: got %v", err)
	}
}

func TestProcess_animation_otherDecoders(t *testing.T) {
	tool, err := exec.LookPath("webpinfo")
	if err != nil {
		t.Skip("no webpinfo (Debian: webp)")
	}

	made, err := picture.Process(context.Background(), animatedGIF(t), moving(variant.WebP))
	if err != nil {
		t.Fatal(err)
	}

	path := filepath.Join(t.TempDir(), "animation.webp")
	if err := os.WriteFile(path, made[0].Data, 0o600); err != nil {
		t.Fatal(err)
	}

	output, err := exec.Command(tool, path).CombinedOutput()
	if err != nil || !strings.Contains(string(output), "No error detected") {
		t.Errorf("%v\n%s", err, output)
	}
}
