package picture_test

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"triptych/picture"
	"triptych/picture/failure"
)

// TestBombs checks that a file is rejected before its pixels are allocated if it promises
// more than it holds. In a TIFF, other decoders accept a width with two values and read
// it at its offset, or they use the number of BitsPerSample values as the number of
// samples.
func TestBombs(t *testing.T) {
	group4 := testdata(t, filepath.Join("cases", "bps-1value.tif"))
	for _, entry := range [][2]uint16{{256, 65_000}, {257, 65_000}, {259, 4}, {262, 0}, {277, 1}, {258, 1}, {278, 65_000}} {
		group4 = withEntry(group4, entry[0], entry[1])
	}

	for name, c := range map[string]struct {
		file []byte
		code failure.Kind
	}{
		"a width of two values": {testdata(t, filepath.Join("hostile", "tiff-count2-small.tif")), failure.Corrupt},
		"four values of 16 bits, no number of samples": {
			testdata(t, filepath.Join("hostile", "tiff-nospp-bps4x16-7000x7000.tif")), failure.Corrupt,
		},
		"four values of 16 bits, one sample": {
			testdata(t, filepath.Join("hostile", "tiff-spp1-bps4x16-8000x6000.tif")), failure.Corrupt,
		},
		"a fax of 4 gigapixels": {group4, failure.TooManyPixels},
	} {
		t.Run(name, func(t *testing.T) {
			const most = 4 << 20 // bytes

			for name, run := range map[string]func() error{
				"Process": func() error {
					_, err := picture.Process(context.Background(), c.file, asJPEG(100, 100))

					return err
				},
				"Master": func() error {
					_, err := picture.Master(context.Background(), c.file)

					return err
				},
			} {
				var before, after runtime.MemStats

				runtime.ReadMemStats(&before)

				err := run()

				runtime.ReadMemStats(&after)

				if failure.KindOf(err) != c.code {
					t.Errorf("%s: got %v, want %s", name, err, c.code)
				}

				if allocated := after.TotalAlloc - before.TotalAlloc; allocated > most {
					t.Errorf("%s: allocated %d bytes", name, allocated)
				}
			}
		})
	}
}
