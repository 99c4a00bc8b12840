// Package encoder writes images in planes as key frames of VP8 (RFC 6386), which are the
// bitstreams of lossy WebP (RFC 9649, 2.5).
//
// # The steps for a macroblock
//
//   - segments.go: macroblocks of similar activity share a quantizer.
//   - source.go: 16 × 16 pixels become 24 blocks of samples in the range of the bitstream.
//   - luma.go, subblocks.go, chroma.go: the prediction modes are compared by distortion
//     plus weighted rate (rate.go). A Hadamard transform selects the modes that are worth
//     a comparison.
//   - kernels.go has the functions that assembly replaces on amd64, with the same results.
//   - tokens.go: the levels become decisions of the tree of tokens. They are kept and
//     counted. The counts update the costs of the following macroblocks.
//
// # The steps for a frame
//
//   - probabilities.go: the counts determine the probabilities of the frame.
//   - filter.go: the strength of the loop filter depends on the quantizer.
//   - header.go: the first partition has all headers and modes.
//   - partitions.go: one or two partitions follow. They have the tokens, written by
//     boolean.go.
//
// The encoder reconstructs the frame exactly as a decoder does. The result is identical,
// bit by bit, on every machine.
package encoder

import (
	"context"
	"errors"
	"fmt"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8"
)

// MaxSide is the largest width or height of a frame in pixels (RFC 6386, 9.1).
const MaxSide = 1<<14 - 1

// Errors of Frame. Each one is wrapped with the rejected value.
var (
	ErrSize    = errors.New("a WebP has 1 to 16,383 pixels per side")
	ErrModel   = errors.New("only gray and YCbCr images can be encoded")
	ErrPlanes  = errors.New("the planes do not fit the image")
	ErrQuality = errors.New("quality is 0 to 100")
	// ErrTooLong is an image whose modes or file exceed the lengths of the format. See
	// budget.go: the modes fit, except for some images near the largest size.
	ErrTooLong = errors.New("the image does not fit into one file")
)

// Options configures encoding.
type Options struct {
	// Quality is 0 to 100 on the scale of libwebp.
	Quality int
	// Alpha has the size of the image, or is nil. The colors of macroblocks that are
	// transparent take no bits.
	Alpha *planes.Plane
}

// Frame writes an image as a VP8 frame, which is the content of a chunk "VP8 ". The image
// has the model Gray, or the model YCbCr with chroma planes of half the width and height,
// rounded up. When ctx ends, Frame returns its error.
//
// It needs 1.7 bytes of memory for a pixel, 64 MiB at most for the decisions that it keeps
// (see tokens.go), and the frame.
func Frame(ctx context.Context, img *planes.Image, o Options) ([]byte, error) {
	f, err := newFrame(img, o)
	if err != nil {
		return nil, err
	}

	if err := f.code(ctx); err != nil {
		return nil, err
	}

	return f.write()
}

// frame is an image to encode, its reconstruction, and the modes and decisions of all
// macroblocks.
type frame struct {
	coder
	*segment // that of the present macroblock

	img        *planes.Image
	alpha      *planes.Plane // nil if all macroblocks are visible
	ranges     [3]*[256]byte // from the range of a plane to that of the bitstream
	wide, high int           // in macroblocks

	index                int // of the quantizer
	segments             []segment
	segmentProbabilities [mostSegments - 1]byte

	reconstruction [3]canvas
	macroblocks    []macroblock
	level          int // of the loop filter
	budget         budget
}

// macroblock is the modes of a macroblock.
type macroblock struct {
	luma, chroma vp8.Mode
	subblocks    [vp8.LumaBlocks]vp8.SubblockMode // also the implied ones
	segment      uint8
	skip         bool // no tokens follow: all levels are zero
	hidden       bool // it is transparent
}

func newFrame(img *planes.Image, o Options) (*frame, error) {
	if o.Quality < 0 || o.Quality > 100 {
		return nil, fmt.Errorf("quality %d: %w", o.Quality, ErrQuality)
	}

	if err := check(img, o.Alpha); err != nil {
		return nil, err
	}

	f := &frame{
		img: img, alpha: o.Alpha, ranges: [3]*[256]byte{&lumaRange, &chromaRange, &chromaRange},
		wide: (img.Width + vp8.MacroblockSide - 1) / vp8.MacroblockSide,
		high: (img.Height + vp8.MacroblockSide - 1) / vp8.MacroblockSide,
	}
	f.budget.bits = budgetBits
	f.mostKept = mostKept
	f.divided = f.wide*f.high >= leastDivided && f.wide*f.high <= mostDivided

	f.macroblocks = make([]macroblock, f.wide*f.high)
	f.hide()
	f.segmentize(indexOf(o.Quality))
	f.reconstruction = [3]canvas{
		newCanvas(f.wide, f.high, vp8.MacroblockSide),
		newCanvas(f.wide, f.high, vp8.ChromaSide),
		newCanvas(f.wide, f.high, vp8.ChromaSide),
	}

	return f, nil
}

