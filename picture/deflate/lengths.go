package deflate

import "slices"

// maxCode is the length of the longest code in bits (3.2.7).
const maxCode = 15

// optimal calculates the lengths of the codes for symbols of the given frequencies: those
// of a Huffman code, or nearly so if one of its codes is longer than limit. A symbol that
// does not occur has no code. At least two symbols have one, because a code of one symbol
// is not complete, and some decoders reject it.
func optimal(lengths []uint8, frequencies []uint32, limit int) {
	const symbolBits = 9

	var (
		room [allLiterals]uint64
		used = room[:0]
	)

	for symbol, frequency := range frequencies {
		if frequency > 0 {
			used = append(used, uint64(frequency)<<symbolBits|uint64(symbol))
		}
	}

	for symbol := 0; len(used) < 2; symbol++ {
		if frequencies[symbol] == 0 {
			used = append(used, 1<<symbolBits|uint64(symbol))
		}
	}

	slices.Sort(used)

	var weights [allLiterals]uint64

	for i, key := range used {
		weights[i] = key >> symbolBits
	}

	count := depths(weights[:len(used)])
	shorten(&count, limit)

	clear(lengths)

	// The rarest symbols have the longest codes.
	at := 0

	for length := len(count) - 1; length > 0; length-- {
		for range count[length] {
			lengths[used[at]&(1<<symbolBits-1)] = uint8(length)
			at++
		}
	}
}

// mostDepth is above the depth of each tree: a leaf at depth d needs a total frequency of
// at least the Fibonacci number d, and a block has fewer than 2^18 symbols.
const mostDepth = 32

// depths counts the leaves at each depth of the Huffman tree of ascending weights. There
// are at least two.
//
// Both the leaves and the inner nodes are in ascending order, so the next node of the
// lowest weight is at the front of one of the two.
func depths(weights []uint64) (count [mostDepth]int) {
	var (
		inner  [allLiterals]uint64
		parent [2 * allLiterals]int // of leaves, and then of inner nodes
		leaf   = 0
		node   = 0
		leaves = len(weights)
	)

	for made := range leaves - 1 {
		for range 2 {
			if leaf < leaves && (node == made || weights[leaf] <= inner[node]) {
				inner[made] += weights[leaf]
				parent[leaf] = made
				leaf++
			} else {
				inner[made] += inner[node]
				parent[leaves+node] = made
				node++
			}
		}
	}

	var depth [allLiterals]int

	for i := leaves - 3; i >= 0; i-- {
		depth[i] = depth[parent[leaves+i]] + 1
	}

	for i := range leaves {
		count[depth[parent[i]]+1]++
	}

	return count
}

// shorten changes the lengths of a complete code, so that none is above limit and the
// code remains complete.
func shorten(count *[mostDepth]int, limit int) {
	// The sum of 2^-length over all codes is 1, in units of 2^-limit. Codes that become
	// shorter increase the sum.
	sum := 0

	for length := mostDepth - 1; length > limit; length-- {
		count[limit] += count[length]
		count[length] = 0
	}

	for length := 1; length <= limit; length++ {
		sum += count[length] << (limit - length)
	}

	for ; sum > 1<<limit; sum-- {
		// Move one code of the limit next to a shorter code. Both get the length of the
		// shorter code plus one. The sum decreases by one unit.
		length := limit - 1
		for count[length] == 0 {
			length--
		}

		count[length]--
		count[length+1] += 2
		count[limit]--
	}
}
