package picture_test

import (
	"bytes"
	"context"
	"testing"

	"triptych/picture"
	"triptych/picture/variant"
)

// gifCases holds the cases of GIF. Pillow made their expected pixels. Pillow does not
// show not-enough-pixels.gif, so Chromium made the pixels of this case.
var gifCases = []pictureCase{
	{file: "extra-pixels.gif"},
	{file: "frame-larger-than-screen.gif"},
	{file: "no-eoi-code.gif"},
	{file: "no-trailer.gif"},
	{file: "not-enough-pixels.gif"},
	{file: "pixel-out-of-palette.gif"},
	{file: "screen-0x0.gif"},
	{file: "screen-1x1.gif"},
	{file: "second-frame-broken.gif", check: frames(1)},
	{file: "second-frame-oversize.gif", check: frames(2)},
}

// frames returns a check of the number of frames of a variant that keeps them.
func frames(want int) func(t *testing.T, file []byte) {
	return func(t *testing.T, file []byte) {
		t.Helper()

		made, err := picture.Process(context.Background(), file, moving(variant.WebP))
		if err != nil {
			t.Fatal(err)
		}

		if got := bytes.Count(made[0].Data, []byte("ANMF")); got != want && (want > 1 || got > 0) {
			t.Errorf("%d frames, want %d", got, want)
		}
	}
}
