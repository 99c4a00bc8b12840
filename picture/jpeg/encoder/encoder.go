// Package encoder writes images in planes as JPEG files: Huffman coding, 8 bits, either
// baseline with one interleaved scan, or progressive (ITU-T T.81).
//
// # The steps for a block
//
//   - fdct.go: 8 × 8 samples become 64 quantized frequencies, in integers (T.81, A.3.3
//     and A.3.4). A bit mask in zigzag order marks the nonzero ones. On amd64 with AVX2,
//     assembly transforms two blocks at once.
//   - tokens.go: the nonzero coefficients become tokens: a Huffman symbol and the bits
//     that follow it (F.1.2). Each symbol is counted. The mask makes runs of zeros free.
//   - optimal.go: the counts determine the best codes (annex K.2). As an alternative,
//     standard.go has the codes of annex K.3.
//   - writer.go, scan.go: the codes and bits of the tokens are written, eight bytes at
//     a time.
//
// A progressive file needs all quantized coefficients (coefficients.go), because each of its
// scans has a part of them (progressive.go). Tokens of bands and of single bits of the
// coefficients are in band.go.
//
// tables.go has the quantization tables, and what a quality means.
//
// Optimized codes need a second pass. This pass does not read the coefficients again: it
// reads the tokens, one for each nonzero coefficient.
//
// The result is identical, bit by bit, on every machine and for every number of threads.
package encoder

import (
	"errors"
	"fmt"

	"triptych/picture/jpeg/t81"
	"triptych/picture/planes"
	"triptych/picture/workers"
)

// Errors of Encode. Each one is wrapped with the rejected value.
var (
	ErrSize    = errors.New("a JPEG has 1 to 65,535 pixels per side")
	ErrModel   = errors.New("only gray and YCbCr images can be encoded")
	ErrPlanes  = errors.New("the planes do not fit the image")
	ErrQuality = errors.New("quality is 1 to 100")
	ErrProfile = errors.New("an ICC profile is too long for 255 segments")
)

// Tables selects the Huffman codes.
type Tables uint8

// The choices of codes. Standard codes are not the better choice at any size: counting,
// building codes and the second pass over the tokens take a tenth of the time of a
// thumbnail, and make its file 5 % smaller. For larger images they take a smaller part of
// the time.
const (
	// Optimized codes are built for the image. They make its file 1 to 5 % smaller.
	Optimized Tables = iota
	// Standard codes are those of T.81, annex K.3.
	Standard
)

// Scans selects the process of a file: one scan, or several.
type Scans uint8

// The choices of scans.
const (
	// Sequential is a baseline file with one scan.
	Sequential Scans = iota
	// Progressive is a file of several scans. Viewers can show it, less sharp, before all of
	// it has arrived. It is smaller: by 3 % at the sizes of web pages. The encoder takes
	// twice the time, and holds the coefficients of the whole image, 3.3 bytes per pixel at
	// 4:2:0 and 6.5 at 4:4:4. Therefore images of more than ProgressivePixels pixels are
	// written as Sequential.
	Progressive
)

// ProgressivePixels is the largest number of pixels of a progressive file.
const ProgressivePixels = 8 << 20

// progressive decides on the process of an image.
func (s Scans) progressive(img *planes.Image) bool {
	return s == Progressive && img.Width*img.Height <= ProgressivePixels
}

// DefaultQuality is used if the quality is 0.
const DefaultQuality = 80

// Options configures encoding. The zero value is valid.
type Options struct {
	Quality int    // 1 to 100: see tables.go
	Tables  Tables // of a sequential file; a progressive file has optimized codes
	Scans   Scans
	Profile []byte // an ICC profile of the colors of the image, or none
	Threads int    // the number of goroutines for a large image; 0 means one
}

// Encode writes an image of the model Gray or YCbCr as a file. The chroma planes have the
// size of the first plane (4:4:4), or half its width (4:2:2), half its height (4:4:0) or
// both (4:2:0), with halves rounded up. The caller must convert RGB and CMYK first.
func Encode(img *planes.Image, o Options) ([]byte, error) {
	if o.Quality == 0 {
		o.Quality = DefaultQuality
	}

	if o.Quality < 1 || o.Quality > 100 {
		return nil, fmt.Errorf("quality %d: %w", o.Quality, ErrQuality)
	}

	segments, err := profileSegments(o.Profile)
	if err != nil {
		return nil, err
	}

	f, err := newFrame(img)
	if err != nil {
		return nil, err
	}

	f.quantize(o.Quality)

	if f.progressive = o.Scans.progressive(img); f.progressive {
		return appendEnd(f.appendScans(f.appendHeader(nil, segments), o.Threads)), nil
	}

	return f.sequential(segments, o), nil
}

// sequential returns a baseline file.
func (f *frame) sequential(segments []byte, o Options) []byte {
	parts := f.parts(o.Threads)

	defer release(parts)

	// Standard codes need no counts, so one pass is enough. It writes the tokens of each
	// row while they are in the cache.
	onePass := o.Tables == Standard && len(parts) == 1
	if parts[0].dropped = onePass; !onePass {
		each(parts, (*part).tokenize)
	}

	codes := standardCodes
	if o.Tables == Optimized {
		codes = optimalCodes(parts)
	}

	file := make([]byte, 0, len(segments)+f.sizeHint(parts, &codes, !onePass))
	file = f.appendHeader(file, segments)
	file = f.appendScanHeader(file, scanOf{last: t81.BlockSize - 1}, &codes)
	file = appendScan(file, parts, &codes)

	return appendEnd(file)
}

// sizeHint estimates the length of a file without a profile; it is exact or slightly too
// large if the parts have counts. Without counts it assumes one bit per sample.
func (f *frame) sizeHint(parts []*part, codes *codes, counted bool) int {
	hint := 1024 // the header

	if counted {
		for _, p := range parts {
			hint += roomFor(p.counts.bits(codes))
		}

		return hint
	}

	for _, c := range f.components {
		hint += c.plane.Width * c.plane.Height / 8
	}

	return hint
}

// each calls do for all parts, each on its own goroutine.
func each(parts []*part, do func(p *part)) {
	var group workers.Group

	for _, p := range parts[1:] {
		group.Go(func() { do(p) })
	}

	group.Do(func() { do(parts[0]) })
	group.Wait()
}
