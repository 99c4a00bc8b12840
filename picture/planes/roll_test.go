package planes_test

import (
	"testing"

	"pgregory.net/rapid"

	"triptych/picture/planes"
)

// For any kept rows, a window contains the rows that were stored.
func TestRoll(t *testing.T) {
	t.Parallel()

	const total = 50

	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 5).Draw(t, "width")
		roll := planes.NewRoll(width, total, rapid.IntRange(0, 60).Draw(t, "room"))
		filled, needed := 0, 0

		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			needed = rapid.IntRange(needed, filled).Draw(t, "needed")
			more := min(rapid.IntRange(0, 4).Draw(t, "more"), total-filled)
			roll.Reserve(needed, filled, filled+more)

			if roll.Height > total {
				t.Fatalf("room for %d rows of %d", roll.Height, total)
			}

			for range more {
				for x := range roll.At(filled) {
					roll.At(filled)[x] = byte(filled*7 + x)
				}

				filled++
			}

			window := roll.Rows(width, filled)
			if window.Top > needed || window.Top+window.Height != filled {
				t.Fatalf("rows %d to %d, want %d to %d", window.Top, window.Top+window.Height, needed, filled)
			}

			for y := range window.Height {
				for x, sample := range window.Row(y) {
					if want := byte((window.Top+y)*7 + x); sample != want {
						t.Fatalf("row %d: %d, want %d", window.Top+y, sample, want)
					}
				}
			}
		}
	})
}
