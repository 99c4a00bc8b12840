package decoder

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"triptych/picture/jpeg/t81"
)

// code is a Huffman code.
type code struct {
	bits   uint64
	length int
}

// codes returns a table of all symbols of a class, with codes of 2 to 16 bits.
func codes(random *rand.Rand, class int) (counts, symbols []byte, table [256]code) {
	if class == classDC {
		counts = []byte{0, 1, 1, 2, 2, 2, 1, 0, 0, 0, 1, 1, 1, 1, 1, 2}
	} else {
		counts = []byte{0, 1, 1, 2, 2, 2, 4, 4, 8, 8, 16, 32, 0, 0, 0, 176}
	}

	total := 0
	for _, count := range counts {
		total += int(count)
	}

	for _, i := range random.Perm(total) {
		symbols = append(symbols, byte(i))
	}

	if class == classAC {
		// Symbols of small sizes mostly get the short codes.
		for i := range 40 {
			j := bytes.IndexByte(symbols, byte(i%8<<4|i/8))
			to := random.IntN(60)
			symbols[to], symbols[j] = symbols[j], symbols[to]
		}
	}

	next, index := uint64(0), 0

	for length, count := range counts {
		for range count {
			table[symbols[index]] = code{next, length + 1}
			next++
			index++
		}

		next <<= 1
	}

	return counts, symbols, table
}

// writer writes a file.
type writer struct {
	bytes.Buffer

	acc  uint64
	n    int
	dc   [256]code
	ac   [256]code
	run  int      // blocks of the pending end-of-band run
	tail []uint64 // its correction bits
}

func (w *writer) segment(marker byte, payload ...byte) {
	w.Write([]byte{0xff, marker})
	w.Write(binary.BigEndian.AppendUint16(nil, uint16(len(payload)+2)))
	w.Write(payload)
}

func (w *writer) bits(value uint64, length int) {
	for i := length - 1; i >= 0; i-- {
		w.acc = w.acc<<1 | value>>i&1
		if w.n++; w.n == 8 {
			w.WriteByte(byte(w.acc))

			if byte(w.acc) == 0xff {
				w.WriteByte(0)
			}

			w.acc, w.n = 0, 0
		}
	}
}

func (w *writer) symbol(table *[256]code, symbol int) {
	w.bits(table[symbol].bits, table[symbol].length)
}

// value writes a symbol with the size of a value, and the value (F.1.2.1).
func (w *writer) value(table *[256]code, run, value int) {
	size := bits.Len(uint(max(value, -value)))
	w.symbol(table, run<<4|size)

	if value < 0 {
		value += 1<<size - 1
	}

	w.bits(uint64(value), size)
}

// flush fills the last byte with ones (F.1.2.3).
func (w *writer) flush() {
	for w.n != 0 {
		w.bits(1, 1)
	}
}

// encode writes a file.
func (d *drawing) encode(random *rand.Rand, c coding) []byte {
	w := new(writer)
	w.Write([]byte{0xff, t81.SOI})

	if c.jfif {
		w.segment(t81.APP0, []byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")...)
	}

	if c.adobe >= 0 {
		w.segment(t81.APP14, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), byte(c.adobe))...)
	}

	frame := []byte{8, byte(d.height >> 8), byte(d.height), byte(d.width >> 8), byte(d.width), byte(len(d.components))}

	for i, drawn := range d.components {
		table := []byte{0x10 | byte(i)} // 16 bits
		for _, divisor := range drawn.table {
			table = binary.BigEndian.AppendUint16(table, divisor)
		}

		w.segment(t81.DQT, table...)

		frame = append(frame, drawn.id, byte(drawn.Across<<4|drawn.Down), byte(i))
	}

	w.segment(c.marker, frame...)

	if c.interval > 0 {
		w.segment(t81.DRI, byte(c.interval>>8), byte(c.interval))
	}

	for _, p := range c.parts {
		var tables []byte

		for class, table := range []*[256]code{&w.dc, &w.ac} {
			counts, symbols, made := codes(random, class)
			*table = made

			tables = append(append(append(tables, byte(class<<4|1)), counts...), symbols...)
		}

		w.segment(t81.DHT, tables...)

		header := []byte{byte(len(p.components))}
		for _, i := range p.components {
			header = append(header, d.components[i].id, 0x11)
		}

		w.segment(t81.SOS, append(header, byte(p.from), byte(p.to), byte(p.high<<4|p.low))...)
		d.scan(w, c, p)
	}

	w.Write([]byte{0xff, t81.EOI})

	return w.Bytes()
}

