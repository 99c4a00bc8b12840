package decoder

// filterReach is the number of rows above a macroblock that its filter reads (RFC 6386,
// 15.3).
const filterReach = 4

// reserve makes room for a row of macroblocks in each plane, and returns its offsets.
func (d *decoder) reserve(y int) (at [3]int) {
	for i, side := range sides {
		roll := &d.rolls[i]
		roll.Reserve(min(d.sink.Needs(i), d.widened[i]), y*side, (y+1)*side)
		at[i] = (y*side - roll.Top) * roll.Stride
	}

	return at
}

// deliver passes the rows that no filter changes any more to the sink.
func (d *decoder) deliver(y int) {
	for i, side := range sides {
		roll, plane := &d.rolls[i], &d.picture.Planes[i]

		done := min((y+1)*side-filterReach, plane.Height)
		if y == d.high-1 {
			done = plane.Height
		}

		if d.level == 0 {
			done = min((y+1)*side, plane.Height)
		}

		if !d.raw {
			for ; d.widened[i] < done; d.widened[i]++ {
				widenPlane(i, roll.At(d.widened[i])[:plane.Width])
			}
		}

		d.widened[i] = done
		d.windows[i] = roll.Rows(plane.Width, done)
	}

	d.sink.Take(d.windows[:])
}
