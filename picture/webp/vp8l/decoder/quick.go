package decoder

import (
	"encoding/binary"

	"triptych/picture/webp/vp8l"
)

// quickBytes is the number of bytes that must follow for a pixel: two loads of a word.
const quickBytes = 16

// quickly is literals where the data cannot end before the pixel does. It stops before that. The
// state of the reader is in local variables.
func (s *stream) quickly(g *group, count int) int {
	const (
		bitMask = 63
		loaded  = 56 // bits at least, after a load
	)

	var (
		data        = s.data
		at, start   = s.at, s.at
		value, have = s.value, s.count
		filled      = len(s.window)
		to          = s.window[filled : filled+count]
		from        = &g.codes
		done        = 0
		code        = -1
	)

loop:
	for done < len(to) && at+quickBytes <= len(data) {
		value |= binary.LittleEndian.Uint64(data[at:]) << (have & bitMask)
		at += (bitMask - have) >> 3
		have |= loaded

		e := from[green].find(value)
		value, have = value>>(e.length&bitMask), have-int(e.length)
		pixel := uint32(e.symbol)

		switch {
		case pixel < vp8l.Literals && g.constant:
			pixel = pixel<<8 | g.fixed
		case pixel < vp8l.Literals:
			e = from[red].find(value)
			value, have = value>>(e.length&bitMask), have-int(e.length)
			pixel = pixel<<8 | uint32(e.symbol)<<16

			e = from[blue].find(value)
			value, have = value>>(e.length&bitMask), have-int(e.length)
			pixel |= uint32(e.symbol)

			if g.oneAlpha {
				pixel |= g.fixed & opaqueBlack

				break
			}

			if have < vp8l.MostBits {
				value |= binary.LittleEndian.Uint64(data[at:]) << (have & bitMask)
				at += (bitMask - have) >> 3
				have |= loaded
			}

			e = from[alpha].find(value)
			value, have = value>>(e.length&bitMask), have-int(e.length)
			pixel |= uint32(e.symbol) << 24
		case pixel < vp8l.Literals+vp8l.LengthCodes:
			code = int(pixel) - vp8l.Literals

			break loop
		default:
			s.window = s.window[:filled+done]
			s.insert()
			pixel = s.cache[pixel-vp8l.Literals-vp8l.LengthCodes]
		}

		to[done] = pixel
		done++
	}

	s.window = s.window[:filled+done]
	s.produced += done
	s.value, s.count, s.at = value, have, at
	s.given += int64(8 * (at - start))

	return code
}
