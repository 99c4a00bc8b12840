package encoder

import "sync"

// tape keeps tokens in pieces: more of them are put into a piece of their own, and
// none is ever moved, which would take twice the memory.
type tape struct {
	full [][]token // pieces without room for another row
	last []token
}

// pieceTokens is how many tokens a piece has room for, or a row of MCUs at worst
// where that is more.
const pieceTokens = 1 << 17

// memory keeps pieces for the next picture: megabytes that would have to be
// cleared anew.
var memory sync.Pool

// room is the last piece, with room for so many more tokens.
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

// count is how many tokens there are.
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

// empty drops all tokens, but for one piece's memory.
func (t *tape) empty() {
	for _, piece := range t.full {
		memory.Put(piece[:0]) //nolint:staticcheck // A slice header a piece is no matter.
	}

	t.full, t.last = nil, t.last[:0]
}

// release gives all memory back.
func (t *tape) release() {
	t.empty()

	if cap(t.last) > 0 {
		memory.Put(t.last) //nolint:staticcheck // As above.
	}

	t.last = nil
}
