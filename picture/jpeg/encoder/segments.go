package encoder

import (
	"encoding/binary"
	"fmt"

	"triptych/picture/jpeg/t81"
)

const precision = 8 // bits per sample

// appendSegment appends a marker segment: the marker, the length, which includes its own
// two bytes, and the parameters (T.81, B.1.1.4).
func appendSegment(file []byte, marker byte, parameters ...byte) []byte {
	file = append(file, 0xff, marker)
	file = binary.BigEndian.AppendUint16(file, uint16(2+len(parameters)))

	return append(file, parameters...)
}

// appendHeader appends everything that precedes the first scan.
func (f *frame) appendHeader(file, profile []byte) []byte {
	file = append(file, 0xff, t81.SOI)
	// JFIF 1.01 without a density and without a thumbnail (JFIF 1.02, page 5).
	file = appendSegment(file, t81.APP0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0)
	file = append(file, profile...)

	// Quantization tables are in zigzag order (B.2.4.1), one for each component.
	for i, q := range f.quantizers[:len(f.components)] {
		table := []byte{byte(i)}
		for _, natural := range t81.Zigzag {
			table = append(table, q.steps[natural])
		}

		file = appendSegment(file, t81.DQT, table...)
	}

	frame := []byte{precision}
	frame = binary.BigEndian.AppendUint16(frame, uint16(f.height))
	frame = binary.BigEndian.AppendUint16(frame, uint16(f.width))
	frame = append(frame, byte(len(f.components)))

	// Components are numbered from 1, as JFIF requires (B.2.2).
	for i, component := range f.components {
		frame = append(frame, byte(i+1), byte(component.h<<4|component.v), byte(i))
	}

	if f.progressive {
		return appendSegment(file, t81.SOF2, frame...)
	}

	return appendSegment(file, t81.SOF0, frame...)
}

// appendScanHeader appends the Huffman tables of a scan that have symbols, and its header
// (B.2.3 and B.2.4.2).
func (f *frame) appendScanHeader(file []byte, s scanOf, c *codes) []byte {
	for i, table := range c.tables {
		if len(table.symbols) == 0 {
			continue
		}

		class, destination := i&1, i>>1 // class 0 is DC, 1 is AC
		definition := append([]byte{byte(class<<4 | destination)}, table.lengths[:]...)
		file = appendSegment(file, t81.DHT, append(definition, table.symbols...)...)
	}

	scan := []byte{1, byte(s.component + 1), 0}

	if !f.progressive || s.isDC() {
		scan = []byte{byte(len(f.components))}
		for i, component := range f.components {
			scan = append(scan, byte(i+1), byte(component.destination<<4|component.destination))
		}
	}

	// Ah is the position of the bit before the one that a scan adds.
	approximation := byte(s.shift)
	if s.refines {
		approximation |= byte(s.shift+1) << 4
	}

	return appendSegment(file, t81.SOS, append(scan, byte(s.first), byte(s.last), approximation)...)
}

func appendEnd(file []byte) []byte { return append(file, 0xff, t81.EOI) }

// profileSegments divides an ICC profile into APP2 segments (ICC.1, annex B.4): a name,
// the number of the segment, from 1, and the number of segments.
func profileSegments(profile []byte) ([]byte, error) {
	const (
		name = "ICC_PROFILE\x00"
		most = 1<<16 - 1 - 2 - len(name) - 2
		all  = 255
	)

	count := (len(profile) + most - 1) / most
	if count > all {
		return nil, fmt.Errorf("%d bytes: %w", len(profile), ErrProfile)
	}

	var segments []byte

	for number := 1; number <= count; number++ {
		part := profile[:min(most, len(profile))]
		profile = profile[len(part):]

		parameters := append([]byte(name), byte(number), byte(count))
		segments = appendSegment(segments, t81.APP2, append(parameters, part...)...)
	}

	return segments, nil
}
