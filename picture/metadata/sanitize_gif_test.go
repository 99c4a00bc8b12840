package metadata_test

import (
	"bytes"
	"image/gif"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// sorted returns a sorted copy, which is never nil.
func sorted(kinds []string) []string {
	kinds = append([]string{}, kinds...)
	slices.Sort(kinds)

	return kinds
}

func TestSanitize_GIF(t *testing.T) {
	netscape := extension(0xff, "NETSCAPE2.0", "\x01\x05\x00")
	animexts := extension(0xff, "ANIMEXTS1.0", "\x01\x05\x00")
	control := []byte{0x21, 0xf9, 4, 0, 7, 0, 0, 0}
	text := extension(0x01, strings.Repeat("\x00", 12), "hello")
	// As Adobe writes it: the packet is not split into sub-blocks. The "magic trailer"
	// leads a reader that expects sub-blocks to a terminator.
	xmp := append([]byte{0x21, 0xff, 11}, "XMP DataXMP<?xpacket?><x:xmpmeta/>"...)

	xmp = append(xmp, 1)
	for i := 255; i >= 0; i-- {
		xmp = append(xmp, byte(i))
	}

	xmp = append(xmp, 0)

	for name, c := range map[string]struct {
		frames              int
		early, late         []byte
		wantEarly, wantLate []byte
		removed             []string
	}{
		"a static image":             {1, nil, nil, nil, nil, nil},
		"an animation":               {3, netscape, nil, netscape, nil, nil},
		"another name for looping":   {3, animexts, nil, animexts, nil, nil},
		"a comment":                  {1, extension(0xfe, "hello", strings.Repeat("x", 255)), extension(0xfe), nil, nil, []string{"comment"}},
		"XMP":                        {1, xmp, nil, nil, nil, []string{"xmp"}},
		"IPTC":                       {1, extension(0xff, "MGKIPTC0000", "x"), nil, nil, nil, []string{"iptc"}},
		"a profile, and unknowns":    {1, extension(0xff, "ICCRGBG1012", "x"), extension(0x99, "x"), nil, nil, []string{"other"}},
		"a text, and its control":    {2, join(control, text), join(control, text), nil, nil, []string{"other", "text"}},
		"a control of 5 bytes":       {2, nil, []byte{0x21, 0xf9, 5, 0, 7, 0, 0, 9, 0}, nil, nil, []string{"other"}},
		"a control of 3 bytes":       {2, []byte{0x21, 0xf9, 3, 0, 7, 0, 0}, nil, nil, nil, []string{"other"}},
		"a control without an image": {1, nil, control, nil, nil, []string{"other"}},
		"a control twice":            {1, control, nil, nil, nil, []string{"other"}},
		"a control before looping":   {2, join(control, netscape), nil, join(control, netscape), nil, nil},
		"looping twice":              {2, join(netscape, animexts), nil, netscape, nil, []string{"other"}},
		"looping, and more":          {2, extension(0xff, "NETSCAPE2.0", "\x01\x05\x00", "\x02\x00\x00\x01\x00", "secret"), nil, netscape, nil, []string{"other"}},
		"looping without a number":   {2, extension(0xff, "NETSCAPE2.0", "secret"), nil, nil, nil, []string{"other"}},
		"no name":                    {1, extension(0xff), nil, nil, nil, []string{"other"}},
		"a million sub-blocks": {
			1, append([]byte{0x21, 0xfe}, append(bytes.Repeat([]byte("\x01x"), 1_000_000), 0)...), nil, nil, nil, []string{"comment"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a control twice" {
				c.frames = 2 // image/gif writes controls for animations only
			}

			file := gifFile(t, c.frames, c.early, c.late)

			got, report, err := sanitize(t, file)
			if err != nil {
				t.Fatal(err)
			}

			if want := gifFile(t, c.frames, c.wantEarly, c.wantLate); !bytes.Equal(got, want) {
				t.Errorf("got\n%q\nwant\n%q", clip(got), clip(want))
			}

			if diff := cmp.Diff(sorted(c.removed), report.Removed); diff != "" {
				t.Error(diff)
			}

			if all, err := gif.DecodeAll(bytes.NewReader(got)); err != nil || len(all.Image) != c.frames {
				t.Errorf("%d frames, %v", len(all.Image), err)
			}

			if info, err := inspect(file); err != nil || info.Frames != c.frames {
				t.Errorf("%+v, %v", info, err)
			}
		})
	}
}

