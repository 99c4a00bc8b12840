package hevc

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// bitWriter writes the fields of headers.
type bitWriter struct {
	data []byte
	n    int
}

func (w *bitWriter) uint(n int, value int) {
	for i := n - 1; i >= 0; i-- {
		if w.n%8 == 0 {
			w.data = append(w.data, 0)
		}

		w.data[len(w.data)-1] |= byte(value>>i&1) << (7 - w.n%8)
		w.n++
	}
}

func (w *bitWriter) flag(set bool) bool {
	if set {
		w.uint(1, 1)
	} else {
		w.uint(1, 0)
	}

	return set
}

func (w *bitWriter) golomb(value int) {
	bits := width(value + 2)
	if value+1 == 1<<bits {
		bits++
	}

	for 1<<bits > value+1 {
		bits--
	}

	w.uint(bits, 0)
	w.uint(bits+1, value+1)
}

func (w *bitWriter) signed(value int) {
	if value > 0 {
		w.golomb(2*value - 1)
	} else {
		w.golomb(-2 * value)
	}
}

func (w *bitWriter) trailing() []byte {
	w.uint(1, 1)

	for w.n%8 != 0 {
		w.uint(1, 0)
	}

	return w.data
}

// escaped returns a NAL unit with emulation prevention bytes.
func escaped(kind int, payload []byte) []byte {
	made := []byte{byte(kind << 1), 1}
	zeros := 0

	for _, b := range payload {
		if zeros >= 2 && b <= 3 {
			made = append(made, 3)
			zeros = 0
		}

		if made = append(made, b); b == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}

	return made
}

// generator makes streams with random headers and random data. Every sequence of bytes is
// the code of some blocks, so random data uses all tools that the headers allow. Only the
// ends of substreams need a search: see [generator.substream].
type generator struct {
	*rand.Rand

	width, height int
	chroma        Chroma
	depth         int
	colorDepth    int
	tiles, sync   bool
	tileX, tileY  int
	scaling       bool
	log2CTB       int

	units [][]byte
}

func (g *generator) yes() bool { return g.IntN(2) == 0 }

// vps writes a video parameter set, which other decoders need.
func (g *generator) vps() {
	w := &bitWriter{}
	w.uint(4, 0)
	w.uint(2, 3)
	w.uint(6, 0)
	w.uint(3, 0)
	w.uint(1, 1)
	w.uint(16, 0xffff)
	g.profile(w)
	w.flag(true)
	w.golomb(0)
	w.golomb(0)
	w.golomb(0)
	w.uint(6, 0)
	w.golomb(0)
	w.flag(false)
	w.flag(false)
	g.units = append(g.units, escaped(32, w.trailing()))
}

func (g *generator) profile(w *bitWriter) {
	w.uint(8, 4)
	w.uint(32, 1<<27)
	w.uint(32, 0)
	w.uint(16, 0)
	w.uint(8, 120)
}

// lists writes random scaling lists.
func (g *generator) lists(w *bitWriter) {
	for size := range listSizes {
		step := 1
		if size == size32 {
			step = 3
		}

		for kind := 0; kind < listKinds; kind += step {
			if !w.flag(g.IntN(3) > 0) {
				w.golomb(g.IntN(kind/step + 1))

				continue
			}

			last := 8

			if size >= size16 {
				last = 1 + g.IntN(60)
				w.signed(last - 8)
			}

			for range min(64, 1<<(4+size<<1)) {
				next := min(max(last+g.IntN(21)-8, 1), 255)
				w.signed(next - last)
				last = next
			}
		}
	}
}

func (g *generator) sps() {
	w := &bitWriter{}
	w.uint(8, 1)
	g.profile(w)
	w.golomb(0)
	w.golomb(int(g.chroma))

	if g.chroma == Chroma444 {
		w.flag(false)
	}

	w.golomb(g.width)
	w.golomb(g.height)
	w.flag(false)
	w.golomb(g.depth - 8)
	w.golomb(g.colorDepth - 8)
	w.golomb(0)
	w.flag(true)
	w.golomb(0)
	w.golomb(0)
	w.golomb(0)
	w.golomb(0) // Coding blocks of 8.
	w.golomb(g.log2CTB - 3)

	maxTB := min(2+g.IntN(4), g.log2CTB, 5)

	w.golomb(0)
	w.golomb(maxTB - 2)
	w.golomb(0)
	w.golomb(g.IntN(g.log2CTB - 1))

	if g.scaling = w.flag(g.yes()); g.scaling {
		if w.flag(g.yes()) {
			g.lists(w)
		}
	}

	w.flag(false)
	w.flag(g.IntN(4) > 0)

	if w.flag(g.yes()) { // PCM
		w.uint(4, g.IntN(g.depth))
		w.uint(4, g.IntN(g.colorDepth))

		smallest := g.IntN(min(g.log2CTB, 5) - 2)
		w.golomb(smallest)
		w.golomb(g.IntN(min(g.log2CTB, 5) - 2 - smallest))
		w.flag(g.yes())
	}

	w.golomb(0)
	w.flag(false)
	w.flag(false)
	w.flag(g.yes())
	w.flag(false)
	w.flag(false)
	g.units = append(g.units, escaped(typeSPS, w.trailing()))
}

