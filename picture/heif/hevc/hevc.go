// Package hevc decodes the coded pictures of HEIC files: intra pictures of HEVC (ITU-T
// H.265, whose clauses and tables the comments name).
//
// It decodes the profiles Main, Main 10 and Main Still Picture, and of the range
// extensions gray, 4:2:2 and 4:4:4 with up to 12 bits per sample. It rejects pictures with
// predictions from other pictures, and pictures with other tools of the extensions, and
// names the tool in the error.
//
// # Structure
//
// A picture is a list of NAL units: parameter sets and slices (units.go, sps.go, pps.go,
// slice.go). The data of a slice is one arithmetic code (cabac.go, contexts.go), or
// several ones for tiles and wavefronts (substreams.go). It contains a tree of blocks for
// each square of 16 to 64 samples, the CTB (quadtree.go, transformtree.go). Each block is
// predicted from the samples around it (predict.go, angular.go), and the transformed
// coefficients of its residual are added (residual.go, coefficients.go, transform.go). At
// last, filters change the samples of the picture (deblock.go, offset.go). With AVX2 the
// transforms run in assembly (kernels_amd64.s), with the same results.
//
// # Damaged files
//
// The decoder rejects a picture with missing or damaged blocks. No file can cause a panic,
// or take more memory or time than its number of pixels and bytes allows.
package hevc

import (
	"context"
	"errors"

	"triptych/picture/failure"
	"triptych/picture/workers"
)

// Chroma is the sampling of chroma, chroma_format_idc (table 6-1).
type Chroma int

// The samplings of chroma.
const (
	Gray      Chroma = iota // no chroma
	Chroma420               // half the width and half the height
	Chroma422               // half the width
	Chroma444               // the size of luma
)

// Picture is a decoded picture.
type Picture struct {
	// Width and Height are in pixels, after the crop of the conformance window.
	Width, Height int
	// Chroma is the sampling of chroma.
	Chroma Chroma
	// Depth and DepthOfColor are the bits of a luma and of a chroma sample, 8 to 12.
	Depth, DepthOfColor int
	// Planes has luma, and blue and red unless the picture is gray.
	Planes []Plane
}

// Plane has the samples of a component. Rows start every Stride samples.
type Plane struct {
	Width, Height, Stride int
	// Pix has the samples if all planes have 8 bits per sample, otherwise nil.
	Pix []uint8
	// Deep has the samples if a plane has more than 8 bits per sample, otherwise nil.
	Deep []uint16
}

// DefaultMaxPixels is the limit if [Options] sets none.
const DefaultMaxPixels = 100_000_000

// Options configures decoding.
type Options struct {
	// MaxPixels is the limit of width × height of the coded picture; 0 means
	// [DefaultMaxPixels].
	MaxPixels int64
	// MaxBytes is the limit of the memory of the picture and of its decoder, without the
	// data; 0 means no limit.
	MaxBytes int64
	// Threads is the number of goroutines that decode tiles or wavefronts of a picture. If
	// it is larger than one, the loop filters also have a goroutine of their own. Samples
	// and errors do not depend on it.
	Threads int
}

// Decode decodes a picture from its configuration record, which is the content of an hvcC
// property (ISO/IEC 14496-15, clause 8.3.3.1), and its data: NAL units, each after its
// length. If the data has several pictures, Decode returns the first one.
//
// The errors are the error of ctx, and failures: Truncated, Corrupt, UnsupportedFormat,
// TooManyPixels.
func Decode(ctx context.Context, hvcC, data []byte, options Options) (*Picture, error) {
	d, err := decode(ctx, hvcC, data, options, nil)
	if err != nil {
		return nil, err
	}

	p := d.segment.picture
	whole, _ := p.out.shown(p.sps, 0, p.height)

	return &whole.Picture, nil
}

// DecodeRows decodes a picture like [Decode], and passes its rows to take, from the top to
// the bottom. It holds only the rows in work. A part is valid until take returns, and take
// may run on another goroutine. DecodeRows returns the first error of take, and may also
// fail after some rows.
func DecodeRows(ctx context.Context, hvcC, data []byte, options Options, take func(part Part) error) error {
	_, err := decode(ctx, hvcC, data, options, take)

	return err
}

// decode decodes a picture. If take is nil, the picture is held.
func decode(ctx context.Context, hvcC, data []byte, options Options, take func(part Part) error) (*decoder, error) {
	if options.MaxPixels == 0 {
		options.MaxPixels = DefaultMaxPixels
	}

	d := &decoder{ctx: ctx, options: options, take: take}

	err := d.run(hvcC, data)
	if errors.Is(err, errSequential) {
		again := &decoder{ctx: ctx, options: options, take: take, taken: d.segment.taken, sequential: true}
		d, err = again, again.run(hvcC, data)
	}

	return d, err
}

