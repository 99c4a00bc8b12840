package metadata_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"runtime"
	"testing"

	"triptych/picture/metadata"
)

// TestInspect_costOfEXIFEntries checks the cost of large EXIF blocks. An EXIF block of 64
// KiB can hold 5,000 entries, and a file can hold a thousand such blocks. Work per block
// must not be repeated for each entry.
func TestInspect_costOfEXIFEntries(t *testing.T) {
	const entries = 5000

	order := binary.BigEndian

	// All entries point to the directory that contains them.
	pointers := append([]byte("MM\x00*\x00\x00\x00\x08"), order.AppendUint16(nil, entries)...)
	for range entries {
		pointers = append(pointers, "\x87\x69\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08"...)
	}

	turns := make([]tag, entries)
	for i := range turns {
		turns[i] = tag{id: 0x0112, value: 0}
	}

	for name, block := range map[string][]byte{
		"directories within directories": pointers,
		"invalid orientations":           tiffFile(order, false, turns...),
	} {
		t.Run(name, func(t *testing.T) {
			file := join(soi, exifSegment(block), jpegBody(t))

			var before, after runtime.MemStats

			runtime.ReadMemStats(&before)

			info, err := inspect(file)
			if err != nil || info.Orientation != 1 {
				t.Errorf("%+v, %v", info, err)
			}

			if _, err := metadata.Sanitize(io.Discard, bytes.NewReader(file)); err != nil {
				t.Error(err)
			}

			runtime.ReadMemStats(&after)

			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 8<<20 {
				t.Errorf("allocated %d bytes", allocated)
			}
		})
	}
}
