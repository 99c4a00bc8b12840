package inflate_test

import (
	"bytes"
	stdflate "compress/flate"
	"errors"
	"image"
	"image/draw"
	_ "image/jpeg"
	stdpng "image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"

	"triptych/picture/inflate"
)

// BenchmarkReader compares the speed with compress/flate and klauspost/compress/flate, on
// the samples and on photos of TRIPTYCH_PHOTOS as PNGs. The three take turns, so a change of
// the speed of the machine affects all of them. Only this package calculates the checksum.
//
//	go test ./picture/inflate -run '^$' -bench Reader -benchtime 3s
func BenchmarkReader(b *testing.B) {
	streams := sampleStreams(b)

	if folder := os.Getenv("TRIPTYCH_PHOTOS"); folder != "" {
		for _, name := range []string{"p1.jpg", "p12.jpg"} {
			streams[name] = photoStream(b, filepath.Join(folder, name))
		}
	}

	const zlibHeader = 2

	standard, other := stdflate.NewReader(nil), flate.NewReader(nil)
	reader := inflate.NewReader(inflate.Parts())
	row := make([]byte, 4096)

	for name, packed := range streams {
		ways := []struct {
			name string
			run  func() error
			best time.Duration
		}{
			{"inflate", func() error {
				reader.Reset(inflate.Parts(packed))

				for {
					if _, err := reader.Next(len(row)); err != nil {
						return err
					}
				}
			}, time.Hour},
			{"compress", func() error {
				return readAll(standard, packed[zlibHeader:], row)
			}, time.Hour},
			{"klauspost", func() error {
				return readAll(other, packed[zlibHeader:], row)
			}, time.Hour},
		}

		output, err := unpackStandard(packed)
		if err != nil {
			b.Fatal(err)
		}

		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for i := range ways {
					began := time.Now()

					if err := ways[i].run(); !errors.Is(err, io.EOF) {
						b.Fatal(err)
					}

					ways[i].best = min(ways[i].best, time.Since(began))
				}
			}

			for _, way := range ways {
				b.ReportMetric(float64(len(output))/1e6/way.best.Seconds(), way.name+"-MB/s")
			}

			b.ReportMetric(float64(len(packed))/float64(len(output)), "ratio")
		})
	}
}

// readAll reads a stream in rows. The reader is one of compress/flate, or is compatible.
func readAll(reader io.Reader, packed, row []byte) error {
	if err := reader.(stdflate.Resetter).Reset(bytes.NewReader(packed), nil); err != nil {
		return err
	}

	for {
		if _, err := io.ReadFull(reader, row); err == io.ErrUnexpectedEOF {
			return io.EOF
		} else if err != nil {
			return err
		}
	}
}

// photoStream returns the zlib stream of a photo that is encoded as a PNG.
func photoStream(b *testing.B, name string) []byte {
	b.Helper()

	file, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}

	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}

	opaque := image.NewRGBA(decoded.Bounds())
	draw.Draw(opaque, opaque.Rect, decoded, image.Point{}, draw.Src)

	var encoded bytes.Buffer
	if err := stdpng.Encode(&encoded, opaque); err != nil {
		b.Fatal(err)
	}

	return imageData(encoded.Bytes())
}
