package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"triptych/e2e/fixture"
)

// functionBytes is the memory that Sanitize and Resize have on AWS.
const functionBytes = 512 << 20

// TestLargestPicturesFitIntoAFunction renders images that are as large as the default
// recipe or the decoder of their format allows, each in its own process. The process does
// the work of Sanitize and Resize, one after the other. The test measures the peak memory
// of the process. TRIPTYCH_ROUNDS=N renders each image N times, and logs the largest
// memory and the shortest time, because the memory depends on when garbage is collected.
func TestLargestPicturesFitIntoAFunction(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux reports the peak memory in the expected unit")
	}

	rounds := 1
	if wanted, err := strconv.Atoi(os.Getenv("TRIPTYCH_ROUNDS")); err == nil {
		rounds = wanted
	}

	folder := t.TempDir()
	every := write(t, folder, "recipe.json", []byte(`{"variants":[
		{"name":"thumbnail","width":160,"height":160,"fit":"cover"},{"name":"large","width":1600,"height":1600},
		{"name":"auto","width":1600,"format":"auto","colorspace":"srgb"},{"name":"drawn","width":1600,"format":"png"},
		{"name":"moving","width":400,"format":"webp","animated":true}]}`))

	const width, height = 8660, 5773 // slightly less than 50 megapixels

	for name, draw := range map[string]func(*bufio.Writer) error{
		"photo.jpg": func(to *bufio.Writer) error {
			return jpeg.Encode(to, vast{width, height}, &jpeg.Options{Quality: 85})
		},
		"drawing.png": func(to *bufio.Writer) error {
			return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(to, vast{width, height})
		},
		"still.gif": func(to *bufio.Writer) error {
			return gif.Encode(to, image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.White}), nil)
		},
		"animation.gif": func(to *bufio.Writer) error { // 100 million pixels in all
			_, err := to.Write(fixture.GIF(2000, 2000, 25))

			return err
		},
		"scan.tif": func(to *bufio.Writer) error { // as many as fit into 50 MiB
			_, err := to.Write(fixture.TIFF(fixture.Store(fixture.Quarters(4600, 3700, 1), 6), 6))

			return err
		},
		"old.bmp": func(to *bufio.Writer) error {
			_, err := to.Write(fixture.BMP(vast{4600, 3700}))

			return err
		},
		"large.heic": func(to *bufio.Writer) error { // 24 megapixels in one piece
			_, err := to.Write(fixture.Phone("large.heic"))

			return err
		},
		"large.avif": func(to *bufio.Writer) error { // 12 megapixels, 4:4:4
			_, err := to.Write(fixture.Phone("large.avif"))

			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(folder, name)

			var file bytes.Buffer

			to := bufio.NewWriter(&file)
			if err := draw(to); err != nil {
				t.Fatal(err)
			}

			_ = to.Flush()

			if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}

			peak, seconds := rendering(t, path, every)

			for range rounds - 1 {
				again, took := rendering(t, path, every)
				peak, seconds = max(peak, again), min(seconds, took)
			}

			t.Logf("%s of %d MiB: %d MiB, %.1f s of CPU time", name, file.Len()>>20, peak>>20, seconds)

			if peak > functionBytes {
				t.Errorf("the peak memory is %d MiB, want at most %d", peak>>20, functionBytes>>20)
			}
		})
	}
}

// rendering renders a file, which must succeed, and returns the memory and the time that
// it took.
func rendering(t *testing.T, path, recipe string) (peak int64, seconds float64) {
	t.Helper()

	var output bytes.Buffer

	command := exec.CommandContext(context.Background(), binary, "render", path, "--recipe", recipe, "--out", t.TempDir(), "--json")
	command.Stdout = &output

	if err := command.Start(); err != nil {
		t.Fatal(err)
	}

	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()

	// The peak that wait4 returns includes the memory of the test process that forked the
	// child. So the high-water mark of the child is read until the child has exited.
	for running := true; running; {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v\n%s", err, output.String())
			}

			running = false
		case <-time.After(5 * time.Millisecond):
			peak = max(peak, highWater(command.Process.Pid))
		}
	}

	var result struct{ Status, Reason string }
	if err := json.Unmarshal(output.Bytes(), &result); err != nil || result.Status != "READY" {
		t.Fatalf("%s, %s, %v", result.Status, result.Reason, err)
	}

	took := command.ProcessState.UserTime() + command.ProcessState.SystemTime()

	return peak, took.Seconds()
}

// highWater returns the peak resident memory of a process in bytes, or 0 if the process
// has exited.
func highWater(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}

	_, found, _ := strings.Cut(string(status), "VmHWM:")

	var kilobytes int64
	if _, err := fmt.Sscan(found, &kilobytes); err != nil {
		return 0
	}

	return kilobytes << 10
}

// vast is an image with a gradient and some noise, whose pixels are computed on demand.
type vast struct{ width, height int }

func (v vast) ColorModel() color.Model { return color.RGBAModel }

func (v vast) Bounds() image.Rectangle { return image.Rect(0, 0, v.width, v.height) }

func (v vast) At(x, y int) color.Color {
	noise := uint8((x*7919 ^ y*104729) >> 3 & 15)

	return color.RGBA{R: uint8(x>>5) + noise, G: uint8(y>>5) + noise, B: uint8((x+y)>>6) - noise, A: 255}
}
