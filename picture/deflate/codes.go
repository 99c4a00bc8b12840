package deflate

// codes are the codes of a block, and how often their symbols occur.
type codes struct {
	literalCount  [allLiterals]uint32
	distanceCount [allDistances]uint32

	literals  [allLiterals]code
	distances [allDistances]code

	// The lengths of both codes as they are stored (3.2.7).
	runs        []run
	lengthCount [lengthCodes]uint32
	lengths     [lengthCodes]code
	literalsEnd int // the number of lengths of literals
	distanceEnd int
}

// count counts the symbols of a block.
func (c *codes) count(data []byte, matches []match) {
	clear(c.literalCount[:])
	clear(c.distanceCount[:])

	// Equal bytes often follow each other. With four counters for each byte, an increment
	// does not wait for the previous one.
	var counts [4][256]uint32

	at := 0

	for _, m := range matches {
		countBytes(&counts, data[at:at+int(m.literals)])
		at += int(m.literals) + int(m.length)

		c.literalCount[lengthSymbols[m.length]]++
		c.distanceCount[distanceSymbol(int(m.distance))]++
	}

	countBytes(&counts, data[at:])

	for i := range 256 {
		c.literalCount[i] = counts[0][i] + counts[1][i] + counts[2][i] + counts[3][i]
	}

	c.literalCount[endSymbol] = 1
}

// countBytes counts how often each byte occurs. The sum over the four counters is valid.
func countBytes(counts *[4][256]uint32, data []byte) {
	for len(data) >= 4 {
		counts[0][data[0]]++
		counts[1][data[1]]++
		counts[2][data[2]]++
		counts[3][data[3]]++
		data = data[4:]
	}

	for _, value := range data {
		counts[0][value]++
	}
}

// build calculates the codes from the counts.
func (c *codes) build() {
	var (
		literals  [allLiterals]uint8
		distances [allDistances]uint8
	)

	optimal(literals[:], c.literalCount[:], maxCode)
	optimal(distances[:], c.distanceCount[:], maxCode)
	assign(c.literals[:], literals[:])
	assign(c.distances[:], distances[:])

	c.buildLengths(literals[:], distances[:])
}

// dynamicBits is the number of bits of a block with these codes, with its header.
func (c *codes) dynamicBits() int {
	return c.lengthBits() + c.bits(&c.literals, &c.distances)
}

// fixedBits is the number of bits of a block with the fixed codes.
func (c *codes) fixedBits() int { return c.bits(&fixedLiterals, &fixedDistances) }

// least is the number of bits of a block with the better codes.
func (c *codes) least() int { return min(c.dynamicBits(), c.fixedBits()) }

// bits is the number of bits of a block, without the lengths of its codes.
func (c *codes) bits(literals *[allLiterals]code, distances *[allDistances]code) int {
	sum := headerBits

	for i, count := range c.literalCount {
		length := int(literals[i].length)
		if i >= firstLength {
			length += int(lengthExtra[i-firstLength])
		}

		sum += int(count) * length
	}

	for i, count := range c.distanceCount {
		sum += int(count) * (int(distances[i].length) + int(distanceExtra[i]))
	}

	return sum
}
