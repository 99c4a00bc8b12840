package encoder

import (
	"math/bits"

	"triptych/picture/jpeg/t81"
)

// token is a Huffman symbol with the bits that follow its code:
//
//	bits  0 –  7   the symbol
//	bits  8 –  9   the table of its code: twice the destination, +1 for AC
//	bits 16 – 31   the bits that follow
//
// The lower four bits of a symbol are the number of bits that follow (T.81, F.1.2). The
// symbol of a DC coefficient has only this category. The symbol of an AC coefficient also
// has, in its upper four bits, the number of zeros before it.
type token uint32

const (
	tables      = 4
	symbols     = 256
	symbolMask  = tables*symbols - 1
	tableShift  = 8
	valueShift  = 16
	runShift    = 4
	categoryAll = 1<<runShift - 1

	endOfBlock   = 0x00 // the rest of the block is zero (F.1.2.2.1)
	sixteenZeros = 0xf0 // ZRL: sixteen zeros, and more to come
)

// appendBlock appends the tokens of a block. There are at most 64, and tokens must have
// room for them: one for each nonzero coefficient, one for each sixteen zeros before it,
// one for the end. The next coefficient is the lowest bit of the mask.
func appendBlock(tokens []token, block *[t81.BlockSize]int16, mask uint64, destination int, prediction *int32) []token {
	begin := len(tokens)
	out := (*[t81.BlockSize]token)(tokens[begin : begin+t81.BlockSize])
	dc := token(destination) << (tableShift + 1)
	ac := dc | 1<<tableShift

	difference := int(int32(block[0]) - *prediction)
	*prediction = int32(block[0])
	out[0] = dc | magnitudes[(difference+most)&(2*most-1)]
	count, last := 1, 0

	for mask &^= 1; mask != 0; mask &= mask - 1 {
		k := bits.TrailingZeros64(mask)
		run := k - last - 1
		last = k

		for ; run > categoryAll; run -= categoryAll + 1 {
			out[count&(t81.BlockSize-1)] = ac | sixteenZeros
			count++
		}

		value := int(block[place[k&(t81.BlockSize-1)]&(t81.BlockSize-1)])
		out[count&(t81.BlockSize-1)] = ac | token(run)<<runShift | magnitudes[(value+most)&(2*most-1)]
		count++
	}

	if last < t81.BlockSize-1 {
		out[count&(t81.BlockSize-1)] = ac | endOfBlock
		count++
	}

	return tokens[:begin+count]
}

// appendEmpty appends a block outside the image, in an MCU at its edge. The block has
// only the predicted DC coefficient, which needs the fewest bits. It is never visible.
func appendEmpty(tokens []token, destination int) []token {
	dc := token(destination) << (tableShift + 1)

	return append(tokens, dc, dc|1<<tableShift|endOfBlock)
}

// category is the number of bits of a magnitude (T.81, F.1.2.1.1, table F.1).
func category(value int32) uint32 {
	sign := value >> 31

	return uint32(bits.Len32(uint32((value ^ sign) - sign)))
}

// follow returns the bits that identify a value within a category, at their place in a
// token: the lowest bits of the value, or of value − 1 if it is negative (F.1.2.1.1).
func follow(value int32, size uint32) token {
	return token(uint32(value+value>>31)&(1<<size-1)) << valueShift
}

// magnitudes has the category of each value and the bits that follow, at value + most. A
// table is faster than computing them, and the entries of common values are close
// together.
var magnitudes = func() (all [2 * most]token) {
	for i := range all {
		value := int32(i) - most
		size := category(value)
		all[i] = token(size) | follow(value, size)
	}

	return all
}()

// most exceeds the 11 bits of the differences of DC coefficients, and the 10 bits of AC
// coefficients (T.81, F.1.2.1.1 and F.1.2.2.1).
const most = 1 << 11

// counts is the number of occurrences of each symbol of each table.
type counts [tables * symbols]uint32

func (c *counts) add(tokens []token) {
	for _, t := range tokens {
		c[t&symbolMask]++
	}
}
