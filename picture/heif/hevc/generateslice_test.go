package hevc

import (
	"context"
	"fmt"
)

// header writes the header of a slice segment without its entry points.
func (g *generator) header(s *sps, p *pps, address int, dependent bool) *bitWriter {
	w := &bitWriter{}
	w.flag(address == 0)
	w.flag(false)
	w.golomb(0)

	if address > 0 {
		if p.dependentSlices {
			w.flag(dependent)
		}

		w.uint(width(s.ctbsX*s.ctbsY), address)
	}

	if dependent {
		return w
	}

	w.golomb(sliceI)

	luma, color := false, false

	if s.sao {
		luma = w.flag(g.IntN(4) > 0)

		if s.chroma != Gray {
			color = w.flag(g.IntN(4) > 0)
		}
	}

	w.signed(min(max(p.qp+g.IntN(21)-10, -6*(s.depth[0]-8)), mostQP) - p.qp)

	if p.sliceOffsets {
		for c := 1; c < 3; c++ {
			w.signed(min(max(p.offset[c]+g.IntN(7)-3, -12), 12) - p.offset[c])
		}
	}

	off := p.deblockOff

	if p.deblockOverride && w.flag(g.yes()) {
		if off = w.flag(g.IntN(3) == 0); !off {
			w.signed(g.IntN(13) - 6)
			w.signed(g.IntN(13) - 6)
		}
	}

	if p.acrossSlices && (luma || color || !off) {
		w.flag(g.yes())
	}

	return w
}

// trial decodes slice data after the slices before it. It returns where each
// substream ends, in bits, and the number of decoded CTBs. done is whether the segment ends.
func (g *generator) trial(before [][]byte, head *bitWriter, p *pps, data []byte) (ends []int, seg *segment, done bool, err error) {
	d := &decoder{ctx: context.Background(), options: Options{MaxPixels: DefaultMaxPixels}, sequences: map[int]*sps{}, pictures: map[int]*pps{}}

	for _, unit := range before {
		if err := d.unit(unit); err != nil {
			panic(err)
		}
	}

	w := &bitWriter{data: append([]byte{}, head.data...), n: head.n}
	if p.tiles || p.sync {
		w.golomb(0)
	}

	w.trailing()

	var last *slice
	if d.segment != nil {
		last = d.segment.slice
	}

	h, err := parseSlice(unit{kind: typeIDRW, payload: append(w.data, data...)}, d.active, last)
	if err != nil {
		panic(err)
	}

	if err := d.begin(h); err != nil {
		panic(err)
	}

	s := d.segment
	s.open(h)

	first := s.next
	for at := first; at < len(s.grid.raster); at++ {
		s.ctbSlice[s.grid.raster[at]] = h

		if at > first && s.startsSubstream(at) {
			pos, scale, value, n, bits := s.pos, s.scale, s.value, s.n, s.position()

			if err := s.closeSubstream(at); err != nil {
				s.pos, s.scale, s.value, s.n = pos, scale, value, n

				return ends, s, false, err
			}

			ends = append(ends, bits)

			s.start(s.nextByte())
		}

		last, err := s.decodeNext(context.Background(), at, at == first)
		if err != nil {
			return ends, s, false, err
		}

		s.next = at + 1
		s.decoded(s.ctb / s.ctbsX)

		if err := s.drain(); err != nil {
			panic(err)
		}

		if last {
			return append(ends, s.position()), s, true, nil
		}
	}

	return ends, s, false, fmt.Errorf("no end")
}

// segment generates a slice segment. It repeats random data until the segment ends.
// A CTB may end the segment at random.
func (g *generator) segment(s *sps, p *pps, address int) (next int) {
	for {
		head := g.header(s, p, address, p.dependentSlices && address > 0 && g.yes())
		data := make([]byte, 1<<14)

		for i := range data {
			data[i] = byte(g.Uint32())
		}

		for range 4000 {
			ends, seg, done, err := g.trial(g.units, head, p, data)
			if done && !stop(data, ends) {
				continue // Decode again with the stop bits.
			}

			if done {
				g.units = append(g.units, g.unit(head, p, ends, data))

				return seg.next
			}

			if err == nil || seg.err != nil || seg.overrun() {
				break
			}

			// A substream does not end where it must. Change what was read last.
			at := seg.nextByte()
			for i := max(at-3, 0); i < len(data); i++ {
				if i < at+8 || g.IntN(64) == 0 {
					data[i] = byte(g.Uint32())
				}
			}
		}
	}
}

// stop writes the last bit of each substream, which is a one, and the zeros after it. It
// reports whether the data has these bits already.
func stop(data []byte, ends []int) bool {
	done := true

	for _, end := range ends {
		last := &data[(end-1)/8]
		if want := (*last>>(7-(end-1)%8) | 1) << (7 - (end-1)%8); *last != want {
			*last, done = want, false
		}
	}

	return done
}

// unit returns a NAL unit of a slice segment with its entry points, which count emulation
// prevention bytes.
func (g *generator) unit(head *bitWriter, p *pps, ends []int, data []byte) []byte {
	w := &bitWriter{data: append([]byte{}, head.data...), n: head.n}

	for i, end := range ends {
		ends[i] = (end + 7) / 8
	}

	if p.tiles || p.sync {
		w.golomb(len(ends) - 1)

		if len(ends) > 1 {
			w.golomb(31)

			for i, end := range ends[:len(ends)-1] {
				from := 0
				if i > 0 {
					from = ends[i-1]
				}

				size := end - from + g.escapes(data, from, end)
				w.uint(16, (size-1)>>16)
				w.uint(16, (size-1)&0xffff)
			}
		}
	}

	payload := append(w.trailing(), data[:ends[len(ends)-1]]...)

	return escaped(typeIDRW, payload)
}

// escapes counts the emulation prevention bytes in a part of the data. The header before
// the data ends with a byte that is not zero.
func (g *generator) escapes(data []byte, from, to int) int {
	return len(escaped(0, data[:to])) - len(escaped(0, data[:from])) - (to - from)
}
