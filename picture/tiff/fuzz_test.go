package tiff_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"testing"

	reference "golang.org/x/image/tiff"

	"triptych/picture/failure"
	"triptych/picture/metadata"
	meta "triptych/picture/metadata/tiff"
	"triptych/picture/tiff"
)

// Any bytes yield an error with a rejection code, or the same pixels as x/image. The
// memory stays within the value that Memory returns.
func FuzzDecode(f *testing.F) {
	for _, s := range []spec{
		{bits: 1, samples: 1}, {bits: 8, samples: 2, photometric: 1, extra: []int{2}}, {bits: 8, samples: 3, photometric: 2},
		{bits: 16, samples: 4, photometric: 2, extra: []int{1}}, {bits: 12, samples: 1, photometric: 1},
		{bits: 4, samples: 1, photometric: 3, colors: make([]uint16, 48)}, {bits: 8, samples: 4, photometric: 5},
	} {
		s.width, s.height = 21, 18
		for _, one := range layouts(s) {
			f.Add(one.file())
		}
	}

	fax := spec{width: 40, height: 20, bits: 1, samples: 1}
	f.Add(fax.with(field{259, 3, []int{4}}).file())
	f.Add(fax.with(field{259, 3, []int{3}}).file())

	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
		if err == nil && info.Format != metadata.TIFF || failure.KindOf(err) == failure.NotAnImage {
			return
		}

		const most = 100_000 // pixels

		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		reader, failed := tiff.Open(file)
		if failed != nil && failure.KindOf(failed) == "" {
			t.Fatalf("inspected: %v, opened: %v", err, failed)
		}

		if err != nil || failed != nil || info.Width*info.Height > most || reader.Memory() > 64<<20 {
			return
		}

		if reader.Layout.Width != info.Width || reader.Layout.Height != info.Height {
			t.Fatalf("%d × %d pixels, inspected as %d × %d", reader.Layout.Width, reader.Layout.Height, info.Width, info.Height)
		}

		for range reader.Layout.Height {
			row, err := reader.Next()
			if err != nil {
				if failure.KindOf(err) == "" {
					t.Fatalf("no rejection code: %v", err)
				}

				return
			}

			if len(row) != reader.Layout.RowBytes() {
				t.Fatalf("a row of %d bytes, want %d", len(row), reader.Layout.RowBytes())
			}
		}

		runtime.ReadMemStats(&after)

		// A window to read the header, the buffers of a stream for each strip of a fax,
		// and rows.
		blocks := int64(info.Height)
		if allocated := int64(after.TotalAlloc - before.TotalAlloc); allocated > reader.Memory()+2<<20+blocks*(8<<10+2*int64(info.Width)) {
			t.Fatalf("allocated %d bytes for %d", allocated, reader.Memory())
		}

		compare(t, file)
	})
}

// compare compares pixels with those of x/image, if x/image reads the file with the same
// meaning.
func compare(t *testing.T, file []byte) {
	t.Helper()

	page, err := meta.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil || page.Reversed || page.IsFax() ||
		page.Photometric == meta.Palette || page.Separate || int64(page.BlockWidth)*int64(page.BlockHeight) > 1<<20 {
		return
	}

	// x/image takes the number of samples from BitsPerSample, and ignores SamplesPerPixel.
	if bitsPerSampleCount(file) != page.Samples {
		return
	}

	config, err := reference.DecodeConfig(bytes.NewReader(file))
	if err != nil || config.Width != page.Width || config.Height != page.Height {
		return
	}

	want, err := reference.Decode(bytes.NewReader(file))
	if err != nil {
		return
	}

	got, err := decode(file)
	if err != nil {
		t.Fatalf("x/image reads it: %v", err)
	}

	if at, ok := alike(got, want); !ok && !hasPredictor(file) {
		t.Fatalf("pixel %v is %v, want %v", at, got.At(at.X, at.Y), want.At(at.X, at.Y))
	}
}

// bitsPerSampleCount returns the number of values of BitsPerSample in the first directory
// that has it, or 0 without the field (TIFF 6.0, section 2).
func bitsPerSampleCount(file []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if file[0] == 'M' {
		order = binary.BigEndian
	}

	const bitsPerSample, entryBytes = 258, 12

	directory := file[order.Uint32(file[4:]):]
	for i := range int(order.Uint16(directory)) {
		if entry := directory[2+i*entryBytes:]; order.Uint16(entry) == bitsPerSample {
			return int(order.Uint32(entry[4:]))
		}
	}

	return 0
}

// hasPredictor reports whether the file may contain a predictor that libtiff does not
// apply.
func hasPredictor(file []byte) bool {
	return bytes.Contains(file, []byte{0x3d, 1}) || bytes.Contains(file, []byte{1, 0x3d})
}
