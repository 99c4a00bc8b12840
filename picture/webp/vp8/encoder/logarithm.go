package encoder

import (
	"math"
	"math/bits"
)

const logarithmUnit = 256

// logarithms has the binary logarithm of 1 + i ÷ 256 in 1/256.
var logarithms = func() (table [256]int) {
	for i := range table {
		table[i] = int(math.Round(logarithmUnit * math.Log2(1+float64(i)/float64(len(table)))))
	}

	return table
}()

// logarithm returns the binary logarithm of a positive number in 1/256. It reads the eight
// bits after the highest one.
func logarithm(v uint32) int {
	const indexBits, highest = 8, 31

	whole := bits.Len32(v) - 1

	return whole*logarithmUnit + logarithms[v<<(highest-whole)<<1>>(highest+1-indexBits)]
}
