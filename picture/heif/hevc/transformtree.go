package hevc

// transformNode is a node of the transform tree (clause 7.3.8.8). blue and red are the
// flags cbf_cb and cbf_cr: bit 0 for a block, and bit 1 for the lower block of 4:2:2. At
// first they are those of the parent.
type transformNode struct {
	x, y, baseX, baseY int
	log2, depth, index int
	blue, red          int
}

// transformTree decodes transform_tree.
func (s *segment) transformTree(n transformNode) {
	split := s.splitTransform(&n)

	if n.log2 > 2 && s.chroma != Gray || s.chroma == Chroma444 {
		two := s.chroma == Chroma422 && (!split || n.log2 == 3)
		n.blue = s.chromaFlags(n.blue, n.depth, two)
		n.red = s.chromaFlags(n.red, n.depth, two)
	} else if s.chroma == Gray {
		n.blue, n.red = 0, 0
	}

	if !split {
		s.transformUnit(&n)

		return
	}

	half := 1 << (n.log2 - 1)

	for i := range 4 {
		s.transformTree(transformNode{
			x: n.x + i&1*half, y: n.y + i>>1*half, baseX: n.x, baseY: n.y,
			log2: n.log2 - 1, depth: n.depth + 1, index: i, blue: n.blue, red: n.red,
		})
	}
}

// splitTransform decodes or infers split_transform_flag.
func (s *segment) splitTransform(n *transformNode) bool {
	forced := s.unit.split && n.depth == 0
	most := s.transformDepth

	if s.unit.split {
		most++
	}

	if n.log2 <= s.log2MaxTB && n.log2 > s.log2MinTB && n.depth < most && !forced {
		return s.flag(ctxSplitTransform + 5 - n.log2)
	}

	return n.log2 > s.log2MaxTB || forced
}

// chromaFlags decodes cbf_cb or cbf_cr, if the parent has coefficients.
func (s *segment) chromaFlags(parent, depth int, two bool) int {
	if parent == 0 {
		return 0
	}

	flags := int(s.decision(ctxCBFChroma + depth))
	if two {
		flags |= int(s.decision(ctxCBFChroma+depth)) << 1
	}

	return flags
}

// transformUnit decodes cbf_luma and transform_unit (clause 7.3.8.10), and reconstructs
// its blocks. Each block is predicted from the blocks before it.
func (s *segment) transformUnit(n *transformNode) {
	context := ctxCBFLuma
	if n.depth == 0 {
		context++
	}

	luma := s.flag(context)

	if (luma || n.blue|n.red != 0) && s.pps.deltaQP && !s.coded {
		s.deltaQP()
	}

	s.markEdges(n.x, n.y, n.log2)
	s.block(0, n.x, n.y, n.log2, int(s.strip.modes[s.square(n.x, n.y)]), luma)

	switch {
	case s.chroma == Gray:
	case s.chroma == Chroma444:
		s.chromaBlocks(n.x, n.y, n.log2, n)
	case n.log2 > 2:
		s.chromaBlocks(n.x, n.y, n.log2-1, n)
	case n.index == 3:
		s.chromaBlocks(n.baseX, n.baseY, 2, n)
	}
}

// chromaBlocks decodes the chroma blocks at a luma position.
func (s *segment) chromaBlocks(x, y, log2 int, n *transformNode) {
	shiftX, shiftY := s.shift(1)
	u := &s.unit
	part := 0

	if s.chroma == Chroma444 && u.split {
		half := u.log2 - 1
		part = (x-u.x)>>half&1 | (y-u.y)>>half&1<<1
	}

	count := 1
	if s.chroma == Chroma422 {
		count = 2
	}

	for c, flags := range [...]int{1: n.blue, 2: n.red} {
		if c == 0 {
			continue
		}

		for i := range count {
			s.block(c, x>>shiftX, y>>shiftY+i<<log2, log2, u.chroma[part], flags>>i&1 == 1)
		}
	}
}

// block predicts a block of a component, and adds its residual. The position is in
// samples of the component.
func (s *segment) block(component, x, y, log2, mode int, coded bool) {
	if s.tape != nil {
		s.record(component, x, y, log2, mode, coded)

		return
	}

	s.strip.surface.predict(&s.border, s.sps, component, x, y, log2, mode, s.around(component, x, y, log2))

	if coded && s.err == nil {
		s.residualCoding(component, log2, mode)
		s.reconstruct(component, x, y, log2)
	}
}

// around finds out which neighbors of a block are available (clause 8.4.4.2.2). Neighbors
// on one side are all available, or all not, but for the border of the picture.
func (s *segment) around(component, x, y, log2 int) (n neighbors) {
	shiftX, shiftY := s.shift(component)
	size, mask := 1<<log2, 1<<s.log2CTB-1
	x, y = x<<shiftX, y<<shiftY
	toRight, below := x+size<<shiftX, y+size<<shiftY

	n.left = x&mask > 0 || s.left
	n.top = y&mask > 0 || s.top

	switch {
	case x&mask > 0:
		n.corner = n.top
	case y&mask > 0:
		n.corner = n.left
	default:
		n.corner = s.available(x, y, x-1, y-1)
	}

	if n.left && s.available(x, y, x-1, below) {
		n.below = min(size, (s.height-below)>>shiftY)
	}

	if s.available(x, y, toRight, y-1) {
		n.right = min(size, (s.width-toRight)>>shiftX)
	}

	return n
}
