// Package encoder writes one plane as a lossless WebP bitstream (RFC 9649, 3), as the alpha
// of a lossy WebP is stored.
//
//   - palette.go: an image of up to 16 values becomes one of smaller indices, several of
//     which share a pixel.
//   - matches.go finds copies of former pixels. parse.go chooses among them those that take
//     the fewest bits with the codes of a first choice.
//   - prefix.go and lengths.go build and write the prefix codes of the result.
package encoder

import (
	"context"
	"fmt"

	"triptych/picture/planes"
	"triptych/picture/webp/vp8l"
)

// Plane writes a plane as the green channel of a bitstream without the header, which has the
// signature and the size. The other channels are zero. When ctx ends, Plane returns its
// error.
//
// It needs at most five bytes of memory for a pixel, 10 MiB, and the result.
func Plane(ctx context.Context, plane *planes.Plane) ([]byte, error) {
	w := &bitWriter{}
	img := indexed(w, plane)
	w.write(0, 1) // No transform follows.

	tokens, err := img.tokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("encode a plane of %d × %d: %w", plane.Width, plane.Height, err)
	}

	w.write(0, 1) // no cache of colors
	w.write(0, 1) // one group of prefix codes
	img.write(w, tokens)

	return w.finish(), nil
}

// pixels are the values of an image, row by row.
type pixels struct {
	values []byte
	width  int
}

// token is a literal, or a copy of former pixels: its length, and its distance in scan-line
// order above lengthBits.
type token uint32

const lengthBits = 12 // of a length minus one

func literal(value byte) token { return token(value) }

func copyOf(length, distance int) token { return token(distance<<lengthBits | (length - 1)) }

// distance is zero for a literal.
func (t token) distance() int { return int(t >> lengthBits) }

func (t token) length() int { return int(t&(1<<lengthBits-1)) + 1 }

// write writes the prefix codes of tokens, and the tokens (RFC 9649, 3.7.3). The symbols of
// the other channels have no bits.
func (p *pixels) write(w *bitWriter, tokens []token) {
	const otherChannels = 3

	counts := p.count(tokens)
	green := writePrefixCode(w, counts.green[:])

	for range otherChannels {
		writePrefixCode(w, make([]uint32, vp8l.Literals))
	}

	distances := writePrefixCode(w, counts.distances[:])

	for _, t := range tokens {
		if t.distance() == 0 {
			green.write(w, int(t))

			continue
		}

		symbol, extra, width := prefixOf(t.length())
		green.write(w, vp8l.Literals+symbol)
		w.write(extra, width)

		symbol, extra, width = prefixOf(distanceCode(t.distance(), p.width))
		distances.write(w, symbol)
		w.write(extra, width)
	}
}

// counts are the numbers of occurrences of symbols.
type counts struct {
	green     [vp8l.Literals + vp8l.LengthCodes]uint32
	distances [vp8l.DistanceCodes]uint32
}

func (p *pixels) count(tokens []token) *counts {
	var c counts

	for _, t := range tokens {
		if t.distance() == 0 {
			c.green[t]++

			continue
		}

		symbol, _, _ := prefixOf(t.length())
		c.green[vp8l.Literals+symbol]++

		symbol, _, _ = prefixOf(distanceCode(t.distance(), p.width))
		c.distances[symbol]++
	}

	return &c
}
