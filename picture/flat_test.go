package picture_test

import (
	"bufio"
	"context"
	"image"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"triptych/picture"
	"triptych/picture/variant"
)

// resident returns the memory that this process holds now and its peak, in kB as Linux
// counts them.
func resident(t *testing.T) (now, most int) {
	t.Helper()

	status, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer status.Close()

	for lines := bufio.NewScanner(status); lines.Scan(); {
		for name, into := range map[string]*int{"VmRSS:": &now, "VmHWM:": &most} {
			if text, ok := strings.CutPrefix(lines.Text(), name); ok {
				if *into, err = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(text), " kB")); err != nil {
					t.Fatal(err)
				}
			}
		}
	}

	return now, most
}

// TestMemoryStaysFlat checks that a process that has made the variants of 100,000 images
// holds as much memory as after 10,000. The test takes some minutes:
//
//	E2E_LONG=1 go test ./picture -run MemoryStaysFlat -v -timeout 60m
func TestMemoryStaysFlat(t *testing.T) {
	if os.Getenv("E2E_LONG") == "" || runtime.GOOS != "linux" {
		t.Skip("E2E_LONG is not set, or this is not Linux")
	}

	const (
		settled, all = 10_000, 100_000
		mebibyte     = 1024 // kB
	)

	files := [][]byte{
		encodeJPEG(t, lopsided(640, 480)), encodeJPEG(t, lopsided(200, 1000)), encodePNG(t, lopsided(320, 240)),
		encodeGIF(t, image.Pt(30, 20), paletted()),
	}
	for _, name := range []string{
		"progressive.jpg", "restarts.jpg", "cmyk.jpg", "sampling-422.jpg", "lossy.webp", "lossy-alpha.webp", "lossless.webp",
	} {
		files = append(files, testdata(t, name))
	}

	// A damaged file must not leak memory either.
	files = append(files, files[0][:len(files[0])/2])

	run := func(from, to int64) {
		var (
			next    atomic.Int64
			running sync.WaitGroup
		)

		for range runtime.GOMAXPROCS(0) {
			running.Go(func() {
				for i := from + next.Add(1) - 1; i < to; i = from + next.Add(1) - 1 {
					at := int(i) % len(files)

					_, err := picture.Process(context.Background(), files[at], variant.Defaults()...)
					if (err != nil) != (at == len(files)-1) {
						t.Errorf("image %d: %v", i, err)

						return
					}
				}
			})
		}

		running.Wait()
	}

	run(0, settled)

	_, mostBefore := resident(t)

	debug.FreeOSMemory()

	before, _ := resident(t)

	run(settled, all)

	_, most := resident(t)

	debug.FreeOSMemory()

	after, _ := resident(t)

	t.Logf("after %d images %d MiB and %d at most, after %d images %d MiB and %d at most",
		settled, before/mebibyte, mostBefore/mebibyte, all, after/mebibyte, most/mebibyte)

	const more = 2 * mebibyte // the collector's result varies by so much

	if after > before+more {
		t.Errorf("%d kB are held after %d images, %d kB after %d", after, all, before, settled)
	}

	if most > mostBefore+mostBefore/4 {
		t.Errorf("%d kB were held at most in %d images, %d kB in the first %d", most, all, mostBefore, settled)
	}
}