func (g *generator) pps() {
	w := &bitWriter{}
	w.golomb(0)
	w.golomb(0)
	w.flag(g.yes())
	w.flag(false)
	w.uint(3, 0)
	w.flag(g.yes())
	w.flag(false)
	w.golomb(0)
	w.golomb(0)
	w.signed(g.IntN(36) - 20)
	w.flag(false)
	w.flag(g.yes())

	if w.flag(g.yes()) {
		w.golomb(g.IntN(g.log2CTB - 2))
	}

	w.signed(g.IntN(25) - 12)
	w.signed(g.IntN(25) - 12)
	w.flag(g.yes())
	w.flag(false)
	w.flag(false)
	w.flag(g.yes())
	w.flag(g.tiles)
	w.flag(g.sync)

	if g.tiles {
		w.golomb(g.tileX - 1)
		w.golomb(g.tileY - 1)

		if !w.flag(g.yes()) {
			for range g.tileX - 1 {
				w.golomb(0)
			}

			for range g.tileY - 1 {
				w.golomb(0)
			}
		}

		w.flag(g.yes())
	}

	w.flag(g.yes())

	if w.flag(g.yes()) { // Deblocking
		w.flag(g.yes())

		if !w.flag(g.IntN(4) == 0) {
			w.signed(g.IntN(13) - 6)
			w.signed(g.IntN(13) - 6)
		}
	}

	if w.flag(g.scaling && g.yes()) {
		g.lists(w)
	}

	w.flag(false)
	w.golomb(0)
	w.flag(false)
	w.flag(false)
	g.units = append(g.units, escaped(typePPS, w.trailing()))
}

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

// oneDepth is the first seed whose luma and chroma may have different depths.
const oneDepth = 48

// generate makes a stream.
func generate(seed uint64) (units [][]byte, name string) {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	g.chroma = Chroma(seed % 4)
	g.depth = 8 + 2*int(seed/4%2)
	g.colorDepth = g.depth

	if seed >= oneDepth {
		g.depth, g.colorDepth = 8+g.IntN(3), 8+g.IntN(3)
	}

	g.log2CTB = 4 + g.IntN(3)
	g.width, g.height = 8*(4+g.IntN(12)), 8*(4+g.IntN(10))

	columns, rows := (g.width-1)>>g.log2CTB+1, (g.height-1)>>g.log2CTB+1
	if g.tiles = columns*rows > 1 && g.yes(); g.tiles {
		for g.tileX*g.tileY < 2 {
			g.tileX, g.tileY = 1+g.IntN(min(columns, 4)), 1+g.IntN(min(rows, 4))
		}
	}

	g.sync = g.IntN(3) == 0
	g.vps()
	g.sps()
	g.pps()

	d := &decoder{sequences: map[int]*sps{}, pictures: map[int]*pps{}}
	for _, unit := range g.units {
		if err := d.unit(unit); err != nil {
			panic(err)
		}
	}

	s, p, err := d.active(0)
	if err != nil {
		panic(err)
	}

	order, err := newGrid(s, p)
	if err != nil {
		panic(err)
	}

	segments := 0

	for decoded := 0; decoded < len(order.raster); segments++ {
		decoded = g.segment(s, p, int(order.raster[decoded]))
	}

	return g.units, fmt.Sprintf("%03d %dx%d chroma %d depth %d and %d ctb %d tiles %v %dx%d sync %v pcm %v lists %v segments %d",
		seed, g.width, g.height, g.chroma, g.depth, g.colorDepth, g.log2CTB, g.tiles, g.tileX, g.tileY, g.sync, s.pcm, s.scaling != nil, segments)
}

// TestGenerate writes streams to a folder, for a comparison with other decoders.
func TestGenerate(t *testing.T) {
	folder := os.Getenv("HEVC_GENERATE")
	if folder == "" {
		t.Skip("HEVC_GENERATE is not set")
	}

	count, _ := strconv.Atoi(os.Getenv("HEVC_COUNT"))
	for seed := range uint64(count) {
		units, name := generate(seed)

		var stream []byte
		for _, unit := range units {
			stream = append(append(stream, 0, 0, 0, 1), unit...)
		}

		base := filepath.Join(folder, fmt.Sprintf("g%03d", seed))
		os.WriteFile(base+".hevc", stream, 0o600)
		os.WriteFile(base+".txt", []byte(name), 0o600)
	}
}
