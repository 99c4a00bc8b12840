package encoder

import "triptych/picture/webp/vp8"

// optimal returns the probabilities that need the fewest bits for the counted decisions,
// including the bits that update the default ones (RFC 6386, 13.4).
func optimal(counts [probabilityCount][2]uint32) vp8.Probabilities {
	probabilities := vp8.DefaultProbabilities
	index := 0

	for kind := range probabilities {
		for band := range probabilities[kind] {
			for context := range probabilities[kind][band] {
				nodes := &probabilities[kind][band][context]
				for node := range nodes {
					update := vp8.UpdateProbabilities[kind][band][context][node]
					nodes[node] = better(nodes[node], update, counts[index])
					index++
				}
			}
		}
	}

	return probabilities
}

// better returns the probability of the counts, or the present one if its update costs
// more than it saves.
func better(present, update byte, counts [2]uint32) byte {
	const width, units = 8, 256

	zeros, ones := uint64(counts[0]), uint64(counts[1])
	total := zeros + ones

	if total == 0 {
		return present
	}

	p := byte(min(max((zeros*units+total/2)/total, 1), units-1))

	keeps := ratedAt(present, zeros, ones) + uint64(cost(false, update))
	updates := ratedAt(p, zeros, ones) + uint64(cost(true, update)) + width*bit

	if updates < keeps {
		return p
	}

	return present
}

func ratedAt(p byte, zeros, ones uint64) uint64 {
	return zeros*uint64(cost(false, p)) + ones*uint64(cost(true, p))
}