// scan writes the data of a scan, with restart markers.
func (d *drawing) scan(w *writer, c coding, p part) {
	count := 0

	d.mcus(p, func(blocks func(yield func(c *drawn, block *zigzagBlock))) {
		if c.interval > 0 && count > 0 && count%c.interval == 0 {
			w.endRun()
			w.flush()
			w.Write([]byte{0xff, t81.RST0 + byte(count/c.interval-1)%8})

			for i := range d.components {
				d.components[i].previous = 0
			}
		}

		count++

		blocks(func(drawn *drawn, block *zigzagBlock) {
			switch {
			case c.marker != t81.SOF2:
				w.dcDifference(drawn, block[0])
				w.acFirst(block, 1, 63, 0, false)
			case p.from == 0 && p.high == 0:
				w.dcDifference(drawn, block[0]>>p.low)
			case p.from == 0:
				w.bits(uint64(block[0]>>p.low)&1, 1)
			case p.high == 0:
				w.acFirst(block, p.from, p.to, p.low, true)
			default:
				w.acRefine(block, p.from, p.to, p.low)
			}
		})
	})

	w.endRun()
	w.flush()

	for i := range d.components {
		d.components[i].previous = 0
	}
}

// mcus visits the MCUs of a scan (A.2).
func (d *drawing) mcus(p part, visit func(blocks func(yield func(c *drawn, block *zigzagBlock)))) {
	if len(p.components) == 1 {
		c := &d.components[p.components[0]]

		for y := range c.shown.Y {
			for x := range c.shown.X {
				visit(func(yield func(*drawn, *zigzagBlock)) { yield(c, &c.blocks[y*c.size.X+x]) })
			}
		}

		return
	}

	for my := range ceil(d.height, 8*d.down) {
		for mx := range ceil(d.width, 8*d.across) {
			visit(func(yield func(*drawn, *zigzagBlock)) {
				for _, i := range p.components {
					c := &d.components[i]
					for j := range c.Across * c.Down {
						x, y := mx*c.Across+j%c.Across, my*c.Down+j/c.Across
						yield(c, &c.blocks[y*c.size.X+x])
					}
				}
			})
		}
	}
}

func (w *writer) dcDifference(c *drawn, value int) {
	w.value(&w.dc, 0, value-c.previous)
	c.previous = value
}

// acFirst writes a band. In progressive files it can write end-of-band runs.
func (w *writer) acFirst(block *zigzagBlock, from, to, low int, runs bool) {
	zeros := 0

	for k := from; k <= to; k++ {
		value := block[k] / (1 << low) // towards zero (G.1.2.1)
		if value == 0 {
			zeros++

			continue
		}

		w.endRun()

		for ; zeros > 15; zeros -= 16 {
			w.symbol(&w.ac, 0xf0)
		}

		w.value(&w.ac, zeros, value)
		zeros = 0
	}

	switch {
	case zeros > 0 && runs:
		if w.run++; w.run == 0x7fff {
			w.endRun()
		}
	case zeros > 0:
		w.symbol(&w.ac, 0)
	}
}

// endRun writes the pending run of blocks, and its correction bits.
func (w *writer) endRun() {
	if w.run > 0 {
		size := bits.Len(uint(w.run)) - 1
		w.symbol(&w.ac, size<<4)
		w.bits(uint64(w.run-1<<size), size)
	}

	for _, bit := range w.tail {
		w.bits(bit, 1)
	}

	w.run, w.tail = 0, nil
}

// acRefine writes the next bit of a band (G.1.2.3).
func (w *writer) acRefine(block *zigzagBlock, from, to, low int) {
	var (
		zeros       int
		corrections []uint64
		magnitude   [t81.BlockSize]int
		lastNew     int
	)

	for k := from; k <= to; k++ {
		if magnitude[k] = max(block[k], -block[k]) >> low; magnitude[k] == 1 {
			lastNew = k
		}
	}

	correct := func() {
		for _, bit := range corrections {
			w.bits(bit, 1)
		}

		corrections = nil
	}

	for k := from; k <= to; k++ {
		if magnitude[k] == 0 {
			zeros++

			continue
		}

		for ; zeros > 15 && k <= lastNew; zeros -= 16 {
			w.endRun()
			w.symbol(&w.ac, 0xf0)
			correct()
		}

		if magnitude[k] > 1 {
			corrections = append(corrections, uint64(magnitude[k])&1)

			continue
		}

		w.endRun()
		w.symbol(&w.ac, zeros<<4|1)

		sign := uint64(1)
		if block[k] < 0 {
			sign = 0
		}

		w.bits(sign, 1)
		correct()

		zeros = 0
	}

	if zeros > 0 || len(corrections) > 0 {
		w.run++
		w.tail = append(w.tail, corrections...)

		if w.run == 0x7fff {
			w.endRun()
		}
	}
}
