package deflate

// Codes of lengths of codes (3.2.7).
const (
	repeatLast  = 16 // 3 to 6 times the previous length
	repeatZero  = 17 // 3 to 10 zeros
	repeatZeros = 18 // 11 to 138 zeros

	lengthCodes  = 19
	longestCode  = 7 // the longest code of a length in bits
	fewestCodes  = 4 // of lengths
	countBits    = 14
	eachCodeBits = 3
)

// lengthOrder is the order in which the lengths of the codes of lengths are stored (3.2.7).
var lengthOrder = [lengthCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// run is a symbol of the lengths of codes, with its extra bits.
type run struct {
	symbol, extra, value uint8
}

// buildLengths encodes the lengths of both codes, which are one sequence, in runs.
func (c *codes) buildLengths(literals, distances []uint8) {
	c.literalsEnd, c.distanceEnd = used(literals, firstLength), used(distances, 1)

	var all [allLiterals + allDistances]uint8

	n := copy(all[:], literals[:c.literalsEnd])
	n += copy(all[n:], distances[:c.distanceEnd])

	c.runs = appendRuns(c.runs[:0], all[:n])

	clear(c.lengthCount[:])

	for _, r := range c.runs {
		c.lengthCount[r.symbol]++
	}

	var lengths [lengthCodes]uint8

	optimal(lengths[:], c.lengthCount[:], longestCode)
	assign(c.lengths[:], lengths[:])
}

// used returns the number of lengths without the zeros at the end, but at least fewest.
func used(lengths []uint8, fewest int) int {
	n := len(lengths)
	for n > fewest && lengths[n-1] == 0 {
		n--
	}

	return n
}

// appendRuns appends the symbols of a sequence of lengths.
func appendRuns(runs []run, lengths []uint8) []run {
	const (
		shortest          = 3 // that has a symbol
		mostLast          = 6
		mostZero          = 10
		mostZeros         = 138
		lastBits          = 2
		zeroBits          = 3
		zerosBits         = 7
		fewestZeros uint8 = mostZero + 1
	)

	for at := 0; at < len(lengths); {
		length, count := lengths[at], 1
		for at+count < len(lengths) && lengths[at+count] == length {
			count++
		}

		at += count

		if length > 0 {
			runs = append(runs, run{symbol: length})
			count--
		}

		for count >= shortest {
			var n int

			switch {
			case length > 0:
				n = min(count, mostLast)
				runs = append(runs, run{repeatLast, lastBits, uint8(n - shortest)})
			case count <= mostZero:
				n = count
				runs = append(runs, run{repeatZero, zeroBits, uint8(n - shortest)})
			default:
				n = min(count, mostZeros)
				runs = append(runs, run{repeatZeros, zerosBits, uint8(n) - fewestZeros})
			}

			count -= n
		}

		for range count {
			runs = append(runs, run{symbol: length})
		}
	}

	return runs
}

// storedCodes is the number of lengths of codes of lengths that are stored.
func (c *codes) storedCodes() int {
	n := lengthCodes
	for n > fewestCodes && c.lengths[lengthOrder[n-1]].length == 0 {
		n--
	}

	return n
}

// lengthBits is the number of bits of the lengths of all codes.
func (c *codes) lengthBits() int {
	sum := countBits + eachCodeBits*c.storedCodes()

	for _, r := range c.runs {
		sum += int(c.lengths[r.symbol].length) + int(r.extra)
	}

	return sum
}

// writeHeader writes the lengths of all codes (3.2.7).
func (c *codes) writeHeader(w *bitWriter) {
	const literalBits, distanceBits = 5, 5

	stored := c.storedCodes()

	w.write(uint64(c.literalsEnd-firstLength)|uint64(c.distanceEnd-1)<<literalBits|
		uint64(stored-fewestCodes)<<(literalBits+distanceBits), countBits)

	for _, symbol := range lengthOrder[:stored] {
		w.write(uint64(c.lengths[symbol].length), eachCodeBits)
	}

	for _, r := range c.runs {
		found := c.lengths[r.symbol]
		w.write(uint64(found.bits)|uint64(r.value)<<found.length, uint(found.length+r.extra))
	}
}
