package encoder

// The filters (9.2). They store the difference between a sample and its prediction from the
// same sample of the pixel on the left, of the pixel above, and of the pixel on the left of
// that.
const (
	none = iota
	sub
	up
	average
	paeth

	filters
)

// rows holds two consecutive rows, and the results of the filters.
type rows struct {
	step   int // the bytes from a sample to the same sample of the next pixel
	length int

	// Before the samples of a row are step zeros, for the pixel left of the first one.
	row, above []byte

	// out has the results of all filters but none, stride bytes apart.
	out    []byte
	stride int
}

// slack is the number of bytes behind a row that may be written.
const slack = 1

func newRows(length, step int) *rows {
	return &rows{
		step: step, length: length,
		row: make([]byte, step+length+slack), above: make([]byte, step+length+slack),
		out: make([]byte, (filters-1)*length), stride: length,
	}
}

// next returns the memory for the samples of the next row. The first row is below a row of
// zeros.
func (r *rows) next() []byte {
	r.row, r.above = r.above, r.row

	return r.row[r.step:]
}

// filter returns the filter for the current row and its result. It chooses the filter whose
// results, as signed bytes, have the smallest sum of absolute values (12.7): small values
// are frequent, and have short codes. Of equal sums it takes that of up, because rows of
// zeros, the usual reason, then continue in the next rows.
func (r *rows) filter() (kind byte, row []byte) {
	var sums [filters]uint64

	done := r.accelerated(&sums)
	r.plain(done, &sums)

	best := up

	for _, i := range [...]int{paeth, none, sub, average} {
		if sums[i] < sums[best] {
			best = i
		}
	}

	if best == none {
		return none, r.row[r.step : r.step+r.length]
	}

	return byte(best), r.result(best)
}

// result returns the memory for the result of a filter other than none.
func (r *rows) result(kind int) []byte {
	return r.out[(kind-1)*r.stride:][:r.length]
}
