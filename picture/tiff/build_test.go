package tiff_test

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/binary"
	"image"
	"math/bits"
	"slices"

	meta "triptych/picture/metadata/tiff"
)

// spec describes a TIFF for a test. Samples have 16 bits, of which the file stores the
// high ones.
type spec struct {
	width, height, bits, samples int
	photometric                  int
	order                        binary.AppendByteOrder
	compression                  int
	predictor                    bool
	separate                     bool
	reversed                     bool
	rows                         int // per strip; 0 means all
	tile                         int // side of a tile; 0 means none
	extra                        []int
	colors                       []uint16 // a color map
	more                         []field
	pixels                       image.Image // instead of the test image
}

// field is an entry. Its values are SHORT unless a type is given.
type field struct {
	tag, kind int
	values    []int
}

// sample returns a sample of the test image, with the bits of a spec.
func (s spec) sample(x, y, c int) uint32 {
	if s.pixels != nil {
		red, green, blue, alpha := s.pixels.At(x, y).RGBA()

		return [...]uint32{red, green, blue, alpha}[c] >> (16 - s.bits)
	}

	value := uint32(x*2311+y*3001+c*17_389+x*y*59) & 0xffff

	return value >> (16 - s.bits)
}

// file writes the TIFF.
func (s spec) file() []byte {
	order := s.order
	if order == nil {
		order = binary.LittleEndian
	}

	mark := "II"
	if order.AppendUint16(nil, 1)[0] == 0 {
		mark = "MM"
	}

	made := append([]byte(mark), order.AppendUint16(nil, 42)...)
	made = append(made, 0, 0, 0, 0)

	width, height := s.width, s.height
	if s.rows > 0 {
		height = s.rows
	}

	if s.tile > 0 {
		width, height = s.tile, s.tile
	}

	planes, each := 1, s.samples
	if s.separate {
		planes, each = s.samples, 1
	}

	var offsets, counts []int

	for plane := range planes {
		for top := 0; top < s.height; top += height {
			for left := 0; left < s.width; left += width {
				rows := height
				if s.tile == 0 {
					rows = min(height, s.height-top)
				}

				block := s.pack(s.block(order, left, top, width, rows, plane, each))

				offsets, counts = append(offsets, len(made)), append(counts, len(block))
				made = append(made, block...)
			}
		}
	}

	compression := max(s.compression, 1)
	if s.compression == oldLZW {
		compression = meta.LZW
	}

	fields := []field{
		{256, 4, []int{s.width}},
		{257, 3, []int{s.height}},
		{258, 3, slices.Repeat([]int{s.bits}, s.samples)},
		{259, 3, []int{compression}},
		{262, 3, []int{s.photometric}},
		{277, 3, []int{s.samples}},
	}

	if s.tile > 0 {
		fields = append(fields, field{322, 3, []int{s.tile}}, field{323, 3, []int{s.tile}}, field{324, 4, offsets}, field{325, 4, counts})
	} else {
		fields = append(fields, field{273, 4, offsets}, field{278, 3, []int{height}}, field{279, 4, counts})
	}

	if s.predictor {
		fields = append(fields, field{317, 3, []int{2}})
	}

	if s.separate {
		fields = append(fields, field{284, 3, []int{2}})
	}

	if s.reversed {
		fields = append(fields, field{266, 3, []int{2}})
	}

	if s.extra != nil {
		fields = append(fields, field{338, 3, s.extra})
	}

	if s.colors != nil {
		values := make([]int, len(s.colors))
		for i, value := range s.colors {
			values[i] = int(value)
		}

		fields = append(fields, field{320, 3, values})
	}

	return directory(made, order, append(fields, s.more...))
}

