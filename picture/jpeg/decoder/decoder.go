// Package decoder reads JPEG files (ITU-T T.81) into planes, at full size or at a half, a
// quarter or an eighth of it, as a whole or in part.
//
// It reads baseline, extended sequential and progressive files with Huffman coding and 8
// bits per sample, with one, three or four components and any sampling factors. It
// rejects files with 12 bits, arithmetic coding, lossless, hierarchical and JPEG-LS
// files, and names the process in the error.
//
// # Speed
//
// Decoding has two halves. The first half undoes the Huffman coding, bit by bit, and
// yields coefficients. The second half turns 64 coefficients into 8 × 8 samples by the
// inverse DCT. A smaller image needs only the low frequencies of each block: 4 × 4 of
// them make 4 × 4 samples, and the decoder skips the other coefficients without reading
// their values. Therefore most of the time is spent in the first half. Its optimizations
// are described with the code: a reservoir of 64 bits (bits.go), tables that yield a run,
// a size and a value at once (huffman.go), tables that yield two coefficients (pairs.go),
// tables that skip several symbols (skip.go), a state that needs one addition per look-up
// (state.go), and bitmaps of the coefficients that progressive files refine (refine.go).
//
// # Memory
//
// The decoder holds only a few rows. It turns the blocks of a sequential file into
// samples as it reads them. A progressive file stores the coefficients of each block in
// about ten scans, each of the whole image. A marker ends each scan (plan.go), so the
// decoder can read all scans side by side, row by row, each from its own place in the
// file (rows.go). It passes the samples to a sink, which says how many earlier rows it
// still needs. The coefficients of a row serve several targets with several scales
// (target.go).
//
// # Damaged files
//
// The decoder rejects an image with missing pixels: [failure.Truncated] if the data ends,
// [failure.Corrupt] if the data breaks the rules. Each error contains the offset in the
// file. The decoder ignores damage that costs no pixel, as libjpeg does: bytes between
// segments, a missing end marker after complete data, and restart markers with wrong
// numbers, if later numbers are right again. No file can cause a panic, or take more
// memory or time than its number of blocks and bytes allows.
package decoder

import (
	"context"
	"fmt"
	"image"

	"triptych/picture/failure"
	"triptych/picture/planes"
)

// DefaultMaxPixels is the limit if [Options] sets none.
const DefaultMaxPixels = 100_000_000

// Options configures decoding.
type Options struct {
	// Threads is the number of processors that one decoding may use. With 2 or more, the
	// inverse DCT and the sinks run concurrently with the Huffman decoding. Scale 8 does
	// not use this, because it has little to transform.
	Threads int
	// MaxPixels is the limit of width × height at full size; 0 means [DefaultMaxPixels].
	MaxPixels int64
}

// Decode decodes a file once. It passes the rows of the image to the sink of each target
// as it decodes them, and holds only a few rows at a time. The result for a target does
// not depend on the other targets. Without a target, Decode only checks the file for
// damage.
//
// The image covers the region of its target, extended to whole MCUs (A.2.4) and cut at
// the borders. Its width is the width of that region, divided by the scale and rounded
// up. The same holds for the height. Region.Min is a multiple of 8 × the largest sampling
// factor. Therefore a pixel (x, y) of the image represents the pixels from Region.Min +
// (x, y) × scale.
//
// CMYK channels have 0 for no ink: Decode inverts CMYK, with or without Adobe's segment.
// In YCCK, the planes Y, Cb and Cr convert by JFIF's formulas into the channels C, M and
// Y.
//
// The errors are the error of ctx, and failures: Truncated, Corrupt, UnsupportedFormat,
// TooManyPixels. A sink may have received rows before the error. If all targets have
// scale 8, Decode skips the scans of a progressive file that have no DC coefficient, on
// two conditions: the scans provide all bits of all coefficients, and the last scan
// refines earlier ones. Then Decode misses only one kind of damage: the last scan was cut
// and then closed with an end marker. If one of the two conditions does not hold, Decode
// reads these scans and finds the cut.
func Decode(ctx context.Context, data []byte, options Options, targets ...Target) error {
	d := &decoder{file: file{data: data}, ctx: ctx, threads: options.Threads, side: 1}

	sides := make([]int, len(targets))

	for i := range targets {
		var err error
		if sides[i], err = side(targets[i].Scale); err != nil {
			return err
		}

		d.side = max(d.side, sides[i])
	}

	d.thorough = len(targets) == 0

	if err := d.open(options.MaxPixels); err != nil {
		return err
	}

	// The samples of a rejected file are of no use, and the file may lack tables.
	if d.broken == nil {
		for i := range targets {
			d.targets = append(d.targets, d.newTarget(targets[i], sides[i]))
		}
	}

	d.arrange()

	for _, t := range d.targets {
		t.sink.Begin(planes.Shape{Image: t.picture, Region: t.region})
	}

	if err := d.run(); err != nil {
		return err
	}

	return d.broken
}

// decoder is the state of decoding one file.
type decoder struct {
	file

	ctx     context.Context //nolint:containedctx // It lives as long as one call of Decode.
	threads int
	side    int        // the largest of all targets
	place   *placement // of the same side
	// thorough makes the decoder also read the scans that no target needs.
	thorough bool

	components []*component
	mcus       image.Point // of all components, across and down
	blocks     int         // in each MCU
	scans      []*scan
	broken     error // the error in the segments after the scans

	targets   []*target
	from, to  int  // the wanted MCUs of a row
	direct    bool // scale 8: DC values are read straight into the samples of the only target
	piecemeal bool // a strip is a piece of a row, transformed as soon as it is complete
}

// open reads the segments of the file.
func (d *decoder) open(maxPixels int64) error {
	d.place = placements[d.side]

	first, err := d.toScan(0)
	if err != nil {
		return err
	}

	if err := d.frame.affordable(maxPixels); err != nil {
		return err
	}

	d.describe()

	if err := d.plan(first); err != nil {
		return err
	}

	return d.checkWork()
}

// arrange determines which MCUs are wanted and how they are read.
func (d *decoder) arrange() {
	for i, t := range d.targets {
		if i == 0 {
			d.from, d.to = t.mcus.Min.X, t.mcus.Max.X
		}

		d.from, d.to = min(d.from, t.mcus.Min.X), max(d.to, t.mcus.Max.X)
	}

	for _, s := range d.scans {
		s.show(d.from, d.to)

		if c := s.units[0].component; s.from > 0 && c.nonzero == nil {
			c.nonzero = make([]uint64, c.blocks.X*c.Down)
		}
	}

	d.direct = !d.frame.progressive && len(d.targets) == 1 && d.side == 1
	d.piecemeal = !d.frame.progressive && len(d.scans) == 1 && !d.direct && !d.takesTwo()
}

// canceled returns the error of the context, if the context is done.
func (d *decoder) canceled() error {
	if err := d.ctx.Err(); err != nil {
		return fmt.Errorf("decode JPEG: %w", err)
	}

	return nil
}

// affordable checks the size of the frame against a limit.
func (f *frame) affordable(most int64) error {
	if most == 0 {
		most = DefaultMaxPixels
	}

	if int64(f.Width)*int64(f.Height) > most {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, more than %d", f.Width, f.Height, most)
	}

	return nil
}
