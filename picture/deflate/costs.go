package deflate

import "math/bits"

// costs are the bits that symbols probably need in a block, in sixteenths. They decide
// which matches are worth it. All calculations are in integers, so that the output is the
// same on all processors.
type costs struct {
	literal  [256]uint16
	length   [maxMatch + 1]uint16
	distance [allDistances]uint16
}

const (
	wholeBit = 16

	// The costs of the codes of lengths and distances before they are known, and of a
	// symbol that did not occur.
	lengthGuess   = 6 * wholeBit
	distanceGuess = 5 * wholeBit
	rare          = 10 * wholeBit

	// fewestMatches is the number of matches of a block from which its codes are learned.
	fewestMatches = 256
)

// reset sets guesses for lengths and distances.
func (c *costs) reset() {
	for i := minMatch; i <= maxMatch; i++ {
		c.length[i] = lengthGuess + wholeBit*uint16(lengthExtra[lengthSymbols[i]-firstLength])
	}

	for i := range c.distance {
		c.distance[i] = distanceGuess + wholeBit*uint16(distanceExtra[i])
	}
}

// learn sets the costs of lengths and distances by the codes of a block, because those of
// the next block will be similar.
func (c *costs) learn(last *codes) {
	matches := uint32(0)
	for _, count := range last.distanceCount {
		matches += count
	}

	if matches < fewestMatches {
		c.reset()

		return
	}

	for i := minMatch; i <= maxMatch; i++ {
		symbol := lengthSymbols[i]
		c.length[i] = known(last.literals[symbol]) + wholeBit*uint16(lengthExtra[symbol-firstLength])
	}

	for i := range c.distance {
		c.distance[i] = known(last.distances[i]) + wholeBit*uint16(distanceExtra[i])
	}
}

// measure sets all costs by the symbols that were counted in a block.
func (c *costs) measure(counted *codes) {
	var literals, distances uint32

	for _, count := range counted.literalCount {
		literals += count
	}

	for _, count := range counted.distanceCount {
		distances += count
	}

	allLiterals, allDistances := logarithm(literals+1), logarithm(distances+1)

	for i := range c.literal {
		c.literal[i] = measured(allLiterals, counted.literalCount[i])
	}

	for i := minMatch; i <= maxMatch; i++ {
		symbol := lengthSymbols[i]
		c.length[i] = measured(allLiterals, counted.literalCount[symbol]) + wholeBit*uint16(lengthExtra[symbol-firstLength])
	}

	for i := range c.distance {
		c.distance[i] = measured(allDistances, counted.distanceCount[i]) + wholeBit*uint16(distanceExtra[i])
	}
}

// measured returns the cost of a symbol from the logarithm of all counts. A symbol that did
// not occur costs as much as one that occurred once, and a bit more.
func measured(all uint16, count uint32) uint16 {
	if count == 0 {
		return min(all+wholeBit, maxCode*wholeBit)
	}

	return min(max(all-min(logarithm(count), all), wholeBit/2), maxCode*wholeBit)
}

func known(found code) uint16 {
	if found.length == 0 {
		return rare
	}

	return wholeBit * uint16(found.length)
}

// literals sets the costs of literals, by the frequencies of all bytes of a block: those
// that become matches are not known yet.
func (c *costs) literals(data []byte) {
	var counts [4][256]uint32

	countBytes(&counts, data)

	all := logarithm(uint32(len(data)) + 1)

	for i := range c.literal {
		count := counts[0][i] + counts[1][i] + counts[2][i] + counts[3][i]
		c.literal[i] = min(max(all-logarithm(count+1), wholeBit), maxCode*wholeBit)
	}
}

// logarithm returns the logarithm to base 2 of a positive number in sixteenths. Between
// powers of two it is linear, and up to a tenth too small.
func logarithm(value uint32) uint16 {
	const fraction = 4

	whole := bits.Len32(value) - 1

	return uint16(whole<<fraction) + uint16(uint64(value)<<fraction>>whole&(wholeBit-1))
}
