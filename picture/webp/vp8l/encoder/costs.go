package encoder

import (
	"math"
	"math/bits"

	"triptych/picture/webp/vp8l"
)

// bit is the unit of costs: they are in 1/256 of a bit.
const bit = 256

// costs are the costs of tokens.
type costs struct {
	width     int
	literals  [vp8l.Literals]uint32
	lengths   [vp8l.LongestCopy + 1]uint32
	distances [vp8l.DistanceCodes]uint32 // by symbol, with extra bits
}

// distanceCost returns the cost of a distance.
func (c *costs) distanceCost(distance int) uint32 {
	symbol, _, _ := prefixOf(distanceCode(distance, c.width))

	return c.distances[symbol]
}

// firstCosts are those of literals by their frequency, and of copies that are as usual.
func (p *pixels) firstCosts() *costs {
	var c counts

	for _, v := range p.values {
		c.green[v]++
	}

	// A quarter of the symbols are lengths, the shorter ones more often.
	share := uint32(len(p.values))/4 + 1
	for symbol := range vp8l.LengthCodes {
		c.green[vp8l.Literals+symbol] = share>>(symbol/2+1) + 1
	}

	for symbol := range c.distances {
		c.distances[symbol] = 1
	}

	c.distances[0], c.distances[1] = vp8l.DistanceCodes, vp8l.DistanceCodes

	return p.costsOf(&c)
}

// costsOf returns the costs of symbols that occur so often.
func (p *pixels) costsOf(counted *counts) *costs {
	c := &costs{width: p.width}
	green := symbolCosts(counted.green[:])
	copy(c.literals[:], green)

	for length := 1; length <= vp8l.LongestCopy; length++ {
		symbol, _, width := prefixOf(length)
		c.lengths[length] = green[vp8l.Literals+symbol] + uint32(width)*bit
	}

	copy(c.distances[:], symbolCosts(counted.distances[:]))

	for symbol := range c.distances {
		c.distances[symbol] += uint32(max(symbol/2-1, 0)) * bit
	}

	return c
}

// symbolCosts returns the cost of each symbol of a code. One that does not occur costs as
// much as one that occurs once in four times as many.
func symbolCosts(counted []uint32) []uint32 {
	total := uint32(1)
	for _, n := range counted {
		total += n
	}

	made := make([]uint32, len(counted))
	for symbol, n := range counted {
		if n == 0 {
			made[symbol] = logarithm(total) + 2*bit

			continue
		}

		made[symbol] = logarithm(total) - logarithm(n)
	}

	return made
}

// logarithms has the binary logarithm of 1 + i ÷ 256 in 1/256.
var logarithms = func() (table [bit]uint32) {
	for i := range table {
		table[i] = uint32(math.Round(bit * math.Log2(1+float64(i)/bit)))
	}

	return table
}()

// logarithm returns the binary logarithm of a positive number in units of a cost. It uses
// integers only, so that the result is the same on every machine.
func logarithm(v uint32) uint32 {
	const indexBits, highest = 8, 31

	whole := bits.Len32(v) - 1

	return uint32(whole)*bit + logarithms[v<<(highest-whole)<<1>>(highest+1-indexBits)]
}
