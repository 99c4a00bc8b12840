package tiff

import "encoding/binary"

// run decodes codes with the highest bit first, until the window has end bytes or more, or
// fewer than 8 bytes of the input are left. There is a previous string. run stops before a
// code that is not a string in the window.
//
// Each code enters a string. If the table is full, each further string replaces the same
// entry, which no code reaches.
//
// The window is an array, and end is limited by a constant. Therefore the compiler can omit
// most checks of its bounds.
func (z *lzw) run(end uint) { //nolint:gocognit // One loop, whose variables stay in registers.
	const most = tableLength - 1

	var (
		in, held, left = z.in, z.held, z.count
		window, at     = &z.window, z.written
		free, last     = z.free, z.last
		width          = z.width
	)

	end = min(end, windowBytes-slopBytes)

decode:
	for at < end {
		limit, step := most, uint(1) // of codes with this width
		if width < mostWidth {
			limit = 1<<width - 1
		} else if free == most {
			limit, step = most+1, 0
		}

		for at < end && free < uint(limit) {
			if left < mostWidth {
				if len(in) < 8 {
					break decode
				}

				held |= binary.BigEndian.Uint64(in) >> (left & 63)
				in = in[(63-left)&63>>3:]
				left |= 56
			}

			code := uint(held >> (-width & 63))

			found := z.table[code&tableMask]
			if code >= free {
				if code > free || step == 0 {
					break decode
				}

				// The string is the previous one and its own first byte. That byte is copied
				// here, because it is not there yet.
				found = last
				window[at] = window[found.at()]
			}

			if found.at() == 0 {
				break decode // The clear code, the end code, or a lost string.
			}

			held <<= width & 63
			left -= width

			z.table[free&tableMask] = last
			free += step

			from, length := found.at(), found.length()

			// Most strings are not longer.
			*(*[copyBytes]byte)(window[at:]) = *(*[copyBytes]byte)(window[from:])

			for done := uint(copyBytes); done < length; done += copyBytes {
				*(*[copyBytes]byte)(window[at+done:]) = *(*[copyBytes]byte)(window[from+done:])
			}

			last = newText(at, length+1, code)
			at += length
		}

		if free+1 >= 1<<width && width < mostWidth {
			width++
		}
	}

	z.in, z.held, z.count = in, held, left
	z.written, z.free = at, free
	z.width, z.last = width, last
}
