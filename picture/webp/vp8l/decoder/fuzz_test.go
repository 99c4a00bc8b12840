package decoder

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/failure"
)

// FuzzDecoder checks that no image makes the decoder panic, and that Skip fails if and only if Next
// does. golang.org/x/image has other pixels for some damaged images, where libwebp has these.
func FuzzDecoder(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("testdata", "*.webp"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("%d files: %v", len(paths), err)
	}

	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}

		f.Add(chunk(file, "VP8L"))
	}

	f.Fuzz(func(t *testing.T, data []byte) {
		// The image is also read as a plane of alpha, which has no header.
		if plane, err := NewPlane(data, 60, 40, Options{MaxBytes: testBytes}); err == nil {
			for range plane.Height {
				if _, err := plane.Next(); err != nil {
					break
				}
			}
		}

		width, height, err := ReadHeader(data)
		if err != nil || width*height > 1<<16 {
			return
		}

		_, err = decodeAll(data)

		d, skipped := New(data, Options{MaxBytes: testBytes})
		if skipped == nil {
			skipped = d.Skip(context.Background())
		}

		if (err == nil) != (skipped == nil) {
			t.Fatalf("Next returns %v, Skip %v", err, skipped)
		}

		if err != nil && failure.KindOf(err) == "" {
			t.Fatalf("an error without a kind: %v", err)
		}
	})
}
