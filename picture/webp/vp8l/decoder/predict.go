package decoder

// opaqueBlack is the prediction of the first pixel (4.1).
const opaqueBlack = 0xff000000

// vectorized says whether the vector kernels run. It is a variable so that tests can run
// both variants.
var vectorized = hasKernels()

// predict adds the predictions of a row (4.1).
func (t *transform) predict(row []uint32, y int) {
	above := t.above

	switch y {
	case 0:
		left := uint32(opaqueBlack)
		for x, difference := range row {
			left = add(left, difference)
			row[x] = left
		}
	default:
		row[0] = add(row[0], above[0])
		above[len(row)] = row[0] // Above and to the right of the last pixel.
		modes := t.modes[y>>t.bits*t.across:]

		for x := 1; x < len(row); {
			end := min((x>>t.bits+1)<<t.bits, len(row))
			if mode := modes[x>>t.bits]; !vectorized || !predictKernel(mode, row, above, x, end) {
				predictRun(mode, row, above, x, end)
			}

			x = end
		}
	}

	copy(above, row)
}

// predictRun adds the predictions of one mode to the pixels from x to end, which is not the
// first pixel of a row. above has one more pixel than row.
//
//nolint:cyclop // A case for each mode.
func predictRun(mode uint8, row, above []uint32, x, end int) {
	left := row[x-1]

	for ; x < end; x++ {
		var p uint32

		top, corner, right := above[x], above[x-1], above[x+1]

		switch mode {
		case 1:
			p = left
		case 2:
			p = top
		case 3:
			p = right
		case 4:
			p = corner
		case 5:
			p = average(average(left, right), top)
		case 6:
			p = average(left, corner)
		case 7:
			p = average(left, top)
		case 8:
			p = average(corner, top)
		case 9:
			p = average(top, right)
		case 10:
			p = average(average(left, corner), average(top, right))
		case 11:
			p = selected(left, top, corner)
		case 12:
			p = sumWithout(left, top, corner)
		case 13:
			p = halfSum(average(left, top), corner)
		default:
			p = opaqueBlack
		}

		left = add(row[x], p)
		row[x] = left
	}
}

// average is the mean of each byte, rounded down.
func average(a, b uint32) uint32 { return a&b + (a^b)&0xfefefefe>>1 }

// selected is the one of left and top that is nearer to their sum without the corner.
func selected(left, top, corner uint32) uint32 {
	toLeft, toTop := int32(0), int32(0)

	for shift := 0; shift < 32; shift += 8 {
		l, t, c := int32(left>>shift&255), int32(top>>shift&255), int32(corner>>shift&255)
		toLeft += max(t-c, c-t)
		toTop += max(l-c, c-l)
	}

	if toLeft < toTop {
		return left
	}

	return top
}

// sumWithout is left + top − corner, limited to bytes.
func sumWithout(left, top, corner uint32) uint32 {
	sum := uint32(0)

	for shift := 0; shift < 32; shift += 8 {
		v := int32(left>>shift&255) + int32(top>>shift&255) - int32(corner>>shift&255)
		sum |= uint32(min(max(v, 0), 255)) << shift
	}

	return sum
}

// halfSum is mean + (mean − corner) ÷ 2, limited to bytes. The quotient is rounded towards 0.
func halfSum(mean, corner uint32) uint32 {
	sum := uint32(0)

	for shift := 0; shift < 32; shift += 8 {
		m, c := int32(mean>>shift&255), int32(corner>>shift&255)
		sum |= uint32(min(max(m+(m-c)/2, 0), 255)) << shift
	}

	return sum
}