// check reports whether an image can be encoded.
func check(img *planes.Image, alpha *planes.Plane) error {
	if img.Width < 1 || img.Height < 1 || img.Width > MaxSide || img.Height > MaxSide {
		return fmt.Errorf("%d×%d: %w", img.Width, img.Height, ErrSize)
	}

	if img.Model != planes.Gray && img.Model != planes.YCbCr {
		return fmt.Errorf("model %d: %w", img.Model, ErrModel)
	}

	if len(img.Planes) != img.Model.Components() {
		return fmt.Errorf("%d planes: %w", len(img.Planes), ErrPlanes)
	}

	if alpha != nil && (alpha.Width != img.Width || alpha.Height != img.Height) {
		return fmt.Errorf("alpha of %d×%d in an image of %d×%d: %w",
			alpha.Width, alpha.Height, img.Width, img.Height, ErrPlanes)
	}

	return checkPlanes(img)
}

// checkPlanes reports whether the planes of an image have the sizes of 4:2:0.
func checkPlanes(img *planes.Image) error {
	for i, plane := range img.Planes {
		width, height := img.Width, img.Height
		if i > 0 {
			width, height = (width+1)/2, (height+1)/2
		}

		if plane.Width != width || plane.Height != height || plane.Stride < width ||
			len(plane.Pix) < (height-1)*plane.Stride+width {
			return fmt.Errorf("plane %d of %d×%d in an image of %d×%d: %w",
				i, plane.Width, plane.Height, img.Width, img.Height, ErrPlanes)
		}
	}

	return nil
}

// code decides on the modes and levels of all macroblocks, and reconstructs the frame
// without the loop filter.
func (f *frame) code(ctx context.Context) error {
	f.begin(f.wide, f.wide*f.high)
	f.budget.used, f.budget.coded = 0, 0
	f.budget.flags = bit

	if len(f.segments) > 1 {
		f.budget.flags += segmentBits * bit
	}

	for y := range f.high {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("encode row %d of macroblocks: %w", y, err)
		}

		f.beginRow(y)

		for x := range f.wide {
			f.codeMacroblock(x, y)
		}

		f.reconstruction[0].extend(f.wide, y)
		f.endRow()
	}

	f.fix()
	f.level = filterLevel(f.index)

	return nil
}

func (f *frame) codeMacroblock(x, y int) {
	var (
		s  source
		mb = &f.macroblocks[y*f.wide+x]
		nz = neighbors{above: &f.above[x], left: &f.left}
	)

	f.budget.share(len(f.macroblocks))

	if mb.hidden {
		f.codeHidden(mb, x, y, nz)

		return
	}

	f.load(&s, x, y)
	f.segment = &f.segments[mb.segment]

	whole := f.chooseLuma(&s, x, y, nz)
	subs, better := f.chooseSubblocks(&s, x, y, nz, whole.score)
	spent := lumaModeCosts[whole.mode]

	if better {
		spent = subs.modeCost
	}

	colors := f.chooseChroma(&s, x, y, nz, f.budget.room-spent)
	f.budget.spend(spent + chromaModeCosts[colors.mode])

	mb.luma, mb.chroma = whole.mode, colors.mode
	mb.skip = colors.empty()

	if better {
		mb.luma, mb.subblocks = vp8.BySubblocks, subs.modes
		mb.skip = mb.skip && subs.empty()
	} else {
		for i := range mb.subblocks {
			mb.subblocks[i] = vp8.Implied[whole.mode]
		}

		f.reconstruction[0].putCoded(whole.blocks[:], x, y)
		mb.skip = mb.skip && whole.empty()
	}

	f.reconstruction[1].putCoded(colors.blocks[:vp8.ChromaBlocks], x, y)
	f.reconstruction[2].putCoded(colors.blocks[vp8.ChromaBlocks:], x, y)

	switch {
	case mb.skip:
		nz.clear(mb.luma != vp8.BySubblocks)
	case better:
		f.recordLuma(&subs.blocks, vp8.LumaWithDC, nz)
		f.recordChroma(colors, nz)
	default:
		f.recordY2(&whole.y2, whole.y2End, nz)
		f.recordLuma(&whole.blocks, vp8.LumaAfterY2, nz)
		f.recordChroma(colors, nz)
	}

	f.refresh()
}
