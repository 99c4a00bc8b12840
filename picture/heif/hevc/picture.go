package hevc

// The flags of a minimum transform block of 4 × 4 samples: edges that the deblocking
// filter changes.
const (
	edgeLeft = 1 << iota
	edgeTop
)

// picture is a picture that is being decoded: its parameter sets, what the blocks need to
// know of their neighbors, and its samples.
type picture struct {
	*sps

	pps     *pps
	grid    *grid
	slices  []*slice
	surface surface

	// By CTB in raster scan:
	ctbSlice []int32 // the index of its slice, or notDecoded
	sao      [][3]saoParameters

	// By square of 4 × 4 luma samples:
	stride4 int
	modes   []uint8 // IntraPredModeY
	edges   []uint8

	// By coding block of the smallest size:
	strideCB   int
	depths     []uint8 // CtDepth
	qps        []int8  // QpY
	unfiltered []bool  // lossless blocks, which the loop filters do not change
	anyRaw     bool    // whether one of unfiltered is set

	decoded int // CTBs
}

const notDecoded = -1

// newPicture allocates a picture.
func newPicture(s *sps, p *pps) (*picture, error) {
	order, err := newGrid(s, p)
	if err != nil {
		return nil, err
	}

	made := &picture{sps: s, pps: p, grid: order, stride4: s.width / 4, strideCB: s.width >> s.log2MinCB}

	count := s.ctbsX * s.ctbsY
	made.ctbSlice = make([]int32, count)

	for i := range made.ctbSlice {
		made.ctbSlice[i] = notDecoded
	}

	if s.sao {
		made.sao = make([][3]saoParameters, count)
	}

	count = made.stride4 * (s.height / 4)
	made.modes, made.edges = make([]uint8, count), make([]uint8, count)

	count = made.strideCB * (s.height >> s.log2MinCB)
	made.depths, made.qps, made.unfiltered = make([]uint8, count), make([]int8, count), make([]bool, count)

	made.surface = newSurface(s)

	return made, nil
}

// memory is the number of bytes of a picture and of what its blocks need to know.
func (s *sps) memory() int64 {
	const byteDepth, perCTB = 8, 128 // More than the fields by CTB, here and in the grid.

	samples := int64(0)

	for i := range s.components() {
		x, y := s.shift(i)
		width, height := int64(s.width>>x), int64(s.height>>y)
		samples += width * height

		if i == 0 {
			samples += width * (2 + 1<<s.log2CTB) // The band of the sample adaptive offset.
		}
	}

	if max(s.depth[0], s.depth[1]) > byteDepth {
		samples *= 2
	}

	pixels := int64(s.width) * int64(s.height)

	return samples + pixels/16*2 + pixels>>(2*s.log2MinCB)*3 + int64(s.ctbsX)*int64(s.ctbsY)*perCTB
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

// sliceAt returns the slice of a CTB that is decoded.
func (p *picture) sliceAt(ctb int) *slice { return p.slices[p.ctbSlice[ctb]] }

// reachable reports whether a CTB is decoded, and belongs to the slice and the tile of
// another CTB (clause 6.4.1).
func (p *picture) reachable(ctb, from int) bool {
	return p.ctbSlice[ctb] != notDecoded && p.grid.tile[ctb] == p.grid.tile[from] &&
		p.sliceAt(ctb).start == p.sliceAt(from).start
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
