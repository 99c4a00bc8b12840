package tiff_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	reference "golang.org/x/image/tiff"

	meta "triptych/picture/metadata/tiff"
	"triptych/picture/tiff"
)

// BenchmarkReader compares the speed with x/image, on the samples in strips of 16 rows.
// The two take turns, so a change of the speed of the machine affects both.
//
//	go test ./picture/tiff -run '^$' -bench Reader
func BenchmarkReader(b *testing.B) {
	names, _ := filepath.Glob("../../samples/*.png")

	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}

		pixels, err := png.Decode(file)
		file.Close()

		if err != nil {
			b.Fatal(err)
		}

		size := pixels.Bounds().Size()

		for _, compression := range []int{meta.LZW, meta.Deflate} {
			for _, predictor := range []bool{false, true} {
				s := spec{
					width: size.X, height: size.Y, bits: 8, samples: 3, photometric: meta.RGB, rows: 16,
					compression: compression, predictor: predictor, pixels: pixels,
				}

				b.Run(fmt.Sprintf("%s/compression %d, predictor %t", filepath.Base(name), compression, predictor), func(b *testing.B) {
					decodeBoth(b, s.file(), float64(size.X*size.Y*3))
				})
			}
		}
	}
}

// decodeBoth reports the best speed of both packages.
func decodeBoth(b *testing.B, file []byte, bytesOut float64) {
	b.Helper()

	ours, theirs := time.Hour, time.Hour

	for b.Loop() {
		began := time.Now()

		reader, err := tiff.Open(file)
		if err != nil {
			b.Fatal(err)
		}

		for range reader.Layout.Height {
			if _, err := reader.Next(); err != nil {
				b.Fatal(err)
			}
		}

		ours = min(ours, time.Since(began))
		began = time.Now()

		if _, err := reference.Decode(bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}

		theirs = min(theirs, time.Since(began))
	}

	b.ReportMetric(bytesOut/1e6/ours.Seconds(), "tiff-MB/s")
	b.ReportMetric(bytesOut/1e6/theirs.Seconds(), "x/image-MB/s")
	b.ReportMetric(float64(len(file))/bytesOut, "ratio")
}
