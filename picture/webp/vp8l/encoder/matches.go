package encoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8l"
)

const (
	hashBits = 16
	// hashed is the number of pixels that a match has at least, except of the distances
	// that are tried everywhere.
	hashed = 4
	// mostTried is the number of earlier places that are compared.
	mostTried = 12
	// enough is the length of a match from which no better one is searched.
	enough = 128
	window = 1 << 20 // more than vp8l.FarthestCopy
)

// finder finds earlier pixels that are the same as those at a place. It keeps a list of
// places for each hash of the pixels there.
type finder struct {
	*pixels

	last     []int32 // by hash, the last place plus one
	previous []int32 // by place, modulo window, the place before with the same hash plus one
}

func newFinder(p *pixels) *finder {
	return &finder{pixels: p, last: make([]int32, 1<<hashBits), previous: make([]int32, min(len(p.values), window))}
}

func (f *finder) hash(at int) uint32 {
	const factor = 0x9e3779b1 // 2^32 ÷ the golden ratio

	return binary.LittleEndian.Uint32(f.values[at:]) * factor >> (32 - hashBits)
}

// add makes a place known to the following ones.
func (f *finder) add(at int) {
	if at+hashed > len(f.values) {
		return
	}

	h := f.hash(at)
	f.previous[at%window] = f.last[h]
	f.last[h] = int32(at + 1)
}

// longest returns the longest match at a place, of at most most pixels.
func (f *finder) longest(at, most int) (length, distance int) {
	if at+hashed > len(f.values) || most < hashed {
		return 0, 0
	}

	place := int(f.last[f.hash(at)])

	for range mostTried {
		if place == 0 || at-(place-1) > vp8l.FarthestCopy {
			break
		}

		from := place - 1
		if length == 0 || f.values[from+length] == f.values[at+length] {
			if n := f.common(from, at, most); n > length {
				length, distance = n, at-from
				if length == most || length >= enough {
					break
				}
			}
		}

		place = int(f.previous[from%window])
	}

	return length, distance
}

// common returns the number of same pixels from two places on, at most most.
func (f *finder) common(from, at, most int) int {
	const word = 8

	n := 0
	for n+word <= most && binary.LittleEndian.Uint64(f.values[from+n:]) == binary.LittleEndian.Uint64(f.values[at+n:]) {
		n += word
	}

	for n < most && f.values[from+n] == f.values[at+n] {
		n++
	}

	return n
}
