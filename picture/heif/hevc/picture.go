package hevc

// The flags of a minimum transform block of 4 × 4 samples: edges that the deblocking
// filter changes.
const (
	edgeLeft = 1 << iota
	edgeTop
)

// picture is a picture that is being decoded: its parameter sets, what the blocks need to
// know of their neighbors, and the samples of the rows in work.
type picture struct {
	*sps
	*window

	pps  *pps
	grid *grid
	next int // the address in tile scan of the next CTB

	threads    int  // goroutines that may decode substreams
	concurrent bool // another goroutine applies the loop filters

	ctbSlice []*slice // by CTB in raster scan: its slice; nil before it is decoded

	stride4 int // squares of 4 × 4 luma samples in a row

	// By coding block of the smallest size:
	strideCB   int
	depths     []uint8 // CtDepth
	qps        []int8  // QpY
	unfiltered []bool  // lossless blocks, which the loop filters do not change

	tapes *tapes // of a picture without substreams, if there are several threads

	filtered int // rows of CTBs that are deblocked
	out      *output
	take     func(part Part) error // receives finished rows; nil if the output keeps them
	taken    int                   // rows of CTBs that take has received
}

// newPicture allocates a picture.
func newPicture(s *sps, p *pps, threads int, whole bool) (*picture, error) {
	order, err := newGrid(s, p)
	if err != nil {
		return nil, err
	}

	made := &picture{sps: s, pps: p, grid: order, threads: threads, concurrent: threads > 1, stride4: s.width / 4, strideCB: s.width >> s.log2MinCB}
	made.ctbSlice = make([]*slice, s.ctbsX*s.ctbsY)

	count := made.strideCB * (s.height >> s.log2MinCB)
	made.depths, made.qps, made.unfiltered = make([]uint8, count), make([]int8, count), make([]bool, count)

	made.window = newWindow(s, stripCount(s, p, threads))

	if usesTapes(p, threads) {
		made.tapes = newTapes()
	}

	made.out = newOutput(s, outputRows(s, whole))

	return made, nil
}

func outputRows(s *sps, whole bool) int {
	if whole {
		return s.ctbsY
	}

	return 1
}

// memory is the number of bytes of a picture, and of what its blocks need to know.
func (s *sps) memory(p *pps, threads int, whole bool) int64 {
	// At least the fields by CTB of picture and grid, those of strip, those of picture by
	// block, and a segment.
	const perCTB, perStripCTB, perBlock, perThread = 32, 64, 3, 32 << 10

	line := int64(0) // the samples of a luma line with its share of chroma

	for i := range s.components() {
		x, y := s.shift(i)
		line += 2 * int64(s.width) >> x >> y
	}

	if line /= 2; s.deep() {
		line *= 2
	}

	side := int64(1) << s.log2CTB
	strip := line*(side+2*(headLines+1)) + int64(s.width)*side/8 + int64(s.ctbsX)*perStripCTB
	pixels := int64(s.width) * int64(s.height)

	tapes := int64(0)
	if usesTapes(p, threads) {
		tapes = tapeCount * tapeBytes
	}

	return tapes + int64(1+max(threads, 1))*perThread + strip*int64(stripCount(s, p, threads)) + line*min(int64(outputRows(s, whole))*side, int64(s.height)) +
		pixels>>(2*s.log2MinCB)*perBlock + int64(s.ctbsX)*int64(s.ctbsY)*perCTB
}

// factors returns the scaling factors, or nil if all factors are equal. The lists of the
// picture override those of the sequence.
func (p *picture) factors() *scalingFactors {
	if p.scaling != nil && p.pps.scaling != nil {
		return p.pps.scaling.factors()
	}

	return p.scaling
}

// ctb returns the raster address of the CTB at a luma sample.
func (p *picture) ctb(x, y int) int { return y>>p.log2CTB*p.ctbsX + x>>p.log2CTB }

// square returns the index of the square of 4 × 4 at a luma sample in its strip.
func (p *picture) square(x, y int) int { return y&(1<<p.log2CTB-1)>>2*p.stride4 + x>>2 }

// reachable reports whether a CTB is decoded before another one, and belongs to the same
// slice and tile (clause 6.4.1).
func (p *picture) reachable(ctb, from int) bool {
	return p.grid.coded[ctb] < p.grid.coded[from] && p.grid.tile[ctb] == p.grid.tile[from] &&
		p.ctbSlice[ctb].start == p.ctbSlice[from].start
}

// interleaved are the numbers of 0 to 15 with a zero between the bits, for the order of
// blocks in a CTB (clause 6.5.2).
var interleaved = [16]uint8{0x00, 0x01, 0x04, 0x05, 0x10, 0x11, 0x14, 0x15, 0x40, 0x41, 0x44, 0x45, 0x50, 0x51, 0x54, 0x55}

// available reports whether the luma sample (x, y) is decoded before the block that
// starts at (fromX, fromY), in the same slice and tile (clause 6.4.1).
func (p *picture) available(fromX, fromY, x, y int) bool {
	if x < 0 || y < 0 || x >= p.width || y >= p.height {
		return false
	}

	ctb, from := p.ctb(x, y), p.ctb(fromX, fromY)
	if ctb != from {
		return p.reachable(ctb, from)
	}

	order := func(x, y int) uint8 { return interleaved[x>>2&15] | interleaved[y>>2&15]<<1 }
	mask := 1<<p.log2CTB - 1

	return order(x&mask, y&mask) < order(fromX&mask, fromY&mask)
}
