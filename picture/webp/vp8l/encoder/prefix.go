package encoder

import (
	"cmp"
	"math/bits"
	"slices"

	"triptych/picture/webp/vp8l"
)

// prefixCode is a canonical prefix code. The bits of a symbol are in the order in which
// they are written.
type prefixCode struct {
	lengths []uint8
	bits    []uint16
}

// write writes a symbol.
func (c *prefixCode) write(w *bitWriter, symbol int) {
	w.write(uint32(c.bits[symbol]), uint(c.lengths[symbol]))
}

// newPrefixCode returns the best code for symbols that occur so often, with codes of at
// most longest bits. A code of one symbol has no bits.
func newPrefixCode(counts []uint32, longest int) prefixCode {
	lengths := make([]uint8, len(counts))

	// Higher counts of the rarest symbols make the tree less deep.
	for least := uint32(1); !codeLengths(lengths, counts, least, longest); least *= 2 {
		clear(lengths)
	}

	return prefixCode{lengths: lengths, bits: canonical(lengths)}
}

// node is a symbol or, with children, a node of the tree.
type node struct {
	count       uint64
	left, right int // the indices of children, if not a leaf
	symbol      int // -1 for a node with children
}

// codeLengths sets the lengths of the codes of Huffman's algorithm, where each symbol
// occurs at least least times. It returns false if a code is longer than longest.
func codeLengths(lengths []uint8, counts []uint32, least uint32, longest int) bool {
	nodes := make([]node, 0, 2*len(counts))

	for symbol, n := range counts {
		if n > 0 {
			nodes = append(nodes, node{count: uint64(max(n, least)), symbol: symbol})
		}
	}

	leaves := len(nodes)
	if leaves < 2 {
		return true
	}

	slices.SortStableFunc(nodes, func(a, b node) int { return cmp.Compare(a.count, b.count) })

	// The joined nodes are created in the order of their counts: the next node is the first
	// leaf or the first joined node that is left.
	leaf, joined := 0, leaves
	next := func() int {
		if joined == len(nodes) || leaf < leaves && nodes[leaf].count <= nodes[joined].count {
			leaf++

			return leaf - 1
		}

		joined++

		return joined - 1
	}

	for range leaves - 1 {
		a, b := next(), next()
		nodes = append(nodes, node{count: nodes[a].count + nodes[b].count, left: a, right: b, symbol: -1})
	}

	depths := make([]int, len(nodes))

	for i := len(nodes) - 1; i >= 0; i-- {
		n := &nodes[i]
		if n.symbol < 0 {
			depths[n.left], depths[n.right] = depths[i]+1, depths[i]+1

			continue
		}

		if depths[i] > longest {
			return false
		}

		lengths[n.symbol] = uint8(depths[i])
	}

	return true
}

// canonical assigns codes in the order of lengths and symbols (RFC 1951, 3.2.2).
func canonical(lengths []uint8) []uint16 {
	var counts, next [vp8l.MostBits + 2]uint16

	for _, length := range lengths {
		counts[length]++
	}

	counts[0] = 0

	for length := 1; length <= vp8l.MostBits; length++ {
		next[length] = (next[length-1] + counts[length-1]) << 1
	}

	codes := make([]uint16, len(lengths))

	for symbol, length := range lengths {
		if length > 0 {
			codes[symbol] = bits.Reverse16(next[length]) >> (16 - length)
			next[length]++
		}
	}

	return codes
}
