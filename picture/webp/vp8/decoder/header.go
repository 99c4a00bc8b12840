package decoder

import (
	"encoding/binary"

	"triptych/picture/failure"
	"triptych/picture/webp/vp8"
)

// Header is the start of a frame: its frame tag and its size (RFC 6386, 9.1).
type Header struct {
	Width, Height int // in pixels

	first int // bytes of the first partition
}

// headerBytes is the length of the frame tag, the start code and the size.
const headerBytes = 10

// ReadHeader reads the header of a key frame. It rejects what libwebp rejects, with Corrupt.
func ReadHeader(data []byte) (Header, error) {
	const (
		interFrame, shown   = 1 << 0, 1 << 4
		versionAt, lengthAt = 1, 5
		versions            = 7
		newestVersion       = 3
		side                = 1<<14 - 1 // The upper two bits are a scale for display.
	)

	if len(data) < headerBytes {
		return Header{}, corrupt("a frame of %d bytes has no header", len(data))
	}

	tag := int(data[0]) | int(data[1])<<8 | int(data[2])<<16

	h := Header{
		Width:  int(binary.LittleEndian.Uint16(data[6:]) & side),
		Height: int(binary.LittleEndian.Uint16(data[8:]) & side),
		first:  tag >> lengthAt,
	}

	switch {
	case tag&interFrame != 0:
		return Header{}, corrupt("the frame is not a key frame")
	case tag>>versionAt&versions > newestVersion:
		return Header{}, corrupt("version %d is unknown", tag>>versionAt&versions)
	case tag&shown == 0:
		return Header{}, corrupt("the frame is not shown")
	case string(data[3:6]) != "\x9d\x01\x2a":
		return Header{}, corrupt("the start code is % x", data[3:6])
	case h.Width == 0 || h.Height == 0:
		return Header{}, corrupt("the size is %d × %d pixels", h.Width, h.Height)
	case h.first > len(data)-headerBytes:
		return Header{}, corrupt("the first partition of %d bytes goes beyond a frame of %d", h.first, len(data))
	}

	return h, nil
}

func (h Header) macroblocks() (wide, high int) {
	const side = vp8.MacroblockSide

	return (h.Width + side - 1) / side, (h.Height + side - 1) / side
}

// segmentation is the segments of a frame (RFC 6386, 9.3).
type segmentation struct {
	enabled, mapped, absolute bool
	quantizers, levels        [segments]int
	probabilities             [segments - 1]byte
}

// segments is the largest number of segments.
const segments = 4

func readSegmentation(r *reader) segmentation {
	const quantizerBits, levelBits, certain = 7, 6, 255

	s := segmentation{absolute: true, probabilities: [segments - 1]byte{certain, certain, certain}}

	if s.enabled = r.flag(); !s.enabled {
		return s
	}

	s.mapped = r.flag()

	if r.flag() {
		s.absolute = r.flag()
		for i := range s.quantizers {
			s.quantizers[i] = r.optional(quantizerBits)
		}

		for i := range s.levels {
			s.levels[i] = r.optional(levelBits)
		}
	}

	if s.mapped {
		for i := range s.probabilities {
			if r.flag() {
				s.probabilities[i] = byte(r.number(8))
			}
		}
	}

	return s
}

// filtering is the loop filter of a frame (RFC 6386, 9.3, 9.6).
type filtering struct {
	simple           bool
	level, sharpness int
	// intra and subblocks are added to the levels of all macroblocks, and of those whose
	// subblocks have modes of their own.
	intra, subblocks int
}

func readFiltering(r *reader) filtering {
	const levelBits, sharpnessBits, deltas = 6, 3, 4

	f := filtering{simple: r.flag(), level: r.number(levelBits), sharpness: r.number(sharpnessBits)}

	if adjusted := r.flag(); !adjusted {
		return f
	}

	if updated := r.flag(); !updated {
		return f
	}

	// The first difference of each kind is for key frames.
	for i := range 2 * deltas {
		delta := r.optional(levelBits)

		switch i {
		case 0:
			f.intra = delta
		case deltas:
			f.subblocks = delta
		}
	}

	return f
}

// readQuantizer reads the quantizer indices (RFC 6386, 9.6).
func readQuantizer(r *reader) vp8.Quantizer {
	const indexBits, deltaBits = 7, 4

	return vp8.Quantizer{
		Index: r.number(indexBits),
		Y1DC:  r.optional(deltaBits), Y2DC: r.optional(deltaBits), Y2AC: r.optional(deltaBits),
		ChromaDC: r.optional(deltaBits), ChromaAC: r.optional(deltaBits),
	}
}

// partitions divides the bytes after the first partition (RFC 6386, 9.5). A partition that
// goes beyond the end has fewer bytes. It is damaged only if they are needed.
func partitions(count int, data []byte) ([]reader, error) {
	const sizeBytes = 3

	sizes := sizeBytes * (count - 1)
	if len(data) <= sizes {
		return nil, truncated("%d partitions in %d bytes", count, len(data))
	}

	rest, readers := data[sizes:], make([]reader, count)

	for i := range readers {
		size := len(rest)

		if i < count-1 {
			s := data[sizeBytes*i:]
			size = min(size, int(s[0])|int(s[1])<<8|int(s[2])<<16)
		}

		readers[i] = newReader(rest[:size])
		rest = rest[size:]
	}

	return readers, nil
}

func corrupt(detail string, args ...any) error {
	return failure.New(failure.Corrupt, "VP8: "+detail, args...)
}

func truncated(detail string, args ...any) error {
	return failure.New(failure.Truncated, "VP8: bytes are missing: "+detail, args...)
}
