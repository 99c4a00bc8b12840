package decoder

import "triptych/picture/jpeg/t81"

// placement says where the coefficients of a block are stored for one size of the inverse
// DCT, so that decoding puts each one where the transform needs it.
type placement struct {
	// of maps the zigzag index to the place.
	of [t81.BlockSize]uint8
	// needed is the zigzag index of the last coefficient that is used.
	needed int
	// kept has a bit for each zigzag index that is used. reach has a bit for each index
	// up to the last used one.
	kept, reach uint64
	// side is the size of the transform: 8, 4, 2 or 1.
	side int
}

// placements has the placement for each side.
//
// The vector kernels multiply and add pairs of coefficients: those of two rows in one
// column. Therefore the two are stored side by side. The rows of 8 × 8 form the pairs 0
// and 4, 2 and 6, 1 and 3, 5 and 7. Those of 4 × 4 form 0 and 2, 1 and 3. Those of 2 × 2
// form none. Coefficients that a smaller transform omits go to the last place, which it
// does not read.
var placements = map[int]*placement{
	8: makePlacement(8, []int{0, 4, 2, 6, 1, 3, 5, 7}, 2),
	4: makePlacement(4, []int{0, 2, 1, 3}, 2),
	2: makePlacement(2, []int{0, 1}, 1),
	1: makePlacement(1, []int{0}, 1),
}

// makePlacement creates a placement from the order of rows. The rows of each group are
// interleaved.
func makePlacement(side int, rows []int, group int) *placement {
	p := &placement{side: side}

	var order [t81.BlockSide]int
	for i, row := range rows {
		order[row] = i
	}

	for k, natural := range t81.Zigzag {
		row, column := int(natural)/t81.BlockSide, int(natural)%t81.BlockSide
		p.of[k] = lastCoefficient

		if row < side && column < side {
			i := order[row]
			p.of[k] = uint8(i/group*group*side + column*group + i%group)
			p.needed = k
			p.kept |= 1 << k
		}
	}

	p.reach = ^uint64(0) >> (lastCoefficient - p.needed)

	return p
}

// gather maps each place in a smaller transform to the place of the same coefficient in
// this placement. It is nil if all places are equal.
func (p *placement) gather(smaller *placement) []uint8 {
	if p.side == smaller.side {
		return nil
	}

	from := make([]uint8, smaller.side*smaller.side)

	for k, place := range smaller.of {
		if int(place) < len(from) {
			from[place] = p.of[k]
		}
	}

	return from
}

// quants converts a quantization table to the order of a placement. It limits the values
// to 15 bits. This changes nothing: with or without the limit, every coefficient except 0
// leads beyond the range of a sample.
func (p *placement) quants(table *[t81.BlockSize]uint16) *coefficients {
	ordered := new(coefficients)

	for k, divisor := range table {
		if p.of[k] != lastCoefficient || p.side == t81.BlockSide {
			ordered[p.of[k]] = int16(min(divisor, 1<<15-1))
		}
	}

	return ordered
}
