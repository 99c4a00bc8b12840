package decoder

import "triptych/picture/webp/vp8l"

// stream reads what precedes the pixels of an entropy-coded image (3.7.3): the size of the color
// cache, the meta prefix codes of the main image, and the prefix codes.
func (h *header) stream(width, height int, isMain bool) (*stream, error) {
	const mostCacheBits = 11

	s := &stream{reader: h.reader, width: width, total: width * height}

	if h.flag() {
		s.cacheBits = h.bits(4)
		if s.cacheBits < 1 || s.cacheBits > mostCacheBits {
			return nil, corrupt("a color cache of %d bits", s.cacheBits)
		}

		s.cache = make([]uint32, 1<<s.cacheBits)
	}

	used := []bool{true}

	if isMain && h.flag() {
		var err error
		if used, err = h.readBlocks(s, width, height); err != nil {
			return nil, err
		}
	}

	s.setWindow()

	return s, h.readGroups(s, used)
}

// readBlocks reads the entropy image (3.7.2.2). It returns for each group whether a block has it.
func (h *header) readBlocks(s *stream, width, height int) ([]bool, error) {
	s.groupBits = h.bits(3) + 2
	s.across = blocksOf(width, s.groupBits)
	down := blocksOf(height, s.groupBits)

	if err := h.take(2 * int64(s.across) * int64(down)); err != nil {
		return nil, err
	}

	s.blocks = make([]uint16, 0, s.across*down)
	most := uint16(0)

	err := h.image(s.across, down, func(row []uint32) {
		for _, pixel := range row {
			number := uint16(pixel >> 8)
			most = max(most, number)
			s.blocks = append(s.blocks, number)
		}
	})
	if err != nil {
		return nil, err
	}

	used := make([]bool, int(most)+1)
	for _, number := range s.blocks {
		used[number] = true
	}

	return used, nil
}

// readGroups reads the prefix codes. Those of groups that no block has are only checked.
func (h *header) readGroups(s *stream, used []bool) error {
	alphabets := [codesPerGroup]int{
		vp8l.Literals + vp8l.LengthCodes + len(s.cache), vp8l.Literals, vp8l.Literals, vp8l.Literals, vp8l.DistanceCodes,
	}

	if err := h.take(int64(len(used)) * groupBytes); err != nil {
		return err
	}

	s.groups = make([]group, len(used))

	for i := range s.groups {
		for k, alphabet := range alphabets {
			made, err := h.codes.read(alphabet, used[i])
			if err != nil {
				return err
			}

			s.groups[i].codes[k] = made
		}

		if used[i] {
			s.groups[i].setFixed()
		}
	}

	return nil
}

const groupBytes = codesPerGroup*32 + 8

// image decodes a whole entropy-coded image that is a part of the header, and passes its rows to
// take.
func (h *header) image(width, height int, take func(row []uint32)) error {
	before := h.codes.left

	s, err := h.stream(width, height, false)
	if err != nil {
		return err
	}

	if err := h.take(int64(s.size) * pixelBytes); err != nil {
		return err
	}

	s.window = make([]uint32, 0, s.size)

	for range height {
		row, err := s.row()
		if err != nil {
			return err
		}

		take(row)
	}

	h.codes.left = before // The window and the codes are free again.

	return s.end()
}

// blocksOf returns the number of blocks that cover a side.
func blocksOf(side, bits int) int { return (side + 1<<bits - 1) >> bits }
