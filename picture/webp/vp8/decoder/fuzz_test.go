package decoder

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/planes"
)

// seedFrames returns the frames of testdata.
func seedFrames(t testing.TB) map[string][]byte {
	t.Helper()

	paths, err := filepath.Glob(filepath.Join("testdata", "*.webp"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files: %v", len(paths), err)
	}

	frames := map[string][]byte{}

	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		frames[filepath.Base(path)] = bitstream(file)
	}

	return frames
}

// FuzzDecode checks that no frame makes the decoder panic, that both variants of the kernels
// make the same samples, and that Check fails if and only if Decode does.
func FuzzDecode(f *testing.F) {
	for _, frame := range seedFrames(f) {
		f.Add(frame)
	}

	f.Fuzz(func(t *testing.T, data []byte) {
		header, err := ReadHeader(data)
		if err != nil || header.Width*header.Height > 1<<18 {
			return
		}

		defer func(was, quick bool) { vectorized, quickTokens = was, quick }(vectorized, quickTokens)

		quick := quickTokens

		var (
			wholes [2]planes.Whole
			errs   [2]error
		)

		for i := range wholes {
			vectorized, quickTokens = i == 0 && hasKernels(), i == 0 && quick
			errs[i] = Decode(context.Background(), data, &wholes[i])
		}

		check := Check(context.Background(), data)
		if (errs[0] == nil) != (errs[1] == nil) || (errs[0] == nil) != (check == nil) {
			t.Fatalf("Decode returns %v and %v, Check %v", errs[0], errs[1], check)
		}

		if errs[0] != nil {
			if failure.KindOf(errs[0]) == "" {
				t.Fatalf("an error without a kind: %v", errs[0])
			}

			return
		}

		for i := range wholes[0].Image.Planes {
			if !bytes.Equal(wholes[0].Image.Planes[i].Pix, wholes[1].Image.Planes[i].Pix) {
				t.Fatalf("the kernels make other samples in plane %d", i)
			}
		}
	})
}
