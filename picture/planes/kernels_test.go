package planes

import (
	"bytes"
	"testing"
)

// The kernel has the results of plain Go, for all pairs of bytes and rows of any length.
func TestPremultiplyRow_kernels(t *testing.T) {
	if !kernels {
		t.Skip("this processor has no kernels")
	}

	defer func() { kernels = true }()

	for alpha := range 256 {
		for length := 256; length > 200; length-- {
			row, parts := make([]byte, length), bytes.Repeat([]byte{byte(alpha)}, length)
			for i := range row {
				row[i] = byte(i)
			}

			want := bytes.Clone(row)
			kernels = false

			PremultiplyRow(want, parts)

			kernels = true

			PremultiplyRow(row, parts)

			if !bytes.Equal(row, want) {
				t.Fatalf("alpha %d, %d samples: the rows differ", alpha, length)
			}
		}
	}
}
