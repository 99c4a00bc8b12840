// Package decoder reads JPEG files (ITU-T T.81) into planes, at full size or at
// a half, a quarter or an eighth of it, as a whole or in part.
//
// It reads baseline, extended sequential and progressive files with Huffman
// coding and 8 bits a sample, of one, three or four components with any sampling
// factors. 12 bits, arithmetic coding, lossless, hierarchical and JPEG-LS files
// are refused by name.
//
// # How it is fast
//
// Decoding has two halves. The first undoes the Huffman coding, bit after bit, and
// yields coefficients; the second turns 64 coefficients into 8 × 8 samples by the
// inverse DCT. A smaller picture needs only each block's low frequencies: 4 × 4 of
// them make 4 × 4 samples, and the others are stepped over without a look at their
// values. So most of the time goes into the first half, whose tricks stand with
// the code: a reservoir of 64 bits (bits.go), tables that yield a run, a size and
// a value at once (huffman.go), two of them (pairs.go) or that step over several
// symbols (skip.go), a state that takes one addition a look-up (state.go), bitmaps
// of the coefficients that progressive files refine (refine.go).
//
// # How it is small
//
// Nothing is held but some rows. A sequential file's blocks become samples as they
// come. A progressive file brings each block's coefficients in some ten scans, each of
// the whole picture; but a marker ends each scan (plan.go), so all are read side by
// side, row by row, from their own places in the file (rows.go). The samples go to a
// sink, which says how far it looks back. The coefficients of a row serve as many
// pictures of as many scales as are wanted (target.go).
//
// # What it does with damage
//
// A picture with pixels missing is refused: [failure.Truncated] where the data
// ends, [failure.Corrupt] where it breaks the rules, each with the offset in the
// file. What costs no pixel is passed over, as libjpeg does: bytes between
// segments, a missing end marker behind complete data, restart markers that are
// out of step and come back into it. Nothing in a file can make it panic, nor take
// more memory or time than its number of blocks and bytes allows.
package decoder

import (
	"context"
	"fmt"
	"image"

	"triptych/picture/failure"
)

// DefaultMaxPixels is the limit where [Options] has none.
const DefaultMaxPixels = 100_000_000

// Options say how to decode.
type Options struct {
	// Threads is how many processors one decoding may use: with 2 or more the
	// inverse DCT and the sinks run beside the Huffman decoding, but for eighths, of
	// which there is little to transform.
	Threads int
	// MaxPixels is the most that width × height may be at full size; 0 is
	// [DefaultMaxPixels].
	MaxPixels int64
}

// Decode decodes a file once, and gives each target's sink the rows of its picture as
// they are decoded, of which it holds but some at a time. What a target is given does
// not depend on the others. Without a target the file is only looked over for damage.
//
// A picture covers its target's region, grown to whole MCUs (A.2.4) and cut at the
// borders. Its width is the region's, divided by the scale and rounded up, and so its
// height. Region.Min is a multiple of 8 × the largest sampling factor, so a pixel
// (x, y) of the picture stands for those from Region.Min + (x, y) × scale on.
//
// Inks come as 0 for none: inverted CMYK is turned, with Adobe's segment or without. In YCCK the planes Y,
// Cb and Cr convert by JFIF's formulas into the inks C, M and Y.
//
// The errors are those of ctx, and faults: Truncated, Corrupt, UnsupportedFormat,
// TooManyPixels. A sink may have been given rows by then. Where all targets are of
// scale 8 the scans of a progressive file that hold no DC coefficient are passed
// over, if they bring all bits of all coefficients and the last of them refines those
// before: then one thing alone goes unseen, that this last scan was cut and closed
// with an end marker. Where it is not so they are read, and a cut is found.
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

	// Samples of a file that is refused are of no use; and it may lack tables.
	if d.broken == nil {
		for i := range targets {
			d.targets = append(d.targets, d.aim(targets[i], sides[i]))
		}
	}

	d.arrange()

	for _, t := range d.targets {
		t.sink.Begin(t.picture, t.region)
	}

	if err := d.run(); err != nil {
		return err
	}

	return d.broken
}

// decoder is one file's decoding.
type decoder struct {
	file

	ctx     context.Context //nolint:containedctx // It lives as long as one call of Decode.
	threads int
	side    int        // the largest of the targets'
	place   *placement // the same side's
	// thorough says that scans are read of which nothing is needed.
	thorough bool

	components []*component
	mcus       image.Point // those of all components, across and down
	blocks     int         // in each
	scans      []*scan
	broken     error // what is wrong behind the scans

	targets   []*target
	from, to  int  // the wanted MCUs of a row
	direct    bool // eighths are read straight into the one target's samples
	piecemeal bool // a strip is transformed when a piece of its row is there
}

// open reads the file's segments.
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

// arrange settles which MCUs are wanted and how they are read.
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

// canceled returns the context's error, if it has ended.
func (d *decoder) canceled() error {
	if err := d.ctx.Err(); err != nil {
		return fmt.Errorf("decode JPEG: %w", err)
	}

	return nil
}

// affordable checks the frame's size against a limit.
func (f *frame) affordable(most int64) error {
	if most == 0 {
		most = DefaultMaxPixels
	}

	if int64(f.Width)*int64(f.Height) > most {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, more than %d", f.Width, f.Height, most)
	}

	return nil
}
