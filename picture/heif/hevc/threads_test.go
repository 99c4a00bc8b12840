package hevc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"triptych/picture/heif/hevc"
)

// TestDecode_threads decodes damaged streams on one and on several goroutines. Samples, rows
// before an error, and errors are equal. Some of the streams have wrong entry points.
func TestDecode_threads(t *testing.T) {
	data, _ := streams(t)
	random := rand.New(rand.NewPCG(7, 8))
	rejected, accepted := 0, 0

	for _, name := range slices.Sorted(maps.Keys(data)) {
		for range 12 {
			config, units := items(data[name])
			from := bytes.LastIndex(units, []byte{0, 0, 0}) // Not before the last unit's length.
			at := from + 8 + random.IntN(max(min(len(units)-from-8, 1<<random.IntN(12)), 1))
			units[min(at, len(units)-1)] ^= 1 << random.IntN(8)

			one, oneErr := rowsOf(config, units, 1)
			more, moreErr := rowsOf(config, units, 2+random.IntN(4))

			if fmt.Sprint(oneErr) != fmt.Sprint(moreErr) || !bytes.Equal(planesOf(one), planesOf(more)) {
				t.Errorf("%s with a change of byte %d: %v with %d rows, and with several threads %v", name, at, oneErr, len(one.Planes), moreErr)
			}

			if oneErr != nil {
				rejected++
			} else {
				accepted++
			}
		}
	}

	if rejected < 50 || accepted < 50 {
		t.Errorf("%d rejected and %d accepted streams", rejected, accepted)
	}
}

// rowsOf decodes the rows of a stream, until an error.
func rowsOf(config, units []byte, threads int) (*hevc.Picture, error) {
	got := &hevc.Picture{}

	err := hevc.DecodeRows(context.Background(), config, units, hevc.Options{MaxPixels: 1 << 16, Threads: threads}, func(part hevc.Part) error {
		got.Depth, got.DepthOfColor = part.Depth, part.DepthOfColor
		got.Planes = joined(got.Planes, part.Planes)

		return nil
	})

	return got, err
}

// TestDecodeRows_error stops decoding at an error of the receiver.
func TestDecodeRows_error(t *testing.T) {
	data, _ := streams(t)
	wrong := errors.New("no more rows")

	for name, stream := range data {
		config, units := items(stream)

		for threads := range 4 {
			calls := 0

			err := hevc.DecodeRows(context.Background(), config, units, hevc.Options{Threads: threads}, func(hevc.Part) error {
				calls++

				return wrong
			})
			if !errors.Is(err, wrong) || calls != 1 {
				t.Errorf("%s, %d threads: %v after %d calls", name, threads, err, calls)
			}
		}
	}
}

// sameRows compares the rows of a picture with those that are decoded one after another.
func sameRows(t *testing.T, config, units []byte, threads int, want *hevc.Picture) {
	t.Helper()

	got := &hevc.Picture{Width: want.Width, Height: want.Height, Depth: want.Depth, DepthOfColor: want.DepthOfColor}
	next := 0

	err := hevc.DecodeRows(context.Background(), config, units, hevc.Options{Threads: threads}, func(part hevc.Part) error {
		if part.Top != next || part.Width != want.Width || part.Height != want.Height || part.Chroma != want.Chroma {
			t.Errorf("%d threads: row %d of %d × %d pixels, want row %d", threads, part.Top, part.Width, part.Height, next)
		}

		next += part.Planes[0].Height
		got.Planes = joined(got.Planes, part.Planes)

		return nil
	})
	if err != nil {
		t.Fatalf("%d threads: %v", threads, err)
	}

	if next != want.Height || !bytes.Equal(planesOf(got), planesOf(want)) {
		t.Errorf("%d threads: the %d rows differ from the whole picture of %d", threads, next, want.Height)
	}
}

// joined appends the rows of planes.
func joined(to, rows []hevc.Plane) []hevc.Plane {
	if to == nil {
		to = make([]hevc.Plane, len(rows))
	}

	for i, plane := range rows {
		to[i].Width, to[i].Stride = plane.Width, plane.Width
		to[i].Height += plane.Height

		for y := range plane.Height {
			if plane.Deep != nil {
				to[i].Deep = append(to[i].Deep, plane.Deep[y*plane.Stride:][:plane.Width]...)
			} else {
				to[i].Pix = append(to[i].Pix, plane.Pix[y*plane.Stride:][:plane.Width]...)
			}
		}
	}

	return to
}
