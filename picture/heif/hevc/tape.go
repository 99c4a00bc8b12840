package hevc

// tape has blocks whose syntax is decoded, and which another goroutine reconstructs. The
// syntax does not depend on samples, so that both goroutines work at the same time.
type tape struct {
	blocks []tapedBlock
	levels []level
	raw    []rawBlock
	whole  int // the number of blocks up to the last complete CTB
}

// tapedBlock is a transform block, the next block of PCM samples, or the end of a CTB.
type tapedBlock struct {
	kind                  uint8
	component, log2, mode uint8
	flags                 uint8
	below, right          uint8  // of neighbors
	columns, rows         uint8  // of the residual
	levels                uint16 // the number of coefficients
	x, y                  uint16
	ctb                   int32
}

// The kinds of entries of a tape.
const (
	tapedTransform = iota
	tapedPCM
	tapedEnd
)

// The flags of a taped block.
const (
	tapedLeft = 1 << iota
	tapedTop
	tapedCorner
	tapedCoded
	tapedBypass
	tapedSkip
	tapedOnly
)

// level is a coefficient that is not zero, after scaling, and its position.
type level struct {
	at    uint16
	value int16
}

// rawBlock is a coding unit of PCM samples.
type rawBlock struct {
	unit codingUnit
	in   bits
}

// The sizes of tapes. A tape is passed on when it is full, and at the end of a row of CTBs.
const (
	tapeCount  = 6
	tapeLevels = 1 << 14
	tapeBlocks = 1 << 13

	// tapeBytes is more than the memory of a tape that is full before its last CTB: 3 × 64
	// × 64 coefficients, and as many samples in blocks of 4 × 4. Slices grow by doubling.
	tapeBytes = 2 * ((tapeLevels+3*64*64)*4 + (tapeBlocks+3*16*16)*24)
)

// tapes are passed between the goroutine that decodes the syntax and the one that
// reconstructs blocks.
type tapes struct {
	full, free chan *tape
	ended      chan struct{} // closed when no tape is taken any more
}

func newTapes() *tapes {
	made := &tapes{full: make(chan *tape, tapeCount), free: make(chan *tape, tapeCount), ended: make(chan struct{})}
	for range tapeCount {
		made.free <- &tape{}
	}

	return made
}

// usesTapes reports whether the syntax is decoded on a goroutine of its own. Where a slice
// can have substreams, these are decoded in parallel instead.
func usesTapes(p *pps, threads int) bool { return threads > 1 && !p.sync && !p.tiles }

// add appends a block.
func (t *tape) add(component, x, y, log2, mode int, n neighbors) *tapedBlock {
	t.blocks = append(t.blocks, tapedBlock{
		component: uint8(component), log2: uint8(log2), mode: uint8(mode), x: uint16(x), y: uint16(y),
		below: uint8(n.below), right: uint8(n.right),
		flags: flagIf(n.left, tapedLeft) | flagIf(n.top, tapedTop) | flagIf(n.corner, tapedCorner),
	})

	return &t.blocks[len(t.blocks)-1]
}

func flagIf(set bool, flag uint8) uint8 {
	if set {
		return flag
	}

	return 0
}

// record decodes the syntax of a block, and appends it to the tape.
func (s *segment) record(component, x, y, log2, mode int, coded bool) {
	before := len(s.tape.levels)
	block := s.tape.add(component, x, y, log2, mode, s.around(component, x, y, log2))

	if !coded || s.err != nil {
		return
	}

	s.residualCoding(component, log2, mode)

	r := &s.residual
	block.flags |= tapedCoded | flagIf(s.unit.bypass, tapedBypass) | flagIf(r.skip, tapedSkip) | flagIf(r.only, tapedOnly)
	block.columns, block.rows, block.levels = uint8(r.columns), uint8(r.rows), uint16(len(s.tape.levels)-before)
}

// recordEnd appends the end of the current CTB.
func (s *segment) recordEnd() error {
	t := s.tape
	t.blocks = append(t.blocks, tapedBlock{kind: tapedEnd, ctb: int32(s.ctb)})
	t.whole = len(t.blocks)

	if len(t.levels) > tapeLevels || len(t.blocks) > tapeBlocks {
		return s.flush()
	}

	return nil
}

// flush passes the tape on, and takes another one.
func (s *segment) flush() error {
	if s.tape == nil || s.tape.whole == 0 {
		return nil
	}

	s.tape.blocks = s.tape.blocks[:s.tape.whole]
	s.tapes.full <- s.tape // There is room for all tapes.

	select {
	case s.tape = <-s.tapes.free:
		return nil
	case <-s.tapes.ended:
		s.tape = &tape{}

		return errStopped
	}
}

// replay reconstructs the blocks of all tapes, and applies the loop filters.
func (p *picture) replay() error {
	defer p.stop()
	defer close(p.tapes.ended)

	s := newSegment(p)

	for t := range p.tapes.full {
		if err := s.replay(t); err != nil {
			return err
		}

		t.blocks, t.levels, t.raw, t.whole = t.blocks[:0], t.levels[:0], t.raw[:0], 0
		p.tapes.free <- t
	}

	return nil
}

// replay reconstructs the blocks of a tape.
func (s *segment) replay(t *tape) error {
	levels, raw := t.levels, t.raw

	for i := range t.blocks {
		switch b := &t.blocks[i]; b.kind {
		case tapedTransform:
			s.replayBlock(b, levels[:b.levels])
			levels = levels[b.levels:]
		case tapedPCM:
			s.unit, s.strip = raw[0].unit, s.picture.strip(raw[0].unit.y>>s.log2CTB)
			s.copySamples(&raw[0].in)
			raw = raw[1:]
		default:
			s.ctb = int(b.ctb)
			row := s.ctb / s.ctbsX
			s.strip, s.below = s.picture.strip(row), nil

			if row+1 < s.ctbsY {
				s.below = s.picture.strip(row + 1)
			}

			s.passLines()
			s.decoded(row)

			if err := s.drain(); err != nil {
				return err
			}
		}
	}

	return nil
}

func (s *segment) replayBlock(b *tapedBlock, levels []level) {
	component, x, y, log2 := int(b.component), int(b.x), int(b.y), int(b.log2)
	_, shiftY := s.shift(component)
	s.strip = s.picture.strip(y << shiftY >> s.log2CTB)

	s.strip.surface.predict(&s.border, s.sps, component, x, y, log2, int(b.mode), neighbors{
		left: b.flags&tapedLeft != 0, top: b.flags&tapedTop != 0, corner: b.flags&tapedCorner != 0,
		below: int(b.below), right: int(b.right),
	})

	if b.flags&tapedCoded == 0 {
		return
	}

	r := &s.residual
	r.columns, r.rows, r.skip, r.only = int(b.columns), int(b.rows), b.flags&tapedSkip != 0, b.flags&tapedOnly != 0
	s.unit.bypass = b.flags&tapedBypass != 0

	for _, level := range levels {
		r.coefficients[level.at&(largestBlock-1)] = int32(level.value)
	}

	s.reconstruct(component, x, y, log2)
}
