package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/planes"
	"triptych/picture/webp"
)

// animatedWebP returns an animation of four frames.
func animatedWebP(t testing.TB) []byte {
	t.Helper()

	animation := webp.NewAnimation(64, 48, 0)

	for i := range 4 {
		frame := planes.Image{Model: planes.YCbCr, Width: 64, Height: 48, Planes: []planes.Plane{
			planes.New(64, 48), planes.New(32, 24), planes.New(32, 24),
		}}

		for _, plane := range frame.Planes {
			for at := range plane.Pix {
				plane.Pix[at] = uint8(4 * (at*(i+3)/7 ^ at>>4))
			}
		}

		alpha := planes.New(64, 48)
		for at := range alpha.Pix {
			alpha.Pix[at] = uint8(at * (i + 3) / 7)
		}

		added := webp.Frame{Picture: &frame, Alpha: &alpha, Shown: 70 * time.Millisecond}
		if err := animation.Add(context.Background(), added, 80); err != nil {
			t.Fatal(err)
		}
	}

	file, err := animation.File()
	if err != nil {
		t.Fatal(err)
	}

	return file
}

// animatedPNG builds an animation of gray frames. If separate is set, the image data is
// not a frame. change may replace each part before it is written.
func animatedPNG(t testing.TB, frames int, separate bool, change func(part int, kind, data string) (string, string)) []byte {
	t.Helper()

	const side = 16

	part := 0
	body := ""
	add := func(kind, data string) {
		if change != nil {
			kind, data = change(part, kind, data)
		}

		part++
		body += string(chunk(kind, data))
	}
	number := func(n int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(n))) }
	rows := deflate(t, strings.Repeat("\x00"+strings.Repeat("\x80", side), side))
	sequence := 0
	control := func() {
		add("fcTL", number(sequence)+number(side)+number(side)+number(0)+number(0)+"\x00\x01\x00\x0a\x00\x00")
		sequence++
	}

	add("IHDR", number(side)+number(side)+"\x08\x00\x00\x00\x00")
	add("acTL", number(frames)+number(0))

	if !separate {
		control()
	}

	add("IDAT", rows)

	for i := range frames {
		if i == 0 && !separate {
			continue
		}

		control()
		add("fdAT", number(sequence)+rows[:5])
		add("fdAT", number(sequence+1)+rows[5:])
		sequence += 2
	}

	add("IEND", "")

	return []byte("\x89PNG\r\n\x1a\n" + body)
}

// clean makes a master and counts its frames.
func clean(t testing.TB, file []byte) (master []byte, frames int, removed []string, err error) {
	t.Helper()

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, 0, nil, err
	}

	made, report, err := picture.Clean(context.Background(), info.Format, picture.Converted, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, 0, nil, err
	}

	info, err = metadata.Inspect(bytes.NewReader(made.Data), int64(len(made.Data)))
	if err != nil {
		t.Fatalf("the master: %v", err)
	}

	return made.Data, info.Frames, report.Removed, nil
}

func TestClean_WebP_animation_ends_before_damage(t *testing.T) {
	whole := animatedWebP(t)

	var frames []int

	for at := range whole {
		if string(whole[at:min(at+4, len(whole))]) == "ANMF" {
			frames = append(frames, at)
		}
	}

	// damaged puts noise into the partitions of a frame's bitstream, after its header.
	damaged := func(frame int) []byte {
		file := bytes.Clone(whole)
		at := frames[frame] + bytes.Index(file[frames[frame]:], []byte("VP8 ")) + 8
		copy(file[at+10:], bytes.Repeat([]byte{0xff}, 40))

		return file
	}

	for name, test := range map[string]struct {
		file   []byte
		frames int
		code   failure.Kind
	}{
		"whole":        {whole, 4, ""},
		"second frame": {damaged(1), 1, ""},
		"last frame":   {damaged(3), 3, ""},
		"first frame":  {damaged(0), 0, failure.Corrupt},
	} {
		t.Run(name, func(t *testing.T) {
			master, count, removed, err := clean(t, test.file)
			if failure.KindOf(err) != test.code || count != test.frames {
				t.Fatalf("%d frames, %v; want %d, %q", count, err, test.frames, test.code)
			}

			if err != nil {
				return
			}

			if cut := test.frames < 4; cut != slices.Contains(removed, "trailer") || cut == bytes.Equal(master, test.file) {
				t.Errorf("removed %v, %d of %d bytes", removed, len(master), len(test.file))
			}

			if again, err := webp.Review(context.Background(), master); err != nil || !bytes.Equal(again, master) {
				t.Errorf("libwebp reads %d of %d bytes: %v", len(again), len(master), err)
			}
		})
	}
}

// TestClean_WebP_that_libwebp_refuses checks that a static image is rejected if libwebp
// rejects it, even if this engine can show it.
func TestClean_WebP_that_libwebp_refuses(t *testing.T) {
	file := testdata(t, "lossy-alpha.webp")
	at := bytes.Index(file, []byte("ALPH")) + 8
	file[at] |= 1 << 7 // A reserved bit of the alpha header, which must be 0.

	if _, _, _, err := clean(t, file); !failure.Is(err, failure.Corrupt) {
		t.Errorf("got %v", err)
	}
}

