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
// # What it does with damage
//
// A picture with pixels missing is refused: [faults.Truncated] where the data
// ends, [faults.Corrupt] where it breaks the rules, each with the offset in the
// file. What costs no pixel is passed over, as libjpeg does: bytes between
// segments, a missing end marker behind complete data, restart markers that are
// out of step and come back into it. Nothing in a file can make it panic, nor take
// more memory or time than its number of blocks and bytes allows.
package decoder

import (
	"context"
	"errors"
	"fmt"
	"image"

	"triptych/shared/faults"
	"triptych/shared/picture/jpeg/t81"
	"triptych/shared/picture/planes"
)

// DefaultMaxPixels is the limit where [Options] has none.
const DefaultMaxPixels = 100_000_000

// Options say what is wanted of a file. The zero value wants all of it.
type Options struct {
	// Scale divides width and height: 1, 2, 4 or 8; 0 is 1.
	Scale int
	// Region is the part that is needed, in pixels of the full size. The whole
	// where it is empty.
	Region image.Rectangle
	// Threads is how many processors one decoding may use: with 2 or more the
	// inverse DCT runs beside the Huffman decoding where the picture is large enough
	// for it, at scale 1 and 2; that of progressive files runs on all of them, at
	// every scale. Memory grows by a few percent, in small pictures by half at most.
	Threads int
	// Sink is given the rows as they are decoded, where the file allows it: if it has
	// all components in one sequential scan, as most have. Then the planes of the
	// picture that Decode returns have no samples. Where it is not so, or Sink is nil,
	// the sink is not called.
	Sink Sink
	// MaxPixels is the most that width × height may be at full size; 0 is
	// [DefaultMaxPixels].
	MaxPixels int64
}

// side checks the scale, and returns how many samples a side of a block
// becomes: 8, 4, 2 or 1.
func (o *Options) side() (int, error) {
	switch o.Scale {
	case 0:
		return t81.BlockSide, nil
	case 1, 2, 4, 8:
		return t81.BlockSide / o.Scale, nil
	}

	return 0, fmt.Errorf("decode JPEG: scale 1/%d is none of 1, 1/2, 1/4, 1/8", o.Scale)
}

// Decode decodes a file.
//
// The picture covers the region that is returned, in pixels of the full size: the
// wanted one, grown to whole MCUs (A.2.4) and cut at the picture's borders. The
// picture's width is the region's, divided by the scale and rounded up, and so its
// height. Region.Min is a multiple of 8 × the largest sampling factor, so a pixel
// (x, y) of the picture stands for those from Region.Min + (x, y) × scale on.
//
// Inks come as 0 for none: Adobe's inverted CMYK is turned. In YCCK the planes Y,
// Cb and Cr convert by JFIF's formulas into the inks C, M and Y.
//
// The errors are those of ctx, and faults: Truncated, Corrupt, UnsupportedFormat,
// TooManyPixels. At scale 8 the scans of a progressive file that hold no DC
// coefficient are passed over, if they bring all bits of all coefficients and the
// last of them refines those before: then one thing alone goes unseen, that this
// last scan was cut and closed with an end marker. Where it is not so they are
// read, and a cut is found.
func Decode(ctx context.Context, data []byte, options Options) (*planes.Image, image.Rectangle, error) {
	side, err := options.side()
	if err != nil {
		return nil, image.Rectangle{}, err
	}

	picture, region, err := decode(ctx, data, options, side, false)
	if errors.Is(err, errUnsure) {
		return decode(ctx, data, options, side, true)
	}

	return picture, region, err
}

// decode is Decode, and reads all scans if it is thorough. If it is not, it may
// find that it should be: errUnsure.
func decode(ctx context.Context, data []byte, options Options, side int, thorough bool) (*planes.Image, image.Rectangle, error) {
	d := &decoder{
		file: file{data: data}, ctx: ctx, side: side, place: placements[side], threads: options.Threads, thorough: thorough,
		sink: options.Sink,
	}

	first, err := d.toScan(0)
	if err != nil {
		return nil, image.Rectangle{}, err
	}

	if err := d.frame.affordable(options.MaxPixels); err != nil {
		return nil, image.Rectangle{}, err
	}

	d.arrange(options.Region)

	if err := d.scans(first); err != nil {
		return nil, image.Rectangle{}, err
	}

	return d.finish(), d.region, nil
}

// decoder is one file's decoding.
type decoder struct {
	file

	ctx     context.Context //nolint:containedctx // It lives as long as one call of Decode.
	side    int             // samples that a block's side becomes
	place   *placement      // the same side's
	threads int
	// thorough says that scans are read of which nothing is needed.
	thorough bool

	sink   Sink    // may be nil
	stream *stream // nil where the planes are held as a whole

	region     image.Rectangle // what is decoded, in pixels
	mcus       image.Rectangle // the same, in MCUs of interleaved scans
	components []*component

	bits bitReader
	band band  // the current scan of AC coefficients
	work int64 // blocks visited by all scans
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
		return faults.New(faults.TooManyPixels, "%d × %d pixels, more than %d", f.Width, f.Height, most)
	}

	return nil
}
