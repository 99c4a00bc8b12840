package webp

import (
	"context"
	"fmt"

	"triptych/picture/colormodel"
	"triptych/picture/deinterleave"
	"triptych/picture/planes"
	lossy "triptych/picture/webp/vp8/decoder"
	lossless "triptych/picture/webp/vp8l/decoder"
)

// DecodeOptions sets the limit and the output of a decoder.
type DecodeOptions struct {
	// MaxBytes limits the memory of the decoder, without the rows that the sink needs. A
	// lossy image takes about 4 KiB for each column of macroblocks. VP8L, for an image or
	// its alpha, takes at most 6 MiB, the images of its transforms and its prefix codes.
	MaxBytes int64
	// Premultiplied multiplies the colors by alpha ÷ 255, if there is alpha.
	Premultiplied bool
}

// Decode decodes the image and passes its rows to the sink, in the model that Model returns.
// The failures are Truncated, Corrupt and TooManyPixels. The sink may have received rows
// before. When ctx is done, Decode returns an error that wraps the error of ctx.
func (p *Picture) Decode(ctx context.Context, sink planes.Sink, o DecodeOptions) error {
	if p.Model() == planes.YCbCr {
		return lossy.Decode(ctx, p.bitstream, sink)
	}

	if p.lossless {
		return p.decodeLossless(ctx, sink, o)
	}

	rows, err := newAlphaRows(p, o.MaxBytes)
	if err != nil {
		return err
	}

	into := &colored{canvas: newCanvas(p, sink, o.Premultiplied), alpha: rows}
	if err := lossy.Decode(ctx, p.bitstream, into); err != nil {
		return err
	}

	if into.err != nil {
		return into.err
	}

	into.canvas.finish()

	return nil
}

func (p *Picture) decodeLossless(ctx context.Context, sink planes.Sink, o DecodeOptions) error {
	d, err := lossless.New(p.bitstream, lossless.Options{MaxBytes: o.MaxBytes})
	if err != nil {
		return err
	}

	into := newCanvas(p, sink, o.Premultiplied)

	for range d.Height {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("decode a WebP: %w", err)
		}

		row, err := d.Next()
		if err != nil {
			return err
		}

		into.add(func(r, g, b, a []byte) { deinterleave.Words(b, g, r, a, row) })
	}

	into.finish()

	return nil
}

// colored is the sink of a lossy image with alpha. It converts the rows to RGB, and repeats the
// samples of chroma.
type colored struct {
	canvas *canvas
	alpha  *alphaRows
	err    error // of the alpha; no rows are passed on after it

	image planes.Image
	rows  int
}

// Begin implements [planes.Sink].
func (c *colored) Begin(planes.Shape) { c.image.Planes = make([]planes.Plane, 3) }

// Take implements [planes.Sink].
func (c *colored) Take(rows []planes.Window) {
	luma, cb, cr := &rows[0], &rows[1], &rows[2]

	for ; c.rows < luma.Top+luma.Height && c.rows/2 < cb.Top+cb.Height && c.err == nil; c.rows++ {
		alpha, err := c.alpha.next()
		if err != nil {
			c.err = err

			return
		}

		y, u, v := luma.Row(c.rows-luma.Top), cb.Row(c.rows/2-cb.Top), cr.Row(c.rows/2-cr.Top)

		c.canvas.add(func(red, green, blue, a []byte) {
			copy(red, y)
			copy(a, alpha)

			for x := range green {
				green[x], blue[x] = u[x>>1], v[x>>1]
			}

			c.toRGB(red, green, blue)
			clearHidden(alpha, red, green, blue)
		})
	}
}

// clearHidden makes transparent pixels black. The colors that a lossy image has there are of no
// use.
func clearHidden(alpha []byte, colors ...[]byte) {
	if planes.AllOpaque(alpha) {
		return
	}

	for _, row := range colors {
		for x, a := range alpha {
			if a == 0 {
				row[x] = 0
			}
		}
	}
}

// toRGB converts a row.
func (c *colored) toRGB(rows ...[]byte) {
	c.image.Model, c.image.Width, c.image.Height = planes.YCbCr, len(rows[0]), 1
	for i, row := range rows {
		c.image.Planes[i] = planes.Plane{Pix: row, Stride: len(row), Width: len(row), Height: 1}
	}

	colormodel.ToRGB(&c.image)
}

// Needs implements [planes.Sink].
func (c *colored) Needs(plane int) int {
	if plane == 0 {
		return c.rows
	}

	return c.rows / 2
}
