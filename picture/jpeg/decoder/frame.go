package decoder

import (
	"encoding/binary"

	"triptych/picture/jpeg/t81"
)

// frame is a frame header (B.2.2).
type frame struct {
	Width, Height int
	progressive   bool
	components    []frameComponent
	across, down  int // the largest sampling factors
}

// frameComponent is the entry of one component in a frame header.
type frameComponent struct {
	Sampling

	id           byte
	quantization byte // the number of its table
}

// takeFrame reads the frame header: precision, height, width, and for each
// component its identifier, sampling factors and quantization table.
func (f *file) takeFrame(s segment) error {
	const fixed, each = 6, 3

	if name := t81.Process(s.marker); name != "" {
		return unsupported(s.offset, "%s", name)
	}

	p := s.payload

	switch {
	case f.frame.components != nil:
		return corrupt(s.offset, "second frame header")
	case len(p) < fixed || len(p) != fixed+each*int(p[5]):
		return corrupt(s.offset, "frame header of %d bytes", len(p))
	case p[0] != 8:
		return unsupported(s.offset, "JPEG with %d bits per sample", p[0])
	case p[5] != 1 && p[5] != 3 && p[5] != 4:
		return unsupported(s.offset, "JPEG with %d components", p[5])
	}

	frame := frame{
		Height:      int(binary.BigEndian.Uint16(p[1:])),
		Width:       int(binary.BigEndian.Uint16(p[3:])),
		progressive: s.marker == t81.SOF2,
	}

	if frame.Width == 0 {
		return corrupt(s.offset, "width of 0")
	}

	if frame.Height == 0 {
		return unsupported(s.offset, "JPEG with its height after the first scan (DNL)")
	}

	for rest := p[fixed:]; len(rest) > 0; rest = rest[each:] {
		c := frameComponent{
			id:           rest[0],
			Sampling:     Sampling{Across: int(rest[1] >> 4), Down: int(rest[1] & 0xf)},
			quantization: rest[2],
		}

		if err := frame.add(s.offset, c); err != nil {
			return err
		}
	}

	// The only component of a gray image is never interleaved, so its factors have no
	// meaning (A.2.2). They act as 1.
	if len(frame.components) == 1 {
		frame.components[0].Sampling = Sampling{1, 1}
		frame.across, frame.down = 1, 1
	}

	f.frame = frame

	return nil
}

// add checks a component and adds it to the frame.
func (f *frame) add(offset int, c frameComponent) error {
	const most = 4 // sampling factor

	for _, other := range f.components {
		if other.id == c.id {
			return corrupt(offset, "two components with identifier %d", c.id)
		}
	}

	switch {
	case c.Across < 1 || c.Across > most || c.Down < 1 || c.Down > most:
		return corrupt(offset, "sampling factors %d × %d", c.Across, c.Down)
	case c.quantization > 3:
		return corrupt(offset, "quantization table %d", c.quantization)
	}

	f.components = append(f.components, c)
	f.across, f.down = max(f.across, c.Across), max(f.down, c.Down)

	return nil
}
