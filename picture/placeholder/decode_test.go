package placeholder_test

import (
	"image"
	"image/color"
	"math"
)

// reader reads bits from bytes, the lowest first.
type reader struct {
	bytes []byte
	used  int
}

func (r *reader) number(width int) (number int) {
	for i := range width {
		number |= int(r.bytes[r.used/8]>>(r.used%8)&1) << i
		r.used++
	}

	return number
}

func (r *reader) share(width int) float64 {
	return float64(r.number(width)) / float64(int(1)<<width-1)
}

// channel is a decoded channel: its amplitudes and their frequencies.
type channel struct {
	mean float64
	rest []wave
}

type wave struct {
	cx, cy    int
	amplitude float64
}

func (r *reader) channel(mean, scale float64, across, down int) channel {
	decoded := channel{mean: mean}

	for cy := range down {
		for cx := range across {
			if (cx > 0 || cy > 0) && cx*down < across*(down-cy) {
				decoded.rest = append(decoded.rest, wave{cx, cy, (2*r.share(4) - 1) * scale})
			}
		}
	}

	return decoded
}

func (c channel) at(x, y float64) float64 {
	value := c.mean

	for _, w := range c.rest {
		value += 2 * w.amplitude * math.Cos(math.Pi*x*float64(w.cx)) * math.Cos(math.Pi*y*float64(w.cy))
	}

	return value
}

// preview is a decoded ThumbHash.
type preview struct {
	landscape, transparent bool
	across, down           int // frequencies of lightness, as encoded
	l, p, q, a             channel
}

// decode reads a ThumbHash by the format's description. left is the number of unread
// bits, which must be at most half a byte.
func decode(hash []byte) (said preview, left int) {
	bits := &reader{bytes: hash}
	lMean, pMean, qMean := bits.share(6), 2*bits.share(6)-1, 2*bits.share(6)-1
	lScale := bits.share(5)
	said.transparent = bits.number(1) == 1
	shorter := bits.number(3)
	pScale, qScale := bits.share(6), bits.share(6)
	said.landscape = bits.number(1) == 1

	longer, aMean, aScale := 7, 1.0, 0.0
	if said.transparent {
		longer, aMean, aScale = 5, bits.share(4), bits.share(4)
	}

	said.across, said.down = shorter, longer
	if said.landscape {
		said.across, said.down = longer, shorter
	}

	said.l = bits.channel(lMean, lScale, max(3, said.across), max(3, said.down))
	said.p = bits.channel(pMean, pScale, 3, 3)
	said.q = bits.channel(qMean, qScale, 3, 3)
	said.a.mean = aMean

	if said.transparent {
		said.a = bits.channel(aMean, aScale, 5, 5)
	}

	return said, 8*len(hash) - bits.used
}

// draw draws a preview.
func (s preview) draw(width, height int) *image.NRGBA {
	drawn := image.NewNRGBA(image.Rect(0, 0, width, height))
	sample := func(value float64) uint8 { return uint8(math.Round(255 * max(0, min(1, value)))) }

	for y := range height {
		for x := range width {
			u, v := (float64(x)+0.5)/float64(width), (float64(y)+0.5)/float64(height)
			l, p, q := s.l.at(u, v), s.p.at(u, v), s.q.at(u, v)
			b := l - 2*p/3
			r := (3*l - b + q) / 2

			drawn.SetNRGBA(x, y, color.NRGBA{sample(r), sample(r - q), sample(b), sample(s.a.at(u, v))})
		}
	}

	return drawn
}
