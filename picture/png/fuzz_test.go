package png_test

import (
	"bytes"
	"context"
	"encoding/binary"
	stdpng "image/png"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/picture/failure"
	"triptych/picture/png"
)

func fixed() *rand.Rand { return rand.New(rand.NewPCG(7, 7)) }

// FuzzDecode compares Decode with image/png on any bytes: which files are accepted, and
// the pixels. Intended differences have their own tests.
func FuzzDecode(f *testing.F) {
	random := fixed()

	for _, k := range kinds() {
		rows := k.rows(random, 11, 9, func() byte { return byte(random.Uint32() % 5) })
		f.Add(k.file(11, 9, rows, k.colored(3)), true)

		switch k.color {
		case 0:
			f.Add(k.file(11, 9, rows, chunk("tRNS", "\x00\x01")), true)
		case 2:
			f.Add(k.file(11, 9, rows, chunk("tRNS", "\x00\x01\x00\x01\x00\x01")), false)
		case 3:
			f.Add(k.file(11, 9, rows, k.colored(2), chunk("tRNS", "\x80\x40\x20")), true)
		}
	}

	f.Fuzz(func(t *testing.T, file []byte, reseal bool) {
		if reseal {
			file = resealed(file)
		}

		compare(t, file)
	})
}

// most limits the pixels of an image in this test, so that it is fast.
const most = 1 << 20

// compare decodes a file with both decoders.
func compare(t *testing.T, file []byte) {
	t.Helper()

	got, alpha, err := png.Decode(context.Background(), file, png.Options{MaxBytes: 4 * most})
	if err != nil && failure.KindOf(err) == "" {
		t.Fatalf("not a failure: %v", err)
	}

	streamsAlike(t, file, err)

	if config, configErr := stdpng.DecodeConfig(bytes.NewReader(file)); configErr == nil &&
		int64(config.Width)*int64(config.Height) > most {
		return
	}

	want, wantErr := stdpng.Decode(bytes.NewReader(file))

	switch {
	case err == nil && wantErr == nil && setsUnusedBits(file):
	case err == nil && wantErr == nil:
		if said := differs(t, got, alpha, want); said != "" {
			t.Fatal(said)
		}
	case err == nil: // An image with a formal defect, which all readers show.
	case err != nil && wantErr == nil && !beginsWithIHDR(file):
	case wantErr == nil:
		t.Fatalf("ours: %v, image/png: %v", err, wantErr)
	}
}

// streamsAlike decodes a file with a sink. The sink receives the image that Decode
// returns without it, or the error is the same. Only the needed memory differs: it is
// usually less, but more for an image of few long rows.
func streamsAlike(t *testing.T, file []byte, want error) {
	t.Helper()

	sink := &collector{lag: len(file) % 40}

	_, _, err := png.Decode(context.Background(), file, png.Options{MaxBytes: 4 * most, Sink: sink, Threads: 1 + len(file)%2})

	switch {
	case failure.Is(want, failure.TooManyPixels) != failure.Is(err, failure.TooManyPixels):
		return
	case failure.KindOf(err) != failure.KindOf(want) || (err == nil) != (want == nil):
		t.Fatalf("with a sink: %v, without: %v", err, want)
	case err != nil || sink.planes == nil:
		return
	}

	if diff := cmp.Diff(whole(t, file, sink.alpha), sink.planes); diff != "" || sink.fault != "" {
		t.Fatalf("with a sink a different image; %s", sink.fault)
	}
}

// beginsWithIHDR reports whether the first chunk of a file is its header.
func beginsWithIHDR(file []byte) bool {
	return len(file) > 16 && binary.BigEndian.Uint32(file[8:]) == 13 && string(file[12:16]) == "IHDR"
}

// setsUnusedBits reports whether tRNS has bits that samples of this depth do not have.
// Decode ignores these bits, as the standard requires, and image/png does not: see
// TestTransparency_ignoresHighBits.
func setsUnusedBits(file []byte) bool {
	const depthAt, colorAt, gray, rgb = 24, 25, 0, 2

	if len(file) <= colorAt {
		return false
	}

	samples := map[byte]int{gray: 1, rgb: 3}[file[colorAt]]

	for _, after := range bytes.Split(file, []byte("tRNS"))[1:] {
		for i := 0; i+1 < min(len(after), 2*samples); i += 2 {
			if binary.BigEndian.Uint16(after[i:])>>file[depthAt] != 0 {
				return true
			}
		}
	}

	return false
}

// FuzzReview checks the result of Review: a second pass cuts nothing, and the image is
// the same.
func FuzzReview(f *testing.F) {
	chunk := func(kind, data string) string { return string(chunk(kind, data)) }
	number := func(n int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(n))) }
	control := func(n int) string {
		return chunk("fcTL", number(n)+number(2)+number(2)+number(0)+number(0)+"\x00\x01\x00\x0a\x00\x00")
	}
	rows := pack([]byte("\x00\x10\x20\x00\x30\x40"))

	for _, interlaced := range []string{"\x00", "\x01"} {
		start := "\x89PNG\r\n\x1a\n" + chunk("IHDR", number(2)+number(2)+"\x08\x00\x00\x00"+interlaced) + chunk("acTL", number(2)+number(0))
		f.Add([]byte(start + control(0) + chunk("IDAT", rows) + control(1) + chunk("fdAT", number(2)+rows)))
		f.Add([]byte(start + chunk("IDAT", rows) + control(0) + chunk("fdAT", number(1)+rows[:4]) + chunk("fdAT", number(2)+rows[4:])))
	}

	f.Fuzz(func(t *testing.T, file []byte) {
		file = append(resealed(file), chunk("IEND", "")...) // The sanitizer ends files like this.

		reviewed, err := png.Review(context.Background(), file, 1<<20)
		if err != nil {
			if failure.KindOf(err) == "" {
				t.Errorf("got %v", err)
			}

			return
		}

		again, err := png.Review(context.Background(), reviewed, 1<<20)
		if err != nil || !bytes.Equal(again, reviewed) {
			t.Errorf("%d bytes became %d, then %d: %v", len(file), len(reviewed), len(again), err)
		}
	})
}
