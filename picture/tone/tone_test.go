package tone_test

import (
	"math"
	"testing"

	"triptych/picture/metadata"
	"triptych/picture/tone"
)

func TestLinear_is_the_inverse_of_Encoded(t *testing.T) {
	for transfer := range uint16(19) {
		if transfer == 18 {
			continue // HLG describes scene light, and has functions of its own.
		}

		for part := 0.02; part <= 0.95; part += 0.01 {
			if back := tone.Encoded(tone.Linear(part, transfer), transfer); math.Abs(back-part) > 1e-3 {
				t.Errorf("transfer %d: %.3f became %.3f", transfer, part, back)
			}
		}
	}
}

// TestNew_keepsTheOrderOfGrays checks for every number that black stays the darkest,
// that white stays the brightest, and that grays keep their order.
func TestNew_keepsTheOrderOfGrays(t *testing.T) {
	for transfer := range uint16(300) {
		mapper := tone.New(metadata.Coding{Primaries: 1, Transfer: transfer, FullRange: true})
		if mapper == nil {
			continue
		}

		last := -1

		for level := range 256 {
			part := float32(level) / 255

			r, g, b := mapper.Pixel([3]float32{part, part, part})
			if r != g || r != b || int(r) < last {
				t.Errorf("transfer %d: level %d is %d, %d, %d behind %d", transfer, level, r, g, b, last)
			}

			last = int(r)
		}

		if last < 254 {
			t.Errorf("transfer %d: white is %d", transfer, last)
		}
	}
}
