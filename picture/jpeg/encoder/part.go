package encoder

import (
	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
)

// part is a number of rows of MCUs. One goroutine transforms them and turns them into
// tokens.
type part struct {
	frame       *frame
	top, bottom int // rows of MCUs: [top, bottom)

	tokens tape
	counts counts // of all symbols in tokens, or in dropped tokens
	// writer writes the tokens of the part, if each part has its own goroutine for that.
	writer writer
	// dropped is set if there are too many tokens to keep. Then the tokens are made
	// again, row by row, when they are written.
	dropped bool

	// The current row: the blocks of each component. There are as many rows of blocks as
	// an MCU has, each filled up to an even number.
	blocks [][][t81.BlockSize]int16
	masks  [][]uint64
	// The value of the last DC coefficient of each component (T.81, F.1.1.5.1).
	predictions [planesAtMost]int32
	window      planes.Plane // a row of blocks, with the edge of the image repeated
}

const (
	planesAtMost = 3

	// tokensKept limits the memory of a part to 32 MiB of tokens, which is enough for
	// photos of 10 megapixels. Beyond that, more time is better than more memory.
	tokensKept = 8 << 20

	// mcuRowsAtLeast prevents parts that are so small that starting them costs more time
	// than they save.
	mcuRowsAtLeast = 4
)

// parts divides the rows of MCUs among threads.
func (f *frame) parts(threads int) []*part {
	count := min(max(threads, 1), max(f.mcusHigh/mcuRowsAtLeast, 1))
	parts := make([]*part, count)

	for i := range parts {
		p := &part{frame: f, top: f.mcusHigh * i / count, bottom: f.mcusHigh * (i + 1) / count}

		for _, c := range f.components {
			inRow := even(f.mcusWide * c.h)
			p.blocks = append(p.blocks, make([][t81.BlockSize]int16, inRow*c.v))
			p.masks = append(p.masks, make([]uint64, inRow*c.v))
		}

		p.window = planes.New(even(f.mcusWide*f.components[0].h)*t81.BlockSide, t81.BlockSide)
		parts[i] = p
	}

	return parts
}

func release(parts []*part) {
	for _, p := range parts {
		p.tokens.release()
	}
}

// even rounds up to an even number, because blocks are transformed in pairs.
func even(blocks int) int { return (blocks + atOnce - 1) / atOnce * atOnce }

// tokenize makes the tokens of the part and counts their symbols.
func (p *part) tokenize() {
	p.begin()

	for row := p.top; row < p.bottom; row++ {
		p.tokenizeRow(row)

		if p.dropped = p.dropped || p.tokens.count() > p.frame.keeps; p.dropped {
			p.tokens.each(p.counts.add)
			p.tokens.empty()
		}
	}

	p.tokens.each(p.counts.add)
}

// begin computes the predictions for the first row of the part from the row above.
func (p *part) begin() {
	p.predictions = [planesAtMost]int32{}

	if p.top > 0 {
		p.tokenizeRow(p.top - 1)
		p.tokens.empty()
	}
}

// tokenizeRow appends the tokens of a row of MCUs.
func (p *part) tokenizeRow(row int) {
	f := p.frame
	perMCU := 0

	for i := range f.components {
		c := &f.components[i]
		perMCU += c.h * c.v

		for y := range c.v {
			p.transform(i, y, row*c.v+y)
		}
	}

	tokens := p.tokens.room(f.mcusWide * perMCU * t81.BlockSize)

	for mcu := range f.mcusWide {
		for i := range f.components {
			c := &f.components[i]
			inRow := len(p.masks[i]) / c.v

			for y := range c.v {
				exists := row*c.v+y < c.blocksHigh

				for x := mcu * c.h; x < (mcu+1)*c.h; x++ {
					if !exists || x >= c.blocksWide {
						tokens = appendEmpty(tokens, c.destination)

						continue
					}

					at := y*inRow + x
					tokens = appendBlock(tokens, &p.blocks[i][at], p.masks[i][at], c.destination, &p.predictions[i])
				}
			}
		}
	}

	p.tokens.last = tokens
}

// transform fills row y of the blocks of component i with the row of blocks `from` of the
// component, if that row exists.
func (p *part) transform(i, y, from int) {
	c := &p.frame.components[i]
	if from >= c.blocksHigh {
		return
	}

	inRow := len(p.masks[i]) / c.v
	begin, end := y*inRow, (y+1)*inRow
	p.frame.transform(i, from, p.window, p.blocks[i][begin:end], p.masks[i][begin:end])
}
