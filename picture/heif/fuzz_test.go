package heif_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"triptych/picture/failure"
	"triptych/picture/heif"
	"triptych/picture/metadata"
	"triptych/picture/metadata/bmff/bmfftest"
	"triptych/picture/planes"
)

// FuzzDecodeHEIC decodes damaged files. It checks that nothing panics, that all errors have
// a kind, and that samples and errors do not depend on the number of threads.
func FuzzDecodeHEIC(f *testing.F) {
	for _, name := range []string{"420-8", "422-8", "444-8", "420-10"} {
		s := stream(f, name)

		for _, file := range []*bmfftest.File{single(s, nil), grid(s, nil, nil, nil)} {
			f.Add(file.Bytes())
		}
	}

	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := metadata.Inspect(bytes.NewReader(file), int64(len(file)))
		if err != nil || info.Format != metadata.HEIC || info.Width*info.Height > 1<<18 {
			return
		}

		one, alpha, err := fuzzed(file, info, 1)
		if err != nil && failure.KindOf(err) == "" {
			t.Fatal(err)
		}

		more, moreAlpha, moreErr := fuzzed(file, info, 3)
		if fmt.Sprint(err) != fmt.Sprint(moreErr) || !bytes.Equal(one, more) || !bytes.Equal(alpha, moreAlpha) {
			t.Errorf("one thread: %v; several threads: %v", err, moreErr)
		}
	})
}

// fuzzed returns the samples of colors and of alpha.
func fuzzed(file []byte, info metadata.Info, threads int) (colors, alpha []byte, err error) {
	made, mask, err := heif.DecodeHEIC(context.Background(), file, info, heif.Options{MaxBytes: 64 << 20, Threads: threads})
	if err != nil {
		return nil, nil, err
	}

	for i := range made.Planes {
		colors = append(colors, rowsOf(&made.Planes[i])...)
	}

	if mask != nil {
		alpha = rowsOf(mask)
	}

	return colors, alpha, nil
}

func rowsOf(plane *planes.Plane) (samples []byte) {
	for y := range plane.Height {
		samples = append(samples, plane.Row(y)...)
	}

	return samples
}