// directory appends a directory, and points to it. A later field replaces an earlier one
// with the same tag.
func directory(made []byte, order binary.AppendByteOrder, fields []field) []byte {
	byTag := map[int]field{}
	for _, one := range fields {
		byTag[one.tag] = one
	}

	tags := []int{}

	for tag, one := range byTag {
		if one.values != nil {
			tags = append(tags, tag)
		}
	}

	slices.Sort(tags)

	if len(made)%2 == 1 {
		made = append(made, 0)
	}

	var entries []byte

	for _, tag := range tags {
		one := byTag[tag]
		data := []byte{}

		for _, value := range one.values {
			switch one.kind {
			case 1, 6:
				data = append(data, byte(value))
			case 3, 8:
				data = order.AppendUint16(data, uint16(value))
			default:
				data = order.AppendUint32(data, uint32(value))
			}
		}

		if len(data) > 4 {
			at := len(made)
			made = append(made, data...)
			made = append(made, make([]byte, len(made)%2)...)
			data = order.AppendUint32(nil, uint32(at))
		}

		entries = order.AppendUint16(entries, uint16(tag))
		entries = order.AppendUint16(entries, uint16(one.kind))
		entries = order.AppendUint32(entries, uint32(len(one.values)))
		entries = append(entries, append(data, 0, 0, 0, 0)[:4]...)
	}

	copy(made[4:], order.AppendUint32(nil, uint32(len(made))))
	made = order.AppendUint16(made, uint16(len(tags)))

	return append(append(made, entries...), 0, 0, 0, 0)
}

// block returns the samples of a block, packed and predicted.
func (s spec) block(order binary.AppendByteOrder, left, top, width, rows, plane, each int) []byte {
	var made []byte

	for y := top; y < top+rows; y++ {
		var (
			held  uint32
			count int
		)

		row := make([]uint32, 0, width*each)

		for x := left; x < left+width; x++ {
			for c := range each {
				row = append(row, s.sample(x, y, plane+c))
			}
		}

		if s.predictor {
			for i := len(row) - 1; i >= each; i-- {
				row[i] = (row[i] - row[i-each]) & (1<<s.bits - 1)
			}
		}

		for _, value := range row {
			if s.bits == 16 {
				made = order.AppendUint16(made, uint16(value))

				continue
			}

			held, count = held<<s.bits|value, count+s.bits
			for count >= 8 {
				count -= 8
				made = append(made, byte(held>>count))
			}
		}

		if count > 0 {
			made = append(made, byte(held<<(8-count)))
		}
	}

	return made
}

// pack compresses a block.
func (s spec) pack(data []byte) []byte {
	var packed bytes.Buffer

	switch s.compression {
	case meta.Deflate, meta.OldDeflate:
		to := zlib.NewWriter(&packed)
		to.Write(data)
		to.Close()
	case meta.LZW:
		packed.Write(packLZW(data))
	case oldLZW:
		to := lzw.NewWriter(&packed, lzw.LSB, 8)
		to.Write(data)
		to.Close()
	case meta.PackBits:
		packed.Write(packRuns(data))
	default:
		packed.Write(data)
	}

	made := packed.Bytes()

	if s.reversed {
		for i := range made {
			made[i] = bits.Reverse8(made[i])
		}
	}

	return made
}

// oldLZW is not a compression code of TIFF. The writer uses it for LZW with the lowest
// bit first.
const oldLZW = -5

// packRuns packs by PackBits.
func packRuns(data []byte) []byte {
	var made []byte

	for len(data) > 0 {
		run := 1
		for run < len(data) && run < 128 && data[run] == data[0] {
			run++
		}

		if run > 1 {
			made = append(made, byte(1-run), data[0])
			data = data[run:]

			continue
		}

		literal := 1
		for literal < len(data) && literal < 128 && data[literal] != data[literal-1] {
			literal++
		}

		made = append(append(made, byte(literal-1)), data[:literal]...)
		made = append(made, 0x80) // which means nothing
		data = data[literal:]
	}

	return made
}

// packLZW packs by the description in TIFF 6.0, section 13.
func packLZW(data []byte) []byte {
	var (
		made  []byte
		held  uint64
		count int
	)

	width := 9
	put := func(code int) {
		held, count = held<<width|uint64(code), count+width
		for count >= 8 {
			count -= 8
			made = append(made, byte(held>>count))
		}
	}

	table, next, text := map[string]int{}, 258, ""
	code := func(of string) int {
		if len(of) == 1 {
			return int(of[0])
		}

		return table[of]
	}

	put(256)

	for _, value := range data {
		longer := text + string([]byte{value})
		if _, known := table[longer]; known || len(longer) == 1 {
			text = longer

			continue
		}

		put(code(text))

		table[longer] = next
		next++
		text = string([]byte{value})

		switch next {
		case 512, 1024, 2048:
			width++
		case 4095:
			put(256)

			table, next, width = map[string]int{}, 258, 9
		}
	}

	if text != "" {
		put(code(text))

		next++

		if next == 512 || next == 1024 || next == 2048 {
			width++
		}
	}

	put(257)

	if count > 0 {
		made = append(made, byte(held<<(8-count)))
	}

	return made
}
