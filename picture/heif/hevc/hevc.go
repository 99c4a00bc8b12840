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
// several ones for tiles and wavefronts (substreams.go, parallel.go). It contains a tree of blocks for
// each square of 16 to 64 samples, the CTB (quadtree.go, transformtree.go). Each block is
// predicted from the samples around it (predict.go, angular.go), and the transformed
// coefficients of its residual are added (residual.go, coefficients.go, levels.go,
// transform.go). With AVX2 the transforms, and some of the work on samples, run in assembly
// (kernels_amd64.s, samples_amd64.s), with the same results.
//
// # Rows and threads
//
// Only a few rows of CTBs are held at a time (strips.go, surface.go). When a row and the one
// below it are decoded, the loop filters change its samples (filters.go, deblock.go,
// offset.go), and its rows are finished (output.go). With several threads the loop filters
// have a goroutine of their own. The substreams of a slice, where it has some, are decoded in
// parallel; each row of CTBs of a wavefront follows the one above. Where pictures have no
// substreams, one goroutine decodes the syntax, and the other one also reconstructs the
// blocks (tape.go).
//
// # Damaged files
//
// The decoder rejects a picture with missing or damaged blocks. No file can cause a panic,
// or take more memory or time than its number of pixels and bytes allows.
package hevc

import (
	"context"
	"errors"
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
	// it is larger than one, another goroutine applies the loop filters. Samples and errors
	// do not depend on it.
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
