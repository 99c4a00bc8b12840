package heif

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"triptych/picture/failure"
	native "triptych/picture/heif/hevc"
	"triptych/picture/metadata/bmff"
)

// TestHEVC_nativeDecoder decodes all coded images of the test files by package hevc and
// by the WebAssembly module, and compares all samples.
func TestHEVC_nativeDecoder(t *testing.T) {
	var names []string

	for _, pattern := range []string{"../testdata/*.heic", "../testdata/cases/*.heic", os.Getenv("TRIPTYCH_HEIC")} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}

		names = append(names, found...)
	}

	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}

			file, err := bmff.Open(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Skip(err)
			}

			decoder := &hevc{file: file, options: Options{MaxBytes: 512 << 20}}
			defer decoder.close()

			compared := 0

			for _, item := range file.Items() {
				if item.Kind == bmff.KindHEVC {
					compared += compareNative(t, decoder, item)
				}
			}

			t.Logf("%d images", compared)
		})
	}
}

// compareNative compares the decoders for one image. Both may reject it.
func compareNative(t *testing.T, decoder *hevc, item *bmff.Item) int {
	t.Helper()

	data, err := decoder.file.Read(item, 1<<30)
	if err != nil {
		t.Log(err)

		return 0
	}

	got, err := native.Decode(context.Background(), item.Find("hvcC"), data, native.Options{})
	want, wantErr := decoder.decode(context.Background(), item)

	if err != nil || wantErr != nil {
		if (err == nil) != (wantErr == nil) && failure.KindOf(err) != failure.UnsupportedFormat {
			t.Errorf("item %d: %v, and %v by the module", item.ID, err, wantErr)
		}

		return 0
	}

	if got.Width != want.Width || got.Height != want.Height || got.Depth != want.Depth {
		t.Fatalf("item %d: %d × %d of %d bits, want %d × %d of %d", item.ID, got.Width, got.Height, got.Depth, want.Width, want.Height, want.Depth)
	}

	for i, plane := range got.Planes {
		wanted := want.planes[i]

		for y := range plane.Height {
			for x := range plane.Width {
				var value, reference int

				if got.Depth > 8 {
					at := wanted.pix[y*wanted.stride+2*x:]
					value, reference = int(plane.Deep[y*plane.Stride+x]), int(at[0])|int(at[1])<<8
				} else {
					value, reference = int(plane.Pix[y*plane.Stride+x]), int(wanted.pix[y*wanted.stride+x])
				}

				if value != reference {
					t.Fatalf("item %d, plane %d: %d at (%d, %d), want %d", item.ID, i, value, x, y, reference)
				}
			}
		}
	}

	return 1
}
