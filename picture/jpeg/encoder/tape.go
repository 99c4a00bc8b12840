package encoder

import "sync"

// tape keeps tokens in pieces. More tokens get a new piece. No token is ever moved,
// because moving would need twice the memory.
type tape struct {
	full [][]token // pieces without room for another row
	last []token
}

// pieceTokens is the capacity of a piece in tokens. A piece is larger if a row of MCUs
// can have more tokens.
const pieceTokens = 1 << 17

// memory keeps pieces for the next image. New megabytes would have to be cleared first.
var memory sync.Pool

// room returns the last piece, with room for the given number of further tokens.
func (t *tape) room(more int) []token {
	if cap(t.last)-len(t.last) >= more {
		return t.last
	}

	if len(t.last) > 0 {
		t.full = append(t.full, t.last)
	}

	t.last, _ = memory.Get().([]token)
	if cap(t.last) < more {
		t.last = make([]token, 0, max(more, pieceTokens))
	}

	return t.last
}

// count is the number of tokens.
func (t *tape) count() int {
	total := len(t.last)
	for _, piece := range t.full {
		total += len(piece)
	}

	return total
}

// each calls do with all tokens, piece by piece.
func (t *tape) each(do func(tokens []token)) {
	for _, piece := range t.full {
		do(piece)
	}

	do(t.last)
}

// empty drops all tokens, and keeps the memory of one piece.
func (t *tape) empty() {
	for _, piece := range t.full {
		memory.Put(piece[:0]) //nolint:staticcheck // One slice header per piece is negligible.
	}

	t.full, t.last = nil, t.last[:0]
}

// release returns all memory.
func (t *tape) release() {
	t.empty()

	if cap(t.last) > 0 {
		memory.Put(t.last) //nolint:staticcheck // As above.
	}

	t.last = nil
}
