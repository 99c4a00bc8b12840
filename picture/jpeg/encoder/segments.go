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

// appendHeader appends everything that precedes the data of the scan.
func (f *frame) appendHeader(file, profile []byte, c *codes) []byte {
	file = append(file, 0xff, t81.SOI)
	// JFIF 1.01 without a density and without a thumbnail (JFIF 1.02, page 5).
	file = appendSegment(file, t81.APP0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0)
	file = append(file, profile...)

	destinations := min(len(f.components), 2)

	// Quantization tables are in zigzag order (B.2.4.1).
	for i, q := range f.quantizers[:destinations] {
		table := []byte{byte(i)}
		for _, natural := range t81.Zigzag {
			table = append(table, q.steps[natural])
		}

		file = appendSegment(file, t81.DQT, table...)
	}

	frame := []byte{precision}
	frame = binary.BigEndian.AppendUint16(frame, uint16(f.height))
	frame = binary.BigEndian.AppendUint16(frame, uint16(f.width))
	count := byte(len(f.components))
	frame = append(frame, count)
	scan := []byte{count}

	// Components are numbered from 1, as JFIF requires (B.2.2, B.2.3).
	for i, component := range f.components {
		factors, destination := byte(component.h<<4|component.v), byte(component.destination)
		frame = append(frame, byte(i+1), factors, destination)
		scan = append(scan, byte(i+1), destination<<4|destination)
	}

	file = appendSegment(file, t81.SOF0, frame...)

	// Huffman tables: class 0 DC, 1 AC, and the destination (B.2.4.2).
	for i, table := range c.tables[:2*destinations] {
		class, destination := i&1, i>>1
		definition := append([]byte{byte(class<<4 | destination)}, table.lengths[:]...)
		file = appendSegment(file, t81.DHT, append(definition, table.symbols...)...)
	}

	// The whole spectrum in one scan, no successive approximation (B.2.3).
	return appendSegment(file, t81.SOS, append(scan, 0, t81.BlockSize-1, 0)...)
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
