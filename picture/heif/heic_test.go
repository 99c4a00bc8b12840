package heif_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/heif"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff/bmfftest"
)

// TestDecodeHEIC_threads decodes tiles, and one piece, on one and on several goroutines. The samples are
// equal, and the first damaged tile decides the error.
func TestDecodeHEIC_threads(t *testing.T) {
	whole := grid(stream(t, "420-8"), nil, nil, nil)
	want, _ := decode(t, whole.Bytes())

	for _, threads := range []int{2, 3, 8} {
		got, _, err := decodeWith(t, whole.Bytes(), heif.Options{MaxBytes: 200 << 20, Threads: threads})
		if err != nil {
			t.Fatal(err)
		}

		for i := range want.Planes {
			if !bytes.Equal(got.Planes[i].Pix, want.Planes[i].Pix) {
				t.Errorf("%d threads: plane %d differs", threads, i)
			}
		}
	}

	piece := single(stream(t, "422-8"), nil)
	want, _ = decode(t, piece.Bytes())

	for _, threads := range []int{2, 4} {
		got, _, err := decodeWith(t, piece.Bytes(), heif.Options{MaxBytes: 200 << 20, Threads: threads})
		if err != nil {
			t.Fatal(err)
		}

		for i := range want.Planes {
			if !bytes.Equal(got.Planes[i].Pix, want.Planes[i].Pix) {
				t.Errorf("one piece, %d threads: plane %d differs", threads, i)
			}
		}
	}

	damaged := grid(stream(t, "420-8"), nil, nil, nil)
	damaged.Items[2].Data = damaged.Items[2].Data[:20]
	damaged.Items[4].Data = bytes.Repeat([]byte{0xff}, 20)

	_, _, first := decodeWith(t, damaged.Bytes(), heif.Options{MaxBytes: 200 << 20, Threads: 1})
	_, _, second := decodeWith(t, damaged.Bytes(), heif.Options{MaxBytes: 200 << 20, Threads: 4})

	if !failure.Is(first, failure.Corrupt) || second == nil || first.Error() != second.Error() {
		t.Errorf("one thread: %v; four threads: %v", first, second)
	}
}

// TestDecodeHEIC_limits checks the limit of memory, and the context.
func TestDecodeHEIC_limits(t *testing.T) {
	file := grid(stream(t, "420-8"), nil, nil, nil).Bytes()

	if _, _, err := decodeWith(t, file, heif.Options{MaxBytes: 128 * 96}); !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("less than the result: %v", err)
	}

	if _, _, err := decodeWith(t, file, heif.Options{MaxBytes: 128*96*3 + 1000}); !failure.Is(err, failure.TooManyPixels) {
		t.Errorf("less than a tile: %v", err)
	}

	if _, _, err := decodeWith(t, file, heif.Options{MaxBytes: 128*96*3 + 1<<17}); err != nil {
		t.Errorf("enough memory: %v", err)
	}

	// The stream has more pixels than the properties of its item.
	small := single(stream(t, "420-8"), nil)
	small.Items[0].Properties[1] = bmfftest.Size(8, 8)

	if _, _, err := decodeWith(t, small.Bytes(), heif.Options{MaxBytes: 200 << 20}); err != nil {
		t.Errorf("a small part of a small image: %v", err)
	}

	info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}

	for _, threads := range []int{1, 2} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()

		_, _, err := heif.DecodeHEIC(ctx, file, info, heif.Options{MaxBytes: 200 << 20, Threads: threads})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%d threads: %v", threads, err)
		}
	}
}
