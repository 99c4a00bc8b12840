// Package encoder writes pictures in planes as baseline JPEG files: sequential
// DCT, Huffman coding, 8 bits, one interleaved scan (ITU-T T.81).
//
// # The way of a block
//
//   - fdct.go: eight by eight samples become 64 frequencies, quantized, in integers
//     (T.81, A.3.3 and A.3.4), with a bit mask that says in zigzag order which of
//     them are not zero. On amd64 with AVX2 assembly does two blocks at once.
//   - tokens.go: what is not zero becomes tokens, a Huffman symbol and the bits that
//     follow it (F.1.2), and each symbol is counted. The mask makes runs of zeros
//     free.
//   - optimal.go: from the counts come the best codes (annex K.2), or
//     standard.go has those of annex K.3.
//   - writer.go, scan.go: the tokens' codes and bits go out, eight bytes at a time.
//
// So a second pass, which optimised codes need, does not look at a coefficient
// again: it reads the tokens, of which there is one for each coefficient that is
// not zero.
//
// The result is the same to the bit on every machine and for every number of
// threads.
package encoder

import (
	"errors"
	"fmt"

	"triptych/picture/planes"
	"triptych/picture/workers"
)

// Errors of Encode. Each comes wrapped with what was given.
var (
	ErrSize    = errors.New("a JPEG has 1 to 65,535 pixels a side")
	ErrModel   = errors.New("only grey and YCbCr pictures are encoded")
	ErrPlanes  = errors.New("the planes do not fit the picture")
	ErrQuality = errors.New("quality is 1 to 100")
	ErrProfile = errors.New("an ICC profile is too long for 255 segments")
)

// Tables says which Huffman codes are used.
type Tables uint8

// The choices of codes. There is no size below which the standard ones would be
// the better choice: counting, building and a second look at the tokens take a
// tenth of the time of a thumbnail, whose file becomes 5 % smaller, and less of
// larger pictures' time.
const (
	// Optimised codes are made for the picture: its file is 1 to 5 % smaller.
	Optimised Tables = iota
	// Standard codes are those of T.81, annex K.3.
	Standard
)

// DefaultQuality is what a quality of 0 means.
const DefaultQuality = 80

// Options say how to encode. The zero value works.
type Options struct {
	Quality int // 1 to 100, as libjpeg counts
	Tables  Tables
	Profile []byte // an ICC profile of the picture's colors, or none
	Threads int    // how many goroutines share a large picture; 0 means one
}

// Encode writes a picture of the model Grey or YCbCr as a file. The chroma planes
// are as large as the first (4:4:4), or half as wide (4:2:2), half as high
// (4:4:0) or both (4:2:0), halves rounded up. RGB and CMYK are to be converted
// first.
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

	f.quantizers[0], f.quantizers[1] = newQuantizer(&luminance, o.Quality), newQuantizer(&chrominance, o.Quality)

	parts := f.parts(o.Threads)

	defer release(parts)

	// Standard codes need no counts: one pass does, in which each row's tokens are
	// written while they are in the cache.
	onePass := o.Tables == Standard && len(parts) == 1
	if parts[0].dropped = onePass; !onePass {
		each(parts, (*part).tokenise)
	}

	codes := standardCodes
	if o.Tables == Optimised {
		codes = optimalCodes(parts)
	}

	file := make([]byte, 0, len(segments)+f.sizeHint(parts, &codes, !onePass))
	file = f.appendHead(file, segments, &codes)
	file = appendScan(file, parts, &codes)

	return appendEnd(file), nil
}

// sizeHint is how long a file without a profile will be, or little more: what the
// parts have counted takes, or where nothing was counted a bit a sample.
func (f *frame) sizeHint(parts []*part, codes *codes, counted bool) int {
	hint := 1024 // the head

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

// each does something for all parts, each in a goroutine of its own.
func each(parts []*part, do func(p *part)) {
	var group workers.Group

	for _, p := range parts[1:] {
		group.Go(func() { do(p) })
	}

	group.Do(func() { do(parts[0]) })
	group.Wait()
}