func TestSanitize_GIF_dropsTrailers(t *testing.T) {
	plain := gifFile(t, 2, nil, nil)

	got, report, err := sanitize(t, append(bytes.Clone(plain), "PK\x03\x04"...))
	if err != nil || !bytes.Equal(got, plain) || !cmp.Equal(report.Removed, []string{"trailer"}) {
		t.Errorf("removed %v, %v", report.Removed, err)
	}
}

func TestSanitize_GIF_damaged(t *testing.T) {
	whole := gifFile(t, 1, nil, nil)
	empty := whole[:19]
	image := func(side byte, data string) []byte {
		return join([]byte{0x2c, 0, 0, 0, 0, side, 0, side, 0, 0}, []byte(data))
	}

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
		say  string
	}{
		"only the magic":            {[]byte("GIF89a"), failure.Truncated, ""},
		"cut in its colors":         {whole[:16], failure.Truncated, ""},
		"no image":                  {join(empty, []byte{0x3b}), failure.Corrupt, "without an image"},
		"an image without area":     {join(empty, image(0, "\x02\x01x\x00"), []byte{0x3b}), failure.Corrupt, "without an image"},
		"cut before its data":       {join(empty, image(4, "")), failure.Truncated, ""},
		"a million sub-blocks, cut": {join(empty, []byte{0x21, 0xfe}, bytes.Repeat([]byte("\x01x"), 1_000_000)), failure.Truncated, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := inspect(c.file); failure.KindOf(err) != c.want || !strings.Contains(err.Error(), c.say) {
				t.Errorf("inspect: got %v, want %s with %q", err, c.want, c.say)
			}

			if _, _, err := sanitize(t, c.file); failure.KindOf(err) != c.want || !strings.Contains(err.Error(), c.say) {
				t.Errorf("sanitize: got %v, want %s with %q", err, c.want, c.say)
			}
		})
	}

	// Only Sanitize reads the codes.
	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
	}{
		"no pixels":                      {join(empty, image(4, "\x02\x00"), []byte{0x3b}), failure.Corrupt},
		"a code that is not yet defined": {join(empty, image(4, "\x02\x02\xff\xff\x00"), []byte{0x3b}), failure.Corrupt},
		"codes of 13 bits":               {join(empty, image(4, "\x0c\x02\x00\x00\x00"), []byte{0x3b}), failure.Corrupt},
		"cut in its first data":          {whole[:len(whole)-9], failure.Truncated},
	} {
		if _, err := inspect(c.file); err != nil {
			t.Errorf("%s: inspect: %v", name, err)
		}

		if _, _, err := sanitize(t, c.file); failure.KindOf(err) != c.want {
			t.Errorf("%s: sanitize: got %v, want %s", name, err, c.want)
		}
	}
}

func TestProfile_GIFAndWebP(t *testing.T) {
	profile := func(file []byte) string {
		t.Helper()

		found, err := metadata.Profile(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}

		return string(found)
	}

	icc, picture := riffChunk("ICCP", "the profile"), lossless(24, 16)
	animation := riff(vp8x(withAnimation|withICC, 24, 16), icc, riffChunk("ICCP", "another"), anim(), anmf(0, 0, 24, 16, picture))

	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"GIF":            {gifFile(t, 1, extension(0xff, "ICCRGBG1012", "x"), nil), ""},
		"simple":         {riff(picture, icc), ""},
		"extended":       {riff(vp8x(withICC, 24, 16), icc, picture), "the profile"},
		"animated":       {animation, "the profile"},
		"after an image": {riff(vp8x(withICC, 24, 16), picture, icc), ""},
		"far too long":   {riff(vp8x(withICC, 24, 16), riffChunk("ICCP", strings.Repeat("x", 5<<20)), picture), ""},
	} {
		if got := profile(c.file); got != c.want {
			t.Errorf("%s: a profile of %d bytes, want %d", name, len(got), len(c.want))
		}
	}
}