func TestClean_APNG_ends_before_damage(t *testing.T) {
	const frameControl = "fcTL"

	// nth changes the nth chunk of a kind.
	nth := func(n int, of string, change func(data string) string) func(int, string, string) (string, string) {
		return func(_ int, kind, data string) (string, string) {
			if kind == of {
				if n--; n == -1 {
					data = change(data)
				}
			}

			return kind, data
		}
	}
	broken := func(data string) string { return data[:4] + strings.Repeat("\xff", len(data)-4) }
	short := func(data string) string { return data[:5] }
	wide := func(data string) string { return data[:7] + "\x11" + data[8:] }
	numbered := func(data string) string { return "\x00\x00\x00\x63" + data[4:] }

	whole := animatedPNG(t, 4, false, nil)
	second := bytes.Index(whole, []byte(frameControl)) + 50
	second += bytes.Index(whole[second:], []byte("fdAT"))

	for name, test := range map[string]struct {
		file   []byte
		frames int
		static bool
	}{
		"whole":                                   {whole, 4, false},
		"complete, after a separate image":        {animatedPNG(t, 3, true, nil), 3, false},
		"broken data of the second frame":         {animatedPNG(t, 4, false, nth(0, "fdAT", broken)), 1, false},
		"short data of the last frame":            {animatedPNG(t, 4, false, nth(5, "fdAT", short)), 3, false},
		"a wrong checksum of the last pixels":     {animatedPNG(t, 4, false, nth(5, "fdAT", func(data string) string { return data[:len(data)-1] + "!" })), 3, false},
		"a third frame beyond the canvas":         {animatedPNG(t, 4, false, nth(2, frameControl, wide)), 2, false},
		"a wrong number":                          {animatedPNG(t, 4, false, nth(2, "fdAT", numbered)), 2, false},
		"a first control of another size":         {animatedPNG(t, 4, false, nth(0, frameControl, wide)), 1, true},
		"the first frame, after a separate image": {animatedPNG(t, 3, true, nth(0, "fdAT", broken)), 1, true},
		"fewer frames than are claimed":           {animatedPNG(t, 4, false, nth(0, "acTL", func(string) string { return "\x00\x00\x00\x09\x00\x00\x00\x00" })), 4, false},
		"more frames than are claimed":            {animatedPNG(t, 4, false, nth(0, "acTL", func(string) string { return "\x00\x00\x00\x02\x00\x00\x00\x00" })), 2, false},
		"a file that ends in the second frame":    {whole[:second+9], 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			master, count, _, err := clean(t, test.file)
			if err != nil || count != test.frames {
				t.Fatalf("%d frames, %v; want %d", count, err, test.frames)
			}

			wantControls := test.frames
			if test.static {
				wantControls = 0
			}

			if got := bytes.Count(master, []byte(frameControl)); got != wantControls {
				t.Errorf("%d frame controls, want %d", got, wantControls)
			}

			if animated := bytes.Contains(master, []byte("acTL")); animated == test.static {
				t.Errorf("animated: %v", animated)
			}

			if !bytes.HasSuffix(master, chunk("IEND", "")) {
				t.Error("the master has no end")
			}

			if again, _, _, err := clean(t, master); err != nil || !bytes.Equal(again, master) {
				t.Errorf("the master's own master has %d of %d bytes: %v", len(again), len(master), err)
			}
		})
	}
}

// TestClean_APNG_keeps_a_late_orientation checks that an orientation after the pixels
// stays in the file when a damaged animation is cut.
func TestClean_APNG_keeps_a_late_orientation(t *testing.T) {
	exif := "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	file := animatedPNG(t, 3, false, func(_ int, kind, data string) (string, string) {
		if kind == "fdAT" {
			data = data[:4]
		}

		return kind, data
	})
	end := chunk("IEND", "")
	file = bytes.Replace(file, end, append(chunk("eXIf", exif), end...), 1)

	master, frames, _, err := clean(t, file)
	if err != nil || frames != 1 {
		t.Fatalf("%d frames, %v", frames, err)
	}

	info, err := metadata.Inspect(bytes.NewReader(master), int64(len(master)))
	if err != nil || info.Orientation != 6 {
		t.Errorf("orientation %d, %v", info.Orientation, err)
	}
}

// TestClean_mutated_animations checks that the master of any mutated animation needs no
// further cut.
func TestClean_mutated_animations(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	seeds := [][]byte{animatedWebP(t), animatedPNG(t, 4, false, nil), animatedPNG(t, 3, true, nil)}
	accepted := 0

	for i := range 600 {
		file := bytes.Clone(seeds[i%len(seeds)])
		for range 1 + random.IntN(3) {
			file[20+random.IntN(len(file)-20)] ^= 1 << random.IntN(8)
		}

		master, _, _, err := clean(t, file)
		if err != nil {
			if failure.KindOf(err) == "" {
				t.Fatalf("mutant %d: %v", i, err)
			}

			continue
		}

		accepted++

		if again, _, _, err := clean(t, master); err != nil || !bytes.Equal(again, master) {
			t.Errorf("mutant %d: the master's own master has %d of %d bytes: %v", i, len(again), len(master), err)
		}
	}

	if accepted < 100 {
		t.Errorf("only %d mutants were accepted", accepted)
	}
}

func TestClean_bounds_an_animation_from_its_headers(t *testing.T) {
	animation := animatedWebP(t)

	// The headers of two frames claim 2^28 pixels each.
	for _, at := range []int{bytes.Index(animation, []byte("ANMF")), bytes.LastIndex(animation, []byte("ANMF"))} {
		copy(animation[at+8+6:], "\xff\x3f\x00\xff\x3f\x00")
	}

	started := time.Now()

	if _, err := webp.Review(context.Background(), animation); !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("got %v", err)
	}

	if took := time.Since(started); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestClean_ends_with_its_context(t *testing.T) {
	ended, end := context.WithCancel(context.Background())
	end()

	for _, file := range [][]byte{animatedWebP(t), animatedPNG(t, 4, false, nil)} {
		info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}

		if _, _, err := picture.Clean(ended, info.Format, picture.Converted, bytes.NewReader(file), int64(len(file))); err == nil || failure.KindOf(err) != "" {
			t.Errorf("%s: got %v", info.Format, err)
		}
	}
}
