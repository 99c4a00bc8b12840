package encoder

import (
	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

// activity returns the binary logarithm of the deviation of the samples of a macroblock, in
// 1/256. It is the mean of its four quarters.
func activity(luma *planes.Plane, x, y int) int {
	const side, quarters, count, countLog = vp8.MacroblockSide / 2, 4, 64, 6

	sum := 0

	for quarter := range quarters {
		left, top := x*vp8.MacroblockSide+quarter%2*side, y*vp8.MacroblockSide+quarter/2*side
		total, squared := 0, 0

		for row := range side {
			samples := luma.Row(min(top+row, luma.Height-1))
			for column := range side {
				sample := int(samples[min(left+column, luma.Width-1)])
				total += sample
				squared += sample * sample
			}
		}

		// The variance is divided by the square of count. A one is added to it.
		sum += logarithm(uint32(count*squared-total*total+count*count)) - 2*countLog*logarithmUnit
	}

	return sum / (2 * quarters)
}
