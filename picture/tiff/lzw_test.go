package tiff

import (
	"bytes"
	"errors"
	"math/bits"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// plainLZW undoes LZW one bit and one string at a time. It returns all bytes before the
// end of the data, and whether a code is not valid.
func plainLZW(in []byte, reversed bool) (output []byte, invalid bool) {
	low := len(in) > 1 && !reversed && in[0] == 0 && in[1]&1 == 1

	most := 4095
	if low {
		most = 4096
	}

	var (
		table [][]byte
		last  []byte
	)

	reset := func() {
		table, last = nil, nil

		for i := range 258 {
			table = append(table, []byte{byte(i)})
		}
	}
	reset()

	for at, width := 0, 9; at+width <= 8*len(in); {
		code := 0

		for i := range width {
			value := in[(at+i)/8]
			if reversed {
				value = bits.Reverse8(value)
			}

			if low {
				code |= int(value>>((at+i)%8)&1) << i
			} else {
				code = code<<1 | int(value>>(7-(at+i)%8)&1)
			}
		}

		at += width

		switch {
		case code == codeEnd:
			return output, false
		case code == codeClear:
			reset()

			width = 9

			continue
		case code > len(table), code == len(table) && (last == nil || len(table) >= most):
			return output, true
		}

		if last != nil && len(table) < most {
			table = append(table, append(bytes.Clone(last), last[0]))

			if code < len(table)-1 {
				table[len(table)-1][len(last)] = table[code][0]
			}

			grows := len(table)
			if !low {
				grows++
			}

			if grows >= 1<<width && width < 12 {
				width++
			}
		}

		last = table[code]
		output = append(output, last...)
	}

	return output, false
}

// rowsOfLZW reads rows up to the first error. The last row has fewer bytes than asked for.
func rowsOfLZW(last source, in []byte, reversed bool, row int) (*lzw, []byte, error) {
	var output []byte

	z := startLZW(last, in, reversed)

	for {
		next, err := z.next(row)
		if err != nil {
			return z, output, err
		}

		output = append(output, next...)
	}
}

// The output is that of a plain decoder, for any codes and any length of rows.
func TestLZW_plain(t *testing.T) {
	var (
		again   source
		written int
	)

	rapid.Check(t, func(r *rapid.T) {
		var (
			in       []byte
			held     uint64
			count    int
			low      = rapid.Bool().Draw(r, "low")
			reversed = !low && rapid.Bool().Draw(r, "reversed")
			free     = 258
			width    = 9
		)

		put := func(code int) {
			for i := range width {
				bit := uint64(code>>(width-1-i)) & 1
				if low {
					bit = uint64(code>>i) & 1
				}

				if held, count = held<<1|bit, count+1; count%8 == 0 {
					value := byte(held)
					if low || reversed {
						value = bits.Reverse8(value)
					}

					in = append(in, value)
				}
			}
		}

		put(codeClear)

		// Valid codes, many of which are new strings, and sometimes any code.
		random := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(r, "seed")))
		deep := rapid.IntRange(1, 20).Draw(r, "deep")
		wrong := rapid.SampledFrom([]int{100, 10_000, 1_000_000}).Draw(r, "wrong")
		first := true

		most := 4095
		if low {
			most = 4096
		}

		for range rapid.IntRange(0, 6000).Draw(r, "codes") {
			code := random.IntN(256)

			switch valid := min(free+1, most); {
			case random.IntN(wrong) == 0:
				code = random.IntN(1 << width)
			case random.IntN(5000) == 0:
				code = codeClear
			case first || free == 258:
			case random.IntN(deep) == 0:
				code = valid - 1
			case random.IntN(2) == 0:
				code = 258 + random.IntN(valid-258)
			}

			put(code)

			if code == codeClear {
				free, width, first = 258, 9, true

				continue
			}

			if !first && free < most {
				free++
			}

			first = false

			grows := free
			if !low {
				grows++
			}

			if grows >= 1<<width && width < 12 {
				width++
			}
		}

		if count%8 != 0 {
			held <<= 8 - count%8
			in = append(in, byte(held))
		}

		row := rapid.IntRange(1, 3000).Draw(r, "row")
		if rapid.IntRange(0, 4).Draw(r, "long") == 0 {
			row = rapid.IntRange(longRow-2, 3*longRow).Draw(r, "row")
		}

		want, invalid := plainLZW(in, reversed)

		z, got, err := rowsOfLZW(again, in, reversed, row)
		again = z

		written += len(got)

		if !bytes.Equal(got, want[:len(want)/row*row]) || errors.Is(err, errCode) != invalid {
			r.Fatalf("%d bytes and %v, want %d, invalid: %t", len(got), err, len(want), invalid)
		}
	})

	if written == 0 { // How many bytes there are depends on the seed.
		t.Error("no code was decoded")
	}
}

// Strings that have left the window keep their bytes. The table has strings of up to 3,838
// bytes, and no clear code follows.
func TestLZW_lostStrings(t *testing.T) {
	var (
		in    []byte
		held  uint64
		count int
		width = 9
		free  = 257
	)

	put := func(code int) {
		held, count = held<<width|uint64(code), count+width
		for ; count >= 8; count -= 8 {
			in = append(in, byte(held>>(count-8)))
		}

		if free = min(free+1, 4095); free+1 >= 1<<width && width < 12 {
			width++
		}
	}

	held, count = codeClear, width
	random := rand.New(rand.NewPCG(3, 4))

	put('a')

	for code := 258; code < 4095; code++ {
		if code%40 == 0 {
			put(random.IntN(256)) // Otherwise all bytes are the same.
		} else {
			put(code)
		}
	}

	for range 500 {
		put(258 + random.IntN(4095-258))
	}

	in = append(in, byte(held<<(8-count)), 0, 0)
	want, _ := plainLZW(in, false)

	for _, row := range []int{1, 1000, longRow, longRow + 1, 200_000} {
		if _, got, _ := rowsOfLZW(nil, in, false, row); !bytes.Equal(got, want[:len(want)/row*row]) {
			t.Errorf("rows of %d bytes: got %d other bytes, want %d", row, len(got), len(want))
		}
	}
}
