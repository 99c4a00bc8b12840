package recipe_test

import (
	"math"
	"testing"

	"triptych/shared/faults"
	"triptych/shared/recipe"
)

func TestLimits(t *testing.T) {
	limits := recipe.Limits{MaxBytes: 1000, MaxPixels: 600, MaxWidth: 40, MaxHeight: 30, MaxFrames: 5}

	pictures := map[string]struct {
		width, height, frames int
		want                  faults.Code
	}{
		"small":                        {1, 1, 1, ""},
		"as wide as may be":            {40, 15, 5, ""},
		"as high as may be":            {20, 30, 5, ""},
		"one too wide":                 {41, 1, 1, faults.TooManyPixels},
		"one too high":                 {1, 31, 1, faults.TooManyPixels},
		"within both, yet too many":    {40, 16, 1, faults.TooManyPixels},
		"one frame too many":           {1, 1, 6, faults.TooManyFrames},
		"as much as any head can say":  {math.MaxInt32, math.MaxInt32, 1, faults.TooManyPixels},
		"frames without end":           {1, 1, math.MaxInt32, faults.TooManyFrames},
		"too large, and of all frames": {100, 100, 100, faults.TooManyPixels},
	}
	for name, test := range pictures {
		t.Run(name, func(t *testing.T) {
			if got := faults.CodeOf(limits.CheckPicture(test.width, test.height, test.frames)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}

	for bytes, want := range map[int64]faults.Code{0: "", 1000: "", 1001: faults.TooManyBytes, math.MaxInt64: faults.TooManyBytes} {
		if got := faults.CodeOf(limits.CheckBytes(bytes)); got != want {
			t.Errorf("%d bytes: got %q, want %q", bytes, got, want)
		}
	}
}
