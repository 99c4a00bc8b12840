package function

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestBoundMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)

	t.Cleanup(func() { debug.SetMemoryLimit(before) })

	for text, want := range map[string]int64{"512": 384 << 20, "": math.MaxInt64, "much": math.MaxInt64, "-1": math.MaxInt64} {
		debug.SetMemoryLimit(math.MaxInt64)
		boundMemory(func(string) (string, bool) { return text, text != "" })

		if got := debug.SetMemoryLimit(-1); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
