package encoder

import (
	"encoding/binary"
	"slices"
)

// decision is a bit to encode:
//
//	bits  0 – 10   the index of its probability in a [probabilityTable]
//	bit  15        the bit
type decision uint16

const (
	decisionBytes = 2

	decisionBit          = 15
	one         decision = 1 << decisionBit
	// fixed is the index of the first fixed probability in the table.
	fixed = probabilityCount
)

// decisionOf returns a decision without its probability.
func decisionOf(bit bool) decision {
	if bit {
		return one
	}

	return 0
}

// tape keeps decisions, in little endian, in pieces, so that none is ever moved.
type tape struct {
	full [][]byte
	last []byte // with room
	used int    // bytes of last
}

const pieceBytes = 1 << 17

// room makes room for the given number of bytes at the end of the last piece. The caller
// writes them from index used on, and updates it.
func (t *tape) room(more int) {
	if len(t.last)-t.used >= more {
		return
	}

	if t.used > 0 {
		t.full = append(t.full, t.last[:t.used])
	}

	t.last, t.used = make([]byte, pieceBytes), 0
}

// length is the number of decisions, counted in whole pieces except for the last one.
func (t *tape) length() int { return (len(t.full)*pieceBytes + t.used) / decisionBytes }

// pieces returns all decisions.
func (t *tape) pieces() [][]byte { return append(slices.Clip(t.full), t.last[:t.used]) }

// clear drops all decisions. It keeps the room of the last piece.
func (t *tape) clear() { t.full, t.used = nil, 0 }

// decisionAt returns the first decision of a piece.
func decisionAt(piece []byte) decision { return decision(binary.LittleEndian.Uint16(piece)) }
