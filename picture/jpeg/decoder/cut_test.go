package decoder

import (
	"bytes"
	"context"
	"testing"

	"triptych/picture/failure"
)

// A truncated progressive file is rejected at every scale, with and without an end marker
// after the cut. The only exception is scale 8 with a cut in the scan that adds the last
// bits.
func TestDecode_truncatedProgressiveFile(t *testing.T) {
	file := picture420(progressive, 0)
	step := 7

	if testing.Short() {
		step = 61
	}

	last := bytes.LastIndex(file, []byte("\xff\xda"))

	for scale := 1; scale <= 8; scale *= 2 {
		for cut := bytes.Index(file, []byte("\xff\xda")) + 20; cut < len(file)-2; cut += step {
			for end, name := range map[string]string{"": "no end", "\xff\xd9": "an end"} {
				_, _, err := decodeAll(context.Background(), append(bytes.Clone(file[:cut]), end...), Target{Scale: scale}, Options{})
				_, _, want := decodeAll(context.Background(), append(bytes.Clone(file[:cut]), end...), Target{}, Options{})

				if scale == 8 && cut > last && end != "" {
					continue
				}

				if failure.KindOf(err) != failure.KindOf(want) {
					t.Errorf("1/%d, %d of %d bytes, %s: %v, want %v", scale, cut, len(file), name, err, want)
				}
			}
		}
	}
}
