package heif

// lightOf returns the values of the samples of luma, or of red, green and blue, where 0
// is black and 1 is white (ITU-T H.273, equations 20 to 25 and 29 to 31).
func lightOf(depth int, full bool) []float32 {
	const black, width = 16, 219

	return scaled(depth, full, black, width, 0)
}

// colorOf returns the values of the samples of chroma, from −½ to ½ (equations 26 to 28).
func colorOf(depth int, full bool) []float32 {
	const neutral, width = 128, 224

	return scaled(depth, full, neutral, width, neutral)
}

// scaled returns the values of all samples of a depth: a sample minus zero, divided by
// width. zero and width are those of 8 bits.
func scaled(depth int, full bool, zero, width, zeroOfFull int) []float32 {
	table := make([]float32, 1<<depth)
	shift := depth - byteDepth

	from, by := float64(zero<<shift), float64(width<<shift)
	if full {
		from, by = float64(zeroOfFull<<shift), float64(len(table)-1)
	}

	for i := range table {
		table[i] = float32((float64(i) - from) / by)
	}

	return table
}

// fixed scales a table to integers, where 255 × unit is 1.
func fixed(table []float32) []int32 {
	made := make([]int32, len(table))

	for i, part := range table {
		scaled := part * most * unit
		if scaled < 0 {
			made[i] = int32(scaled - 0.5)
		} else {
			made[i] = int32(scaled + 0.5)
		}
	}

	return made
}

const (
	most   = 255
	center = 128
	unit   = 1 << 8 // of a sample of 8 bits

	byteDepth = 8 // the bits of a byte
)

func clamp(n int) byte { return byte(max(0, min(n, most))) }
