// Package decoder decodes the key frames of VP8 (RFC 6386; section numbers in this package
// refer to it) that a lossy WebP contains. The samples are those that libwebp and
// golang.org/x/image/vp8 decode, bit by bit, and it rejects the frames that libwebp rejects.
//
// # Memory
//
// Rows are passed to a sink as soon as the loop filter is done with them. The decoder holds
// the macroblocks of one row, a few rows above them that the filter still changes, and the rows
// that the sink needs again. A frame of 16,383 × 16,383 pixels takes about a megabyte.
package decoder

import (
	"context"
	"fmt"
	"image"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

// decoder is the state of a frame while it is decoded.
type decoder struct {
	*frame

	sink    planes.Sink // nil if the frame is only checked
	picture *planes.Image
	rolls   [3]planes.Roll
	windows [3]planes.Window
	widened [3]int // rows that have their final samples
	raw     bool   // the samples keep the range of the bitstream

	macroblock macroblock
	residual   residual
	canvas     canvas
	edge       edge
	filters    []filtered

	modesAbove    []subblockModes
	contextsAbove []contexts
}

// Decode decodes a frame and passes its rows to the sink: YCbCr in 4:2:0, with the range of
// JFIF. The failures are Truncated and Corrupt. The sink may have received rows before. When
// ctx is done, Decode returns an error that wraps the error of ctx.
func Decode(ctx context.Context, data []byte, sink planes.Sink) error {
	d, err := newDecoder(data)
	if err != nil {
		return err
	}

	d.begin(sink)

	return d.run(ctx)
}

// Check reads a frame without making its samples. It fails if Decode does.
func Check(ctx context.Context, data []byte) error {
	d, err := newDecoder(data)
	if err != nil {
		return err
	}

	return d.run(ctx)
}

// Memory returns the bytes that the decoder holds, without the rows that the sink needs.
func (h Header) Memory() int64 {
	const bytesPerMacroblock, rows = 1024, 4

	wide, _ := h.macroblocks()

	return int64(wide) * bytesPerMacroblock * rows
}

func newDecoder(data []byte) (*decoder, error) {
	f, err := readFrame(data)
	if err != nil {
		return nil, err
	}

	return &decoder{frame: f, modesAbove: make([]subblockModes, f.wide), contextsAbove: make([]contexts, f.wide)}, nil
}

// begin makes room for rows, and calls Begin of the sink.
func (d *decoder) begin(sink planes.Sink) {
	d.sink, d.edge, d.filters = sink, newEdge(d.wide), make([]filtered, d.wide)

	chroma := image.Pt((d.Width+1)/2, (d.Height+1)/2)
	d.picture = &planes.Image{Model: planes.YCbCr, Width: d.Width, Height: d.Height, Planes: []planes.Plane{
		{Width: d.Width, Height: d.Height}, {Width: chroma.X, Height: chroma.Y}, {Width: chroma.X, Height: chroma.Y},
	}}

	for i, side := range sides {
		d.rolls[i] = planes.NewRoll(d.wide*side, d.high*side, 2*side)
	}

	sink.Begin(planes.Shape{Image: d.picture, Region: image.Rect(0, 0, d.Width, d.Height)})
}

// sides are the sides of a macroblock in its planes.
var sides = [3]int{vp8.MacroblockSide, vp8.ChromaSide, vp8.ChromaSide}

// run decodes all macroblocks.
func (d *decoder) run(ctx context.Context) error {
	for y := range d.high {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("decode a VP8 frame: %w", err)
		}

		if err := d.row(y); err != nil {
			return err
		}
	}

	return nil
}

// row decodes a row of macroblocks.
func (d *decoder) row(y int) error {
	var (
		tokens       = &d.tokens[y&(len(d.tokens)-1)]
		modesLeft    subblockModes
		contextsLeft contexts
		at           [3]int
	)

	if d.sink != nil {
		at = d.reserve(y)
		d.canvas.startRow(y == 0)
	}

	for x := range d.wide {
		m := &d.macroblock
		d.readMacroblock(m, &d.modesAbove[x], &modesLeft)

		coded := false

		if m.skipped {
			skip(m, &d.contextsAbove[x], &contextsLeft)
		} else {
			coded = d.residual.read(d.frame, m, tokens, &d.contextsAbove[x], &contextsLeft)
		}

		if d.modes.bad {
			return d.modes.err(x, y)
		}

		if tokens.bad {
			return tokens.err(x, y)
		}

		if d.sink == nil {
			if coded {
				d.residual.clear()
			}

			continue
		}

		d.reconstruct(x, y, coded)

		for i, place := range [...]int{lumaAt, uAt, vAt} {
			d.canvas.store(d.rolls[i].Pix[at[i]+x*sides[i]:], d.rolls[i].Stride, place, sides[i])
		}

		by := m.luma == vp8.BySubblocks
		d.filters[x] = filtered{limits: &d.limits[m.segment][bit(by)], inner: by || coded}
	}

	if d.sink != nil {
		d.filterRow(y, &at)
		d.deliver(y)
	}

	return nil
}

// reconstruct makes the samples of macroblock x of row y (RFC 6386, 12 and 14).
func (d *decoder) reconstruct(x, y int, coded bool) {
	c, m, r := &d.canvas, &d.macroblock, &d.residual

	if x > 0 {
		c.next()
	}

	c.setAbove(d.edge, x, y == 0, x == d.wide-1)

	if m.luma == vp8.BySubblocks {
		for i, mode := range m.subblocks {
			at := lumaAt + i>>2*pitch*vp8.BlockSide + i&3*vp8.BlockSide
			c.predictSubblock(mode, at)

			if coded {
				c.addBlock(at, r, i)
			}
		}
	} else {
		c.predict(m.luma, lumaAt, vp8.MacroblockSide, y > 0, x > 0)

		if coded {
			for i := 0; i < vp8.LumaBlocks; i += 2 {
				c.addPair(lumaAt+i>>2*pitch*vp8.BlockSide+i&3*vp8.BlockSide, r, i)
			}
		}
	}

	c.predict(m.chroma, uAt, vp8.ChromaSide, y > 0, x > 0)
	c.predict(m.chroma, vAt, vp8.ChromaSide, y > 0, x > 0)

	if coded {
		c.addChroma(uAt, r, firstU)
		c.addChroma(vAt, r, firstV)
	}

	c.keep(d.edge, x)
}
