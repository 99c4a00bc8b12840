package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"strings"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
	"triptych/picture/metadata"
	"triptych/picture/variant"
)

func TestProcess_damagedImages(t *testing.T) {
	baseline := encodeJPEG(t, lopsided(200, 160))
	lossless := encodePNG(t, lopsided(200, 160))

	// Sanitize closes a JPEG that was cut in its scan, as in the pipeline.
	closed := func(file []byte) []byte {
		var clean bytes.Buffer
		if _, err := metadata.Sanitize(&clean, bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}

		return clean.Bytes()
	}

	noise := func(file []byte, from int) []byte {
		file = bytes.Clone(file)
		for i := from; i < len(file)-2; i++ {
			file[i] = 0x55
		}

		return file
	}

	restarts, progressive := testdata(t, "restarts.jpg"), testdata(t, "progressive.jpg")

	for name, c := range map[string]struct {
		file []byte
		want failure.Kind
		say  string
	}{
		"nothing":                          {nil, failure.Empty, ""},
		"not an image":                     {[]byte("hello"), failure.NotAnImage, ""},
		"another format":                   {[]byte("II+\x00"), failure.UnsupportedFormat, "BigTIFF"},
		"arithmetic coding":                {testdata(t, "arithmetic.jpg"), failure.UnsupportedFormat, "arithmetic"},
		"JPEG cut in half":                 {baseline[:len(baseline)/2], failure.Truncated, "missing"},
		"JPEG cut in its header":           {baseline[:100], failure.Truncated, ""},
		"JPEG cut, and closed":             {closed(baseline[:len(baseline)/2]), failure.Truncated, "missing"},
		"JPEG cut late, and closed":        {closed(baseline[:len(baseline)-40]), failure.Truncated, "missing"},
		"restarts cut, and closed":         {closed(restarts[:len(restarts)*2/3]), failure.Truncated, "missing"},
		"restarts cut at one, and closed":  {closed(restarts[:bytes.LastIndex(restarts, []byte{0xff, 0xd3})]), failure.Truncated, "missing"},
		"progressive cut, and closed":      {closed(progressive[:len(progressive)-60]), failure.Truncated, "missing"},
		"JPEG without its Huffman tables":  {without(baseline, 0xc4), failure.Corrupt, "Huffman"},
		"JPEG with a wrong byte":           {wrong(baseline), failure.Corrupt, "JPEG"},
		"JPEG that runs out of scan data":  {noise(baseline, len(baseline)/3), failure.Truncated, "missing"},
		"JPEG of another sampling":         {bytes.Replace(baseline, []byte("\x01\x22\x00\x02\x11"), []byte("\x01\x22\x00\x02\x22"), 1), failure.Corrupt, "Huffman"},
		"PNG cut in half":                  {lossless[:len(lossless)/2], failure.Truncated, "missing"},
		"PNG of noise":                     {noise(lossless, len(lossless)/2), failure.Truncated, "PNG"},
		"PNG of no zlib stream":            {bytes.Join([][]byte{lossless[:33], chunk("IDAT", strings.Repeat("hello, world", 20)), chunk("IEND", "")}, nil), failure.Corrupt, "zlib"},
		"PNG with too few pixels":          {bytes.Join([][]byte{lossless[:33], chunk("IDAT", deflate(t, "\x00abc")), chunk("IEND", "")}, nil), failure.Corrupt, "not enough pixel data"},
		"JPEG that needs too much memory":  {huge(baseline), failure.TooManyPixels, "65535 × 65535"},
		"PNG that needs too much memory":   {bytes.Join([][]byte{lossless[:8], chunk("IHDR", "\x7f\xff\xff\xff\x7f\xff\xff\xff\x10\x06\x00\x00\x01"), chunk("IDAT", ""), chunk("IEND", "")}, nil), failure.TooManyPixels, ""},
		"interlaced PNG of 100 megapixels": {bytes.Join([][]byte{lossless[:8], chunk("IHDR", "\x00\x00\x27\x10\x00\x00\x27\x10\x10\x06\x00\x00\x01"), chunk("IDAT", ""), chunk("IEND", "")}, nil), failure.TooManyPixels, "10000 × 10000"},
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

// wrong returns a JPEG with a forbidden marker in the middle of its scan.
func wrong(file []byte) []byte {
	file = bytes.Clone(file)
	copy(file[len(file)*3/4:], "\xff\x05")

	return file
}

// without returns a JPEG whose first segment with this marker has become a comment.
func without(file []byte, marker byte) []byte {
	return bytes.Replace(file, []byte{0xff, marker}, []byte{0xff, 0xfe}, 1)
}

// huge returns a JPEG whose header has the largest possible size.
func huge(file []byte) []byte {
	file = bytes.Clone(file)
	at := bytes.Index(file, []byte{0xff, 0xc0})
	copy(file[at+5:], "\xff\xff\xff\xff")

	return file
}

func TestProcess_progressiveAndInterlaced(t *testing.T) {
	for _, name := range []string{"progressive.jpg", "restarts.jpg"} {
		if output, _ := make1(t, testdata(t, name), asJPEG(32, 32)); output.Width != 32 || output.Height != 24 {
			t.Errorf("%s: %d × %d", name, output.Width, output.Height)
		}
	}
}

func TestProcess_variantsInOrder(t *testing.T) {
	file := encodePNG(t, lopsided(60, 40))
	wants := []variant.Spec{asPNG(10, 10), asJPEG(30, 30), covering(asJPEG(20, 20)), asPNG(10, 10)}

	outputs, err := picture.Process(context.Background(), file, wants...)
	if err != nil || len(outputs) != len(wants) {
		t.Fatalf("%d outputs, %v", len(outputs), err)
	}

	// Variants made in one call must equal variants made separately.
	for i, want := range wants {
		if alone, _ := make1(t, file, want); !bytes.Equal(alone.Data, outputs[i].Data) {
			t.Errorf("output %d differs from the variant made alone", i)
		}
	}

	if none, err := picture.Process(context.Background(), file); err != nil || len(none) != 0 {
		t.Errorf("no wants: %d outputs, %v", len(none), err)
	}
}

func TestProcess_contextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	for name, file := range map[string][]byte{
		"JPEG": encodeJPEG(t, lopsided(60, 40)), "PNG": encodePNG(t, lopsided(60, 40)),
		"GIF": encodeGIF(t, image.Pt(30, 20), paletted()), "WebP": testdata(t, "lossy.webp"),
	} {
		_, err := picture.Process(ctx, file, asJPEG(10, 10))
		if !errors.Is(err, context.Canceled) || failure.KindOf(err) != "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestProcess_unknownWant(t *testing.T) {
	file := encodePNG(t, lopsided(60, 40))

	for _, want := range []variant.Spec{
		{Name: "a", Width: 1, Fit: "fill", Format: variant.JPEG}, {Name: "b", Width: 1, Fit: variant.Inside, Format: "tiff"},
	} {
		_, err := picture.Process(context.Background(), file, want)
		if err == nil || failure.KindOf(err) != "" || !strings.Contains(err.Error(), "variant "+want.Name) {
			t.Errorf("got %v", err)
		}
	}
}
