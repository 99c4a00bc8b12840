package webp

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/planes"
)

// FuzzDecode checks that no file makes Decode or Review panic, and that a static image is decoded
// if and only if Review accepts it.
func FuzzDecode(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "*.webp"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("%d files: %v", len(paths), err)
	}

	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}

		f.Add(file)
	}

	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := First(file)
		if err != nil || p.Canvas.X*p.Canvas.Y > 1<<18 {
			return
		}

		var whole planes.Whole

		err = p.Decode(context.Background(), &whole, DecodeOptions{MaxBytes: maxReviewBytes})
		if err != nil && failure.KindOf(err) == "" {
			t.Fatalf("an error without a kind: %v", err)
		}

		frames, framesErr := framesOf(file)
		if framesErr != nil {
			return
		}

		_, reviewed := Review(context.Background(), file)
		if len(frames) == 0 && (err == nil) != (reviewed == nil) {
			t.Fatalf("Decode returns %v, Review %v", err, reviewed)
		}
	})
}
