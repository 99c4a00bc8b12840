package hevc

import (
	"encoding/binary"
)

// Types of NAL units (table 7-1).
const (
	typeFirstReserved = 10 // the types below are pictures that do not start a sequence
	typeBLA           = 16 // the first type of pictures that start a sequence
	typeIDRW          = 19
	typeIDRN          = 20
	typeCRA           = 21
	typeLastIRAP      = 23
	typeSPS           = 33
	typePPS           = 34
)

// unit is a NAL unit (clause 7.3.1).
type unit struct {
	kind    int
	layer   int    // TemporalId
	payload []byte // without header and emulation prevention bytes
	removed []int  // where these bytes were, counted with them
}

const unitHeader = 2

// newUnit reads the header of a NAL unit, and removes the emulation prevention bytes. ok
// is false for a unit of another layer than the base layer, which the decoder ignores.
func newUnit(data []byte) (made unit, ok bool, err error) {
	if len(data) < unitHeader {
		return unit{}, false, corrupt("a NAL unit of %d bytes", len(data))
	}

	header := binary.BigEndian.Uint16(data)
	if header>>15 != 0 {
		return unit{}, false, corrupt("a NAL unit whose forbidden_zero_bit is set")
	}

	if layer := header >> 3 & 0x3f; layer > 0 {
		return unit{}, false, nil
	}

	made = unit{kind: int(header >> 9 & 0x3f), layer: int(header&7) - 1}
	made.payload, made.removed = unescaped(data[unitHeader:])

	// The sequence starts in the lowest temporal layer (clause 7.4.2.2).
	if starts := made.kind >= typeBLA && made.kind <= typeLastIRAP; starts && made.layer != 0 {
		return unit{}, false, corrupt("a NAL unit of type %d with nuh_temporal_id_plus1 of %d", made.kind, made.layer+1)
	}

	return made, true, nil
}

// unescaped returns a copy of a payload without its emulation prevention bytes: each 3
// after two zeros (clause 7.3.1.1). removed are the positions of these bytes.
func unescaped(payload []byte) (made []byte, removed []int) {
	made = make([]byte, 0, len(payload))
	from := 0

	for at := 2; at < len(payload); at++ {
		switch {
		case payload[at] > 3:
			at += 2 // A 3 that ends a pattern is at least three bytes away.
		case payload[at] == 3 && payload[at-1] == 0 && payload[at-2] == 0:
			made, removed = append(made, payload[from:at]...), append(removed, at)
			from = at + 1
			at += 2
		}
	}

	return append(made, payload[from:]...), removed
}

// positions converts offsets from a byte of the payload on, which count emulation
// prevention bytes, to offsets that do not count them. The offsets ascend.
func (u *unit) positions(from int, offsets []int) []int {
	skipped := 0 // emulation prevention bytes before a position

	for skipped < len(u.removed) && u.removed[skipped] <= from+skipped {
		skipped++
	}

	start, before := from+skipped, skipped
	made := make([]int, len(offsets))

	for i, offset := range offsets {
		for skipped < len(u.removed) && u.removed[skipped] < start+offset {
			skipped++
		}

		made[i] = offset - (skipped - before)
	}

	return made
}

// The part of an hvcC before its arrays (ISO/IEC 14496-15, clause 8.3.3.1).
const (
	lengthSizeAt = 21
	arraysAt     = 22
)

// configured calls visit for each NAL unit of a configuration record, an hvcC.
func configured(hvcC []byte, visit func(data []byte) error) error {
	const arrayHeader, lengthBytes = 3, 2

	if len(hvcC) <= arraysAt {
		return truncated("an hvcC of %d bytes", len(hvcC))
	}

	left := hvcC[arraysAt+1:]

	for range hvcC[arraysAt] {
		if len(left) < arrayHeader {
			return truncated("the arrays of an hvcC of %d bytes", len(hvcC))
		}

		count := binary.BigEndian.Uint16(left[1:])
		left = left[arrayHeader:]

		for range count {
			if len(left) < lengthBytes {
				return truncated("the arrays of an hvcC of %d bytes", len(hvcC))
			}

			length := int(binary.BigEndian.Uint16(left))
			left = left[lengthBytes:]

			if length > len(left) {
				return truncated("a parameter set of an hvcC, %d bytes long with %d left", length, len(left))
			}

			if err := visit(left[:length]); err != nil {
				return err
			}

			left = left[length:]
		}
	}

	return nil
}

// split calls visit for each NAL unit of a coded picture. Each unit comes after its
// length, of a number of bytes that the hvcC contains (ISO/IEC 14496-15, clause 4.3.3).
func split(hvcC, data []byte, visit func(data []byte) error) error {
	size := int(hvcC[lengthSizeAt]&3) + 1

	for at := 0; at < len(data); {
		if len(data)-at < size {
			return truncated("the length of a NAL unit at byte %d", at)
		}

		length := 0
		for _, b := range data[at : at+size] {
			length = length<<8 | int(b)
		}

		at += size

		if length > len(data)-at {
			return truncated("a NAL unit at byte %d, %d bytes long with %d left", at, length, len(data)-at)
		}

		if err := visit(data[at : at+length]); err != nil {
			return err
		}

		at += length
	}

	return nil
}
