package encoder

import "triptych/picture/jpeg/t81"

// base has the quantization tables of the components Y, Cb and Cr, row by row, in half
// steps at a scale of 100 %: how coarse each frequency may be.
//
// The tables were searched: the steps of groups of frequencies were changed, one group
// after the other, as long as the files of a set of photos became smaller at the same
// SSIMULACRA2. Compared with tables K.1 and K.2 of T.81, the steps of DC and of the highest
// frequencies are finer, and those of the middle frequencies are coarser. Cb and Cr have
// tables of their own.
var base = [planesAtMost][t81.BlockSize]uint16{
	{
		24, 30, 49, 58, 70, 71, 87, 100,
		30, 36, 47, 60, 63, 79, 91, 102,
		49, 47, 52, 56, 71, 84, 95, 111,
		58, 60, 56, 65, 77, 88, 104, 125,
		70, 63, 71, 77, 82, 97, 117, 136,
		71, 79, 84, 88, 97, 111, 128, 130,
		87, 91, 95, 104, 117, 128, 124, 125,
		100, 102, 111, 125, 136, 130, 125, 119,
	},
	byDiagonal(26, 26, 36, 56, 112, 164),
	byDiagonal(34, 32, 42, 50, 92, 120),
}

// byDiagonal returns a table in which the steps of a diagonal, u + v, are equal. The last
// one is that of all further diagonals.
func byDiagonal(steps ...uint16) (table [t81.BlockSize]uint16) {
	for i := range table {
		table[i] = steps[min(i%t81.BlockSide+i/t81.BlockSide, len(steps)-1)]
	}

	return table
}

// equivalents is the scale of the tables for some qualities, as a share of the scale that
// libjpeg uses for its tables, in 1/1000. With it, a quality keeps the meaning that it has
// with those tables: the mean of SSIMULACRA2 over photos is the same, and the files are
// smaller. Between two qualities, the share is interpolated.
var equivalents = []struct{ quality, share int }{
	{1, 930}, {15, 925}, {30, 905}, {40, 920}, {50, 913}, {65, 989}, {72, 991}, {80, 1053}, {85, 1075}, {90, 1147},
	{95, 1260}, {100, 1260},
}

// scaledTable returns the table of a component for a quality. At 100 the table is all
// ones. Baseline files have values of at most 255 (B.2.4.1).
func scaledTable(component, quality int) (scaled [t81.BlockSize]uint8) {
	const units = 2 * 100 * 1000 // half steps, percent, and 1/1000

	scale := percent(quality) * equivalent(quality)
	for i, step := range base[component] {
		scaled[i] = uint8(min(max((int(step)*scale+units/2)/units, 1), 255))
	}

	return scaled
}

// percent is the scale that libjpeg uses: 100 at quality 50, and 0 at 100.
func percent(quality int) int {
	if quality < 50 {
		return 5000 / quality
	}

	return 200 - 2*quality
}

// equivalent interpolates equivalents.
func equivalent(quality int) int {
	for i := 1; ; i++ {
		low, high := equivalents[i-1], equivalents[i]
		if quality <= high.quality {
			return low.share + (high.share-low.share)*(quality-low.quality)/(high.quality-low.quality)
		}
	}
}

// quantize makes the quantizers of the components for a quality.
func (f *frame) quantize(quality int) {
	for i := range f.components {
		f.quantizers[i] = newQuantizer(i, scaledTable(i, quality))
	}
}
