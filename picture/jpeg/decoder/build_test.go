package decoder

import (
	"bytes"
	"image"
	"math/rand/v2"

	"triptych/picture/jpeg/t81"
)

// drawing is an image in the form of DCT coefficients. Tests write it as JPEG files with
// different codings.
type drawing struct {
	width, height int
	components    []drawn
	across, down  int // the largest sampling factors
}

type drawn struct {
	Sampling

	id       byte
	table    [t81.BlockSize]uint16
	size     image.Point // in blocks, rounded up to whole MCUs
	shown    image.Point // in blocks; only blocks that contain samples of the image
	blocks   []zigzagBlock
	previous int // the DC coefficient of the previous block, while the file is written
}

type zigzagBlock [t81.BlockSize]int

// randomDrawing returns a drawing with coefficients like those of photos: at high
// frequencies, more coefficients are zero and the others are smaller. density is about the
// share of coefficients at the lowest frequencies that are not zero, from 0 to 1.
func randomDrawing(random *rand.Rand, width, height int, density float64, factors ...Sampling) *drawing {
	d := &drawing{width: width, height: height}

	if len(factors) == 1 {
		factors = []Sampling{{1, 1}}
	}

	d.across, d.down = largest(factors)
	mcus := image.Pt(ceil(width, 8*d.across), ceil(height, 8*d.down))

	for i, f := range factors {
		c := drawn{Sampling: f, id: byte(i + 1), size: image.Pt(mcus.X*f.Across, mcus.Y*f.Down)}
		c.shown = image.Pt(ceil(ceil(width*f.Across, d.across), 8), ceil(ceil(height*f.Down, d.down), 8))

		for k := range c.table {
			c.table[k] = uint16(1 + random.IntN(20))
		}

		c.blocks = make([]zigzagBlock, c.size.X*c.size.Y)
		for i := range c.blocks {
			c.blocks[i] = randomBlock(random, density)
		}

		d.components = append(d.components, c)
	}

	return d
}

func randomBlock(random *rand.Rand, density float64) (block zigzagBlock) {
	block[0] = random.IntN(200) - 100

	for k := 1; k < len(block); k++ {
		if random.Float64() < density*(1-float64(k)/80) {
			block[k] = random.IntN(1+400/k) - 200/k
		}
	}

	return block
}

// part is a scan to write.
type part struct {
	components []int
	from, to   int
	high, low  int
}

// coding describes how a file is written.
type coding struct {
	marker   byte // the marker of the frame
	parts    []part
	interval int
	adobe    int // the color transform in the Adobe segment; -1 for no such segment
	jfif     bool
}

var (
	sequential = coding{marker: t81.SOF0, parts: []part{{components: []int{0, 1, 2}, to: 63}}, adobe: -1}
	separate   = coding{marker: t81.SOF1, adobe: -1, parts: []part{
		{components: []int{1}, to: 63}, {components: []int{0}, to: 63}, {components: []int{2}, to: 63},
	}}
	// progressive has the scans that libjpeg writes.
	progressive = coding{marker: t81.SOF2, adobe: -1, parts: []part{
		{components: []int{0, 1, 2}, low: 1},
		{components: []int{0}, from: 1, to: 5, low: 2},
		{components: []int{2}, from: 1, to: 63, low: 1},
		{components: []int{1}, from: 1, to: 63, low: 1},
		{components: []int{0}, from: 6, to: 63, low: 2},
		{components: []int{0}, from: 1, to: 63, high: 2, low: 1},
		{components: []int{0, 1, 2}, high: 1},
		{components: []int{2}, from: 1, to: 63, high: 1},
		{components: []int{1}, from: 1, to: 63, high: 1},
		{components: []int{0}, from: 1, to: 63, high: 1},
	}}
)

// of returns a copy of the coding c for this number of components and this restart interval
// in MCUs.
func (c coding) of(components, interval int) coding {
	c.interval = interval
	parts := c.parts
	c.parts = nil

	for _, p := range parts {
		var kept []int

		for i := range components {
			if i < 3 && bytes.IndexByte(indices(p.components), byte(i)) >= 0 || i == 3 && len(p.components) == 3 && len(parts) != 3 {
				kept = append(kept, i)
			}
		}

		if p.components = kept; len(kept) > 0 {
			c.parts = append(c.parts, p)
		}

		// The fourth component is coded like the second.
		if components == 4 && len(kept) == 1 && kept[0] == 1 {
			p.components = []int{3}
			c.parts = append(c.parts, p)
		}
	}

	return c
}

func indices(list []int) (out []byte) {
	for _, i := range list {
		out = append(out, byte(i))
	}

	return out
}
