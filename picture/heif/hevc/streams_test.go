package hevc_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/heif/hevc"
)

// streams returns the test streams, and the sums of their planes, by name.
func streams(t testing.TB) (data map[string][]byte, sums map[string]string) {
	t.Helper()

	file, err := os.ReadFile("testdata/streams/planes.sha256")
	if err != nil {
		t.Fatal(err)
	}

	data, sums = map[string][]byte{}, map[string]string{}

	for lines := bufio.NewScanner(bytes.NewReader(file)); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		sums[name] = sum

		if data[name], err = os.ReadFile(filepath.Join("testdata", "streams", name+".hevc")); err != nil {
			t.Fatal(err)
		}
	}

	return data, sums
}

// planesOf returns the samples of all planes without gaps.
func planesOf(p *hevc.Picture) (samples []byte) {
	for i, plane := range p.Planes {
		depth := p.Depth
		if i > 0 {
			depth = p.DepthOfColor
		}

		for y := range plane.Height {
			if plane.Pix != nil {
				samples = append(samples, plane.Pix[y*plane.Stride:][:plane.Width]...)

				continue
			}

			for _, value := range plane.Deep[y*plane.Stride:][:plane.Width] {
				samples = append(samples, byte(value))
				if depth > 8 {
					samples = append(samples, byte(value>>8))
				}
			}
		}
	}

	return samples
}

// TestDecode_streams compares the planes of the test streams with those of libde265.
func TestDecode_streams(t *testing.T) {
	data, sums := streams(t)

	for name, stream := range data {
		t.Run(name, func(t *testing.T) {
			config, units := items(stream)

			got, err := hevc.Decode(context.Background(), config, units, hevc.Options{})
			if err != nil {
				t.Fatal(err)
			}

			if sum := sha256.Sum256(planesOf(got)); hex.EncodeToString(sum[:]) != sums[name] {
				t.Errorf("the planes have the sum %x, want %s", sum, sums[name])
			}

			for _, threads := range []int{1, 2, 5} {
				sameRows(t, config, units, threads, got)
			}
		})
	}
}

// TestDecode_cut decodes the beginnings of a stream. Each of them is rejected, until only
// bits without a meaning are missing.
func TestDecode_cut(t *testing.T) {
	data, _ := streams(t)
	config, units := items(data["random-005"])

	for length := range units {
		_, err := hevc.Decode(context.Background(), config, units[:length], hevc.Options{})
		if kind := failure.KindOf(err); kind != failure.Truncated && kind != failure.Corrupt {
			t.Fatalf("%d of %d bytes: %v", length, len(units), err)
		}
	}
}

// TestDecode_limits checks the limit of pixels, and the context.
func TestDecode_limits(t *testing.T) {
	data, _ := streams(t)
	config, units := items(data["random-005"])

	if _, err := hevc.Decode(context.Background(), config, units, hevc.Options{MaxPixels: 72*88 - 1}); !failure.Is(err, failure.TooManyPixels) {
		t.Error(err)
	}

	if _, err := hevc.Decode(context.Background(), config, units, hevc.Options{MaxPixels: 72 * 88}); err != nil {
		t.Error(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	if _, err := hevc.Decode(ctx, config, units, hevc.Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzDecode decodes damaged streams. It checks that nothing panics, that all errors have
// a kind, that planes have the size of the picture, and that rows and errors do not depend
// on the number of threads.
func FuzzDecode(f *testing.F) {
	data, _ := streams(f)

	for _, stream := range data {
		_, units := items(stream)
		f.Add(units)
	}

	config, _ := items(nil)

	f.Fuzz(func(t *testing.T, units []byte) {
		got, err := hevc.Decode(context.Background(), config, units, hevc.Options{MaxPixels: 1 << 16})

		rows, rowsErr := rowsOf(config, units, 3)
		if fmt.Sprint(err) != fmt.Sprint(rowsErr) || err == nil && !bytes.Equal(planesOf(got), planesOf(rows)) {
			t.Errorf("one thread: %v; several threads: %v", err, rowsErr)
		}

		if err != nil {
			if failure.KindOf(err) == "" {
				t.Fatal(err)
			}

			return
		}

		for i, plane := range got.Planes {
			if plane.Width <= 0 || plane.Height <= 0 || i == 0 && (plane.Width != got.Width || plane.Height != got.Height) {
				t.Errorf("plane %d of %d × %d in a picture of %d × %d", i, plane.Width, plane.Height, got.Width, got.Height)
			}
		}

		planesOf(got)
	})
}
