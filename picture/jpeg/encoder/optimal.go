package encoder

import (
	"cmp"
	"slices"
)

// optimalCodes builds the shortest codes for the symbols that all parts counted.
func optimalCodes(parts []*part) codes {
	var total counts

	for _, p := range parts {
		for i, n := range p.counts {
			total[i] += n
		}
	}

	return optimalFor(&total)
}

// optimalFor builds the shortest codes for the symbols of all tables.
func optimalFor(total *counts) codes {
	var all [tables]table
	for i := range all {
		all[i] = optimal((*[symbols]uint32)(total[i*symbols:]))
	}

	return newCodes(all)
}

// optimal builds a table for symbols of known frequencies by the procedures of T.81,
// annex K.2. Symbols that do not occur get no code. If no symbol occurs, the table is
// empty.
func optimal(frequencies *[symbols]uint32) table {
	leaves := make([]leaf, 0, symbols+1)

	for symbol, n := range frequencies {
		if n > 0 {
			leaves = append(leaves, leaf{symbol: symbol, occurs: n, frequency: uint64(n), next: none})
		}
	}

	if len(leaves) == 0 {
		return table{}
	}

	// An additional symbol of the lowest frequency gets the code of all ones, which T.81
	// does not allow (C.2).
	leaves = append(leaves, leaf{symbol: symbols, frequency: 1, next: none})
	codeSizes(leaves)

	return sorted(leaves, limited(leaves))
}

// leaf is a symbol and a node of a list of symbols, which represents a tree. The
// frequency of the first node is that of the tree. It is 0 in the other nodes.
type leaf struct {
	symbol    int
	occurs    uint32
	frequency uint64
	size      int // the length of its code
	next      int // the next leaf of the same tree, or none
}

const none = -1

// codeSizes is the procedure Code_size (figure K.1). It joins the two trees that occur
// least until there is only one. Each time, the codes of all their symbols become one bit
// longer. Of equal trees it takes the later one. Therefore the additional symbol is taken
// first, and has a code of the greatest length.
func codeSizes(leaves []leaf) {
	for range len(leaves) - 1 {
		least, second := none, none

		for i := range leaves {
			switch f := leaves[i].frequency; {
			case f == 0:
			case least == none || f <= leaves[least].frequency:
				least, second = i, least
			case second == none || f <= leaves[second].frequency:
				second = i
			}
		}

		leaves[least].frequency += leaves[second].frequency
		leaves[second].frequency = 0

		at := least
		for ; leaves[at].next != none; at = leaves[at].next {
			leaves[at].size++
		}

		leaves[at].size++
		leaves[at].next = second

		for at = second; at != none; at = leaves[at].next {
			leaves[at].size++
		}
	}
}

// limited counts the codes of each length (Count_BITS, figure K.2), and shortens those of
// more than 16 bits (Adjust_BITS, figure K.3). Codes of the greatest length come in
// pairs. One of the two gets their common prefix as its code. The other joins a shorter
// code, which becomes the prefix of the two.
func limited(leaves []leaf) (lengths [maxLength + 1]int) {
	counts := make([]int, max(len(leaves), maxLength+1))
	for i := range leaves {
		counts[leaves[i].size]++
	}

	for length := len(counts) - 1; length > maxLength; length-- {
		for counts[length] > 0 {
			prefix := length - 2
			for counts[prefix] == 0 {
				prefix--
			}

			counts[length] -= 2
			counts[length-1]++
			counts[prefix+1] += 2
			counts[prefix]--
		}
	}

	copy(lengths[:], counts)

	// The additional symbol has a code of the greatest length.
	for length := maxLength; ; length-- {
		if lengths[length] > 0 {
			lengths[length]--

			return lengths
		}
	}
}

// sorted assigns the lengths: the most frequent symbols get the shortest codes.
// Sort_input (figure K.4) sorts by the lengths of the codes before they were limited, and
// then by the values of the symbols. Sorting by frequency is never worse.
func sorted(leaves []leaf, lengths [maxLength + 1]int) (t table) {
	for length := range maxLength {
		t.lengths[length] = uint8(lengths[length+1])
	}

	slices.SortStableFunc(leaves, func(a, b leaf) int { return cmp.Compare(b.occurs, a.occurs) })

	for _, l := range leaves {
		if l.symbol < symbols {
			t.symbols = append(t.symbols, uint8(l.symbol))
		}
	}

	return t
}
