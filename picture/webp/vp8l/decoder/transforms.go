package decoder

import (
	"slices"

	"triptych/picture/webp/vp8l"
)

// The transforms (4).
const (
	predictor     = 0
	crossColor    = 1
	subtractGreen = 2
	transformsEnd = 4
)

// transform is a transform and its data.
type transform struct {
	kind   int
	bits   int      // the size of its blocks, or the bits of an index
	across int      // blocks in a row
	modes  []uint8  // of a predictor
	colors []uint32 // of blocks, or the table of colors
	width  int      // pixels of a row after the inverse transform
	above  []uint32 // the row above, for a predictor, and the first pixel of the row
}

// readTransforms reads the transforms, and returns the width of the coded image.
func (d *Decoder) readTransforms(h *header) (int, error) {
	width := d.Width

	var seen [transformsEnd]bool

	for h.flag() {
		kind := h.bits(2)
		if seen[kind] {
			return 0, corrupt("transform %d occurs twice", kind)
		}

		seen[kind] = true
		t := transform{kind: kind, width: width}

		var err error

		switch kind {
		case predictor:
			err = h.readPredictor(&t, d.Height)
		case crossColor:
			err = h.readCrossColor(&t, d.Height)
		case vp8l.ColorIndexing:
			err = h.readColors(&t)
			width = blocksOf(width, t.bits)
		}

		if err != nil {
			return 0, err
		}

		d.transforms = append(d.transforms, t)

		if h.over() {
			return 0, truncated("transforms")
		}
	}

	return width, nil
}

// readPredictor reads the modes of the blocks (4.1).
func (h *header) readPredictor(t *transform, height int) error {
	t.bits = h.bits(3) + 2
	t.across = blocksOf(t.width, t.bits)
	down := blocksOf(height, t.bits)

	if err := h.take(int64(t.across)*int64(down) + int64(t.width+1)*pixelBytes); err != nil {
		return err
	}

	t.modes = make([]uint8, 0, t.across*down)
	t.above = make([]uint32, t.width+1)

	return h.image(t.across, down, func(row []uint32) {
		for _, pixel := range row {
			t.modes = append(t.modes, uint8(pixel>>8&15))
		}
	})
}

// readCrossColor reads the multipliers of the blocks (4.2).
func (h *header) readCrossColor(t *transform, height int) error {
	t.bits = h.bits(3) + 2
	t.across = blocksOf(t.width, t.bits)
	down := blocksOf(height, t.bits)

	if err := h.take(int64(t.across) * int64(down) * pixelBytes); err != nil {
		return err
	}

	t.colors = make([]uint32, 0, t.across*down)

	return h.image(t.across, down, func(row []uint32) { t.colors = append(t.colors, row...) })
}

// readColors reads the table of colors (4.4). Each is stored as the difference from the one
// before. Indices beyond the table mean transparent black.
func (h *header) readColors(t *transform) error {
	count := h.bits(8) + 1

	indexBits := vp8l.BundleBits(count)
	for 8>>t.bits > indexBits {
		t.bits++
	}

	t.colors = make([]uint32, 1<<indexBits)

	return h.image(count, 1, func(row []uint32) {
		color := uint32(0)
		for i, difference := range row {
			color = add(color, difference)
			t.colors[i] = color
		}
	})
}

// add adds the bytes of two pixels.
func add(a, b uint32) uint32 {
	const odd, even = 0xff00ff00, 0x00ff00ff

	return (a&odd+b&odd)&odd | (a&even+b&even)&even
}

// invert inverts the transform of row y, in place or into buffer, which holds the row.
func (t *transform) invert(row, buffer []uint32, y int) []uint32 {
	switch t.kind {
	case predictor:
		t.predict(row, y)
	case crossColor:
		t.addColors(row, y)
	case subtractGreen:
		if vectorized {
			addGreenKernel(row)
		} else {
			addGreen(row)
		}
	default:
		return t.expand(row, buffer[:t.width])
	}

	return row
}

// addGreen adds green to red and blue (4.3).
func addGreen(row []uint32) {
	for i, pixel := range row {
		green := pixel >> 8 & 255
		row[i] = add(pixel, green<<16|green)
	}
}

// addColors adds the shares of green and red (4.2).
func (t *transform) addColors(row []uint32, y int) {
	multipliers := t.colors[y>>t.bits*t.across:]

	for x := 0; x < len(row); x += 1 << t.bits {
		block := row[x:min(x+1<<t.bits, len(row))]

		if vectorized {
			addColorsKernel(block, multipliers[x>>t.bits])
		} else {
			addColors(block, multipliers[x>>t.bits])
		}
	}
}

// addColors does the same with the multipliers of a block.
func addColors(block []uint32, multipliers uint32) {
	greenToRed, greenToBlue, redToBlue := int32(int8(multipliers)), int32(int8(multipliers>>8)), int32(int8(multipliers>>16))

	for i, pixel := range block {
		green := int32(int8(pixel >> 8))
		red := int32(pixel>>16) + greenToRed*green>>5
		blue := int32(pixel) + greenToBlue*green>>5
		blue += redToBlue * int32(int8(red)) >> 5
		block[i] = pixel&0xff00ff00 | uint32(red)&255<<16 | uint32(blue)&255
	}
}

// expand replaces indices by colors (4.4). A pixel has several indices if t.bits is not 0. row
// is the start of to, so the last pixel is the first.
func (t *transform) expand(row, to []uint32) []uint32 {
	colors := t.colors

	if t.bits == 0 {
		for i, pixel := range row {
			to[i] = colors[pixel>>8&255]
		}

		return to
	}

	each := 1 << t.bits          // pixels in a bundle
	width := 8 >> t.bits         // bits of an index
	mask := uint32(1)<<width - 1 // of an index

	for i, pixel := range slices.Backward(row) {
		bundle := pixel >> 8 & 255
		first := i * each

		for k := min(each, len(to)-first) - 1; k >= 0; k-- {
			to[first+k] = colors[bundle>>(k*width)&mask]
		}
	}

	return to
}
