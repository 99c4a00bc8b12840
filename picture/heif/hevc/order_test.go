package hevc

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"triptych/picture/failure"
)

// TestDecode_typesOfSlices rejects a picture whose slices have NAL units of different types
// or temporal layers.
func TestDecode_typesOfSlices(t *testing.T) {
	for seed := range uint64(40) {
		units, _ := generate(seed)

		var slices []int

		for i, unit := range units {
			if unit[0]>>1&0x3f <= typeLastIRAP {
				slices = append(slices, i)
			}
		}

		if len(slices) < 2 {
			continue
		}

		config := make([]byte, arraysAt+1)
		config[lengthSizeAt] = 3

		for name, change := range map[string]func(unit []byte){
			"nothing":        func([]byte) {},
			"type":           func(unit []byte) { unit[0] ^= 1 << 1 },
			"temporal layer": func(unit []byte) { unit[1]++ },
		} {
			var data []byte

			for i, unit := range units {
				unit = bytes.Clone(unit)
				if i == slices[1] {
					change(unit)
				}

				data = append(binary.BigEndian.AppendUint32(data, uint32(len(unit))), unit...)
			}

			_, err := Decode(context.Background(), config, data, Options{})
			if name == "nothing" && err != nil || name != "nothing" && !failure.Is(err, failure.Corrupt) {
				t.Errorf("another %s: %v", name, err)
			}
		}

		return
	}

	t.Fatal("no picture of several slices")
}

// TestDecode_orderOfSlices rejects a picture whose slices are missing, repeated, or in
// another order.
func TestDecode_orderOfSlices(t *testing.T) {
	const enough = 2

	seen := 0

	for seed := uint64(0); seed < 40 && seen < enough; seed++ {
		units, _ := generate(seed)

		first := slices.IndexFunc(units, func(unit []byte) bool { return unit[0]>>1&0x3f <= typeLastIRAP })
		if len(units)-first < 3 {
			continue
		}

		seen++
		second, third := units[first+1], units[first+2]

		for name, c := range map[string]struct {
			units [][]byte
			text  string
		}{
			"missing":  {slices.Concat(units[:first+1], units[first+2:]), "a slice at block"},
			"repeated": {slices.Concat(units[:first+2], units[first+1:]), "a slice at block"},
			"swapped":  {slices.Concat(units[:first+1], [][]byte{third, second}, units[first+3:]), "a slice at block"},
			"no last":  {units[:len(units)-1], "the data ends in block"},
		} {
			var data []byte
			for _, unit := range c.units {
				data = append(binary.BigEndian.AppendUint32(data, uint32(len(unit))), unit...)
			}

			config := make([]byte, arraysAt+1)
			config[lengthSizeAt] = 3

			for threads := range 3 {
				_, err := Decode(context.Background(), config, data, Options{Threads: threads})
				if err == nil || !strings.Contains(err.Error(), c.text) {
					t.Errorf("seed %d, %s: %v, want %q", seed, name, err, c.text)
				}
			}
		}
	}

	if seen < enough {
		t.Errorf("%d pictures of three slices", seen)
	}
}
