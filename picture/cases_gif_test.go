package picture_test

import (
	"bytes"
	"context"
	"testing"

	"triptych/picture"
	"triptych/picture/variant"
)

// gifCases are the cases of GIF. Their expected pixels are those of Pillow; those of
// not-enough-pixels.gif, which Pillow does not show, are Chromium's.
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

// frames tests how many frames a variant has that keeps them.
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
