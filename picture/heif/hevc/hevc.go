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
	"fmt"

	"triptych/picture/failure"
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
}

// Decode decodes a picture from its configuration record, which is the content of an hvcC
// property (ISO/IEC 14496-15, clause 8.3.3.1), and its data: NAL units, each after its
// length. If the data has several pictures, Decode returns the first one.
//
// The errors are the error of ctx, and failures: Truncated, Corrupt, UnsupportedFormat,
// TooManyPixels.
func Decode(ctx context.Context, hvcC, data []byte, options Options) (*Picture, error) {
	if options.MaxPixels == 0 {
		options.MaxPixels = DefaultMaxPixels
	}

	d := &decoder{ctx: ctx, maxPixels: options.MaxPixels, maxBytes: options.MaxBytes, sequences: map[int]*sps{}, pictures: map[int]*pps{}}

	if err := configured(hvcC, d.unit); err != nil {
		return nil, err
	}

	if err := split(hvcC, data, d.unit); err != nil {
		return nil, err
	}

	return d.finish()
}

// decoder is the state of decoding one picture.
type decoder struct {
	ctx       context.Context //nolint:containedctx // It lives as long as one call of Decode.
	maxPixels int64
	maxBytes  int64

	sequences map[int]*sps
	pictures  map[int]*pps

	segment *segment // the picture and its last slice segment; nil before the first one
	kind    int      // of the NAL units of the picture
	layer   int      // the temporal layer of the NAL units of the picture
	ended   bool     // another picture starts
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

	if int64(s.width)*int64(s.height) > d.maxPixels {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, more than %d", s.width, s.height, d.maxPixels)
	}

	if need := s.memory(); d.maxBytes > 0 && need > d.maxBytes {
		return failure.New(failure.TooManyPixels, "%d × %d pixels, which need %d MiB to decode, more than %d",
			s.width, s.height, need>>20, d.maxBytes>>20)
	}

	made, err := newPicture(s, p)
	if err != nil {
		return err
	}

	d.segment = &segment{picture: made, factors: made.factors()}

	return nil
}

// finish filters the picture, and returns it.
func (d *decoder) finish() (*Picture, error) {
	if d.segment == nil {
		return nil, truncated("a file without a slice")
	}

	p := d.segment.picture
	if count := len(p.ctbSlice); p.decoded < count {
		return nil, truncated("block %d of %d", p.decoded, count)
	}

	p.surface.deblock(p)

	if err := d.ctx.Err(); err != nil {
		return nil, fmt.Errorf("decode HEVC: %w", err)
	}

	p.surface.offset(p)

	crop := &p.crop
	made := &Picture{
		Width: p.width - crop.left - crop.right, Height: p.height - crop.top - crop.bottom,
		Chroma: p.chroma, Depth: p.depth[0], DepthOfColor: p.depth[1],
	}

	for i := range p.components() {
		x, y := p.shift(i)
		made.Planes = append(made.Planes, p.surface.plane(i, crop.left>>x, crop.top>>y, made.Width>>x, made.Height>>y))
	}

	return made, nil
}
