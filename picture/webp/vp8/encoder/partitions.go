package encoder

import (
	"fmt"
	"slices"
)

// probabilityTable has the probabilities of decisions: those of a frame, and then each fixed
// probability at fixed plus its value.
type probabilityTable [1 << 11]byte

func (c *coder) probabilityTable() *probabilityTable {
	var (
		table probabilityTable
		index int
	)

	for kind := range c.probabilities {
		for band := range c.probabilities[kind] {
			for context := range c.probabilities[kind][band] {
				index += copy(table[index:], c.probabilities[kind][band][context][:])
			}
		}
	}

	for p := range 1 << 8 {
		table[fixed+p] = byte(p)
	}

	return &table
}

// writeTokens writes the decisions that are kept, and drops them.
func (c *coder) writeTokens() {
	table := c.probabilityTable()
	first, second := c.tapes[0].pieces(), c.tapes[1].pieces()

	for len(first) > 0 && len(second) > 0 {
		size := min(len(first[0]), len(second[0]))
		writeBoth(&c.written, first[0][:size], second[0][:size], table)
		first, second = after(first, size), after(second, size)
	}

	for _, piece := range first {
		c.written[0].writeAll(piece, table)
	}

	for _, piece := range second {
		c.written[1].writeAll(piece, table)
	}

	for i := range c.tapes {
		c.tapes[i].clear()
	}
}

// after returns the pieces after the given number of bytes of the first one.
func after(pieces [][]byte, size int) [][]byte {
	if size == len(pieces[0]) {
		return pieces[1:]
	}

	pieces[0] = pieces[0][size:]

	return pieces
}

// longestPartition is the largest length of a partition that another one follows (RFC 6386,
// 9.5).
const longestPartition = 1<<24 - 1

// appendTokens appends the partitions. The length of the first one comes before it if there
// are two.
func (c *coder) appendTokens(data []byte) ([]byte, error) {
	first := c.written[0].finish()

	if !c.divided {
		return append(data, first...), nil
	}

	if len(first) > longestPartition {
		return nil, fmt.Errorf("%d bytes of tokens: %w", len(first), ErrTooLong)
	}

	data = append(data, byte(len(first)), byte(len(first)>>8), byte(len(first)>>16))

	return slices.Concat(data, first, c.written[1].finish()), nil
}

// bothDecisions is the number of decisions of a partition that the assembly writes at a time.
const bothDecisions = 1 << 11

// writeBothPlain writes decisions to each of the partitions. Both have the same number.
func writeBothPlain(written *[partitions]booleans, first, second []byte, table *probabilityTable) {
	written[0].writeAll(first, table)
	written[1].writeAll(second, table)
}
