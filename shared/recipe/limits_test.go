package recipe_test

import (
	"math"
	"testing"

	"triptych/shared/errorcode"
	"triptych/shared/recipe"
)

func TestLimits(t *testing.T) {
	limits := recipe.Limits{MaxBytes: 1000, MaxPixels: 600, MaxWidth: 40, MaxHeight: 30, MaxFrames: 5}

	pictures := map[string]struct {
		width, height, frames int
		want                  errorcode.Code
	}{
		"small":                               {1, 1, 1, ""},
		"maximum width":                       {40, 15, 5, ""},
		"maximum height":                      {20, 30, 5, ""},
		"one pixel too wide":                  {41, 1, 1, errorcode.TooManyPixels},
		"one pixel too high":                  {1, 31, 1, errorcode.TooManyPixels},
		"both sides allowed, too many pixels": {40, 16, 1, errorcode.TooManyPixels},
		"one frame too many":                  {1, 1, 6, errorcode.TooManyFrames},
		"largest sides in any header":         {math.MaxInt32, math.MaxInt32, 1, errorcode.TooManyPixels},
		"largest number of frames":            {1, 1, math.MaxInt32, errorcode.TooManyFrames},
		"too many pixels and frames":          {100, 100, 100, errorcode.TooManyPixels},
	}
	for name, test := range pictures {
		t.Run(name, func(t *testing.T) {
			if got := errorcode.CodeOf(limits.CheckPicture(test.width, test.height, test.frames)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}

	for bytes, want := range map[int64]errorcode.Code{0: "", 1000: "", 1001: errorcode.TooManyBytes, math.MaxInt64: errorcode.TooManyBytes} {
		if got := errorcode.CodeOf(limits.CheckBytes(bytes)); got != want {
			t.Errorf("%d bytes: got %q, want %q", bytes, got, want)
		}
	}
}