// decoder is the state of decoding one picture.
type decoder struct {
	ctx        context.Context //nolint:containedctx // It lives as long as one call of Decode.
	options    Options
	take       func(part Part) error
	taken      int  // rows of CTBs that take has received in an earlier attempt
	sequential bool // decode one substream after the other

	sequences map[int]*sps
	pictures  map[int]*pps

	segment *segment // the picture and its last slice segment; nil before the first one
	kind    int      // of the NAL units of the picture
	layer   int      // the temporal layer of the NAL units of the picture
	ended   bool     // another picture starts

	filters   workers.Group // the goroutine of the loop filters
	filterErr error
}

func (d *decoder) run(hvcC, data []byte) error {
	d.sequences, d.pictures = map[int]*sps{}, map[int]*pps{}

	defer d.filters.Wait() // Also after a panic.

	err := d.units(hvcC, data)

	d.filters.Wait()

	if d.filterErr != nil {
		return d.filterErr
	}

	return err
}

// units decodes all NAL units. When it returns, the loop filters process the rows that
// are complete, and then end.
func (d *decoder) units(hvcC, data []byte) error {
	defer func() {
		if d.segment != nil {
			d.segment.stop()
		}
	}()

	if err := configured(hvcC, d.unit); err != nil {
		return err
	}

	if err := split(hvcC, data, d.unit); err != nil {
		return err
	}

	if d.segment == nil {
		return truncated("a file without a slice")
	}

	if p := d.segment.picture; p.next < len(p.ctbSlice) {
		return truncated("block %d of %d", p.next, len(p.ctbSlice))
	}

	return nil
}

// unit decodes a NAL unit. It ignores units without a meaning for pixels, and units after
// the first picture.
func (d *decoder) unit(data []byte) error {
	if d.ended || len(data) == 0 {
		return nil
	}

	u, ok, err := newUnit(data)
	if !ok {
		return err
	}

	switch {
	case u.kind == typeSPS && d.segment == nil:
		id, set, err := parseSPS(u.payload)
		if err != nil {
			return err
		}

		d.sequences[id] = set
	case u.kind == typePPS && d.segment == nil:
		id, set, err := parsePPS(u.payload)
		if err != nil {
			return err
		}

		d.pictures[id] = set
	case u.kind < typeFirstReserved, u.kind >= typeBLA && u.kind <= typeCRA:
		return d.slice(u)
	}

	return nil
}

// active returns the parameter sets of a slice. All slices of a picture have the same
// ones.
func (d *decoder) active(number int) (*sps, *pps, error) {
	p := d.pictures[number]
	if p == nil {
		return nil, nil, corrupt("a slice without its picture parameter set")
	}

	s := d.sequences[p.sps]
	if s == nil {
		return nil, nil, corrupt("a slice without its sequence parameter set")
	}

	if p.scaling != nil && s.scaling == nil {
		return nil, nil, corrupt("scaling lists of a picture whose sequence has none (7.4.3.3.1)")
	}

	return s, p, nil
}

// slice decodes a slice segment.
func (d *decoder) slice(u unit) error {
	if len(u.payload) > 0 && u.payload[0]>>7 == 1 { // first_slice_segment_in_pic_flag
		if d.segment != nil {
			d.ended = true

			return nil
		}
	} else if d.segment == nil {
		return corrupt("a picture without its first slice")
	}

	var before *slice

	if d.segment != nil {
		before = d.segment.slice

		if u.kind != d.kind || u.layer != d.layer {
			return corrupt("NAL units of the types %d and %d and of the layers %d and %d in a picture (7.4.2.2)", d.kind, u.kind, d.layer, u.layer)
		}
	}

	h, err := parseSlice(u, d.active, before)
	if err != nil {
		return err
	}

	if err := d.begin(h); err != nil {
		return err
	}

	d.kind, d.layer = u.kind, u.layer

	if next := d.segment.next; int(d.segment.grid.coded[h.address]) != next {
		return corrupt("a slice at block %d, after %d of %d blocks", h.address, next, len(d.segment.ctbSlice))
	}

	if p := d.segment.parallel(h); p != nil {
		return p.decode(d.ctx)
	}

	return d.segment.decode(d.ctx, h)
}

// begin allocates the picture before its first slice.
func (d *decoder) begin(h *slice) error {
	s, p, err := d.active(h.pps)
	if err != nil {
		return err
	}

	if d.segment != nil {
		if p != d.segment.pps {
			return unsupported("slices with different parameter sets")
		}

		return nil
	}

	if int64(s.width)*int64(s.height) > d.options.MaxPixels {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, more than %d", s.width, s.height, d.options.MaxPixels)
	}

	most := d.options.MaxBytes
	if need := s.memory(p, d.options.Threads, d.take == nil); most > 0 && need > most {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, which need %d MiB to decode, more than %d",
			s.width, s.height, need>>20, most>>20)
	}

	made, err := newPicture(s, p, d.options.Threads, d.take == nil)
	if err != nil {
		return err
	}

	made.take, made.taken = d.take, d.taken
	d.segment = newSegment(made)

	if d.sequential {
		made.threads = 1
	}

	if made.concurrent {
		d.filters.Go(func() { d.filterErr = made.follow() })
	}

	return nil
}
