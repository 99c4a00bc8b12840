package picture_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"triptych/picture"
	"triptych/picture/variant"
)

// peakOf is the environment variable that names the file for a child process that makes
// variants.
const peakOf = "PICTURE_PEAK_OF"

func TestMain(m *testing.M) {
	if file := os.Getenv(peakOf); file != "" {
		if err := measure(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}

		return
	}

	os.Exit(m.Run())
}

// measure makes the variants of the default recipe from a file, and prints the peak
// memory of this process, in kB as Linux counts it.
func measure(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}

	if _, err := picture.Process(context.Background(), data, variant.Defaults()...); err != nil {
		return err
	}

	status, err := os.Open("/proc/self/status")
	if err != nil {
		return err
	}
	defer status.Close()

	for lines := bufio.NewScanner(status); lines.Scan(); {
		if peak, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			fmt.Println(strings.TrimSuffix(strings.TrimSpace(peak), " kB"))
		}
	}

	return nil
}

// BenchmarkPeakMemory measures the resident memory of a process that makes the default
// variants of an image of 50 megapixels, the most that the default recipe accepts:
//
//	go test ./picture -run '^$' -bench PeakMemory -benchtime 1x
func BenchmarkPeakMemory(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("reads /proc/self/status")
	}

	const width, height = 8660, 5773

	for _, c := range []struct {
		name   string
		encode func(*bytes.Buffer) error
	}{
		{"jpeg", func(file *bytes.Buffer) error {
			return jpeg.Encode(file, large(width, height), &jpeg.Options{Quality: 90})
		}},
		{"png", func(file *bytes.Buffer) error {
			fast := png.Encoder{CompressionLevel: png.BestSpeed}

			return fast.Encode(file, large(width, height))
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var file bytes.Buffer
			if err := c.encode(&file); err != nil {
				b.Fatal(err)
			}

			path := filepath.Join(b.TempDir(), c.name)
			if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
				b.Fatal(err)
			}

			b.ReportMetric(float64(file.Len())/(1<<20), "MiB-file")

			for b.Loop() {
				peak(b, path)
			}
		})
	}
}

// BenchmarkPeakMemoryOfFiles does the same with the files in the folder that
// PICTURE_PEAK_FILES names. They may be of kinds that Go cannot write.
func BenchmarkPeakMemoryOfFiles(b *testing.B) {
	folder := os.Getenv("PICTURE_PEAK_FILES")
	if folder == "" || runtime.GOOS != "linux" {
		b.Skip("no folder, or no /proc/self/status")
	}

	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		b.Fatal(err)
	}

	for _, path := range files {
		b.Run(filepath.Base(path), func(b *testing.B) {
			if info, err := os.Stat(path); err == nil {
				b.ReportMetric(float64(info.Size())/(1<<20), "MiB-file")
			}

			for b.Loop() {
				peak(b, path)
			}
		})
	}
}

func peak(b *testing.B, path string) {
	b.Helper()

	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}

	child := exec.Command(self)

	child.Env = append(os.Environ(), peakOf+"="+path)
	child.Stderr = os.Stderr

	output, err := child.Output()
	if err != nil {
		b.Fatal(err)
	}

	kilobytes, err := strconv.Atoi(strings.TrimSpace(string(output)))
	if err != nil {
		b.Fatal(err)
	}

	b.ReportMetric(float64(kilobytes)/1024, "MiB-peak")
}

// largePicture is an image of a gradient with some noise. It computes its pixels and
// stores none.
type largePicture struct{ width, height int }

func large(width, height int) image.Image { return largePicture{width, height} }

func (p largePicture) ColorModel() color.Model { return color.RGBAModel }

func (p largePicture) Bounds() image.Rectangle { return image.Rect(0, 0, p.width, p.height) }

func (p largePicture) At(x, y int) color.Color {
	noise := uint8((x*7919 ^ y*104729) >> 3 & 15)

	return color.RGBA{R: uint8(x>>5) + noise, G: uint8(y>>5) + noise, B: uint8((x+y)>>6) - noise, A: 255}
}
