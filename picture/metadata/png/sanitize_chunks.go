package png

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
	"triptych/picture/metadata/report"
)

// ancillary keeps or drops a chunk that defines how pixels are shown. A chunk with a
// wrong checksum is dropped, because a decoder may continue without it (section 13.1).
func (s *sanitizer) ancillary(here container.Chunk) error {
	data := container.Prefix{Limit: int(here.Length)}

	sum, err := s.data(here, &data)
	if err != nil {
		return err
	}

	if !sum.right() || !s.known.keeps(here.Kind, data.Bytes()) {
		s.kinds.Add(report.Other)

		return nil
	}

	s.write(here.Kind, data.Bytes())

	return nil
}

// palette copies PLTE without the entries that no pixel can use. It drops PLTE in gray
// images.
func (s *sanitizer) palette(here container.Chunk, header []byte) error {
	const entryBytes = 3

	most := int64(entryBytes << min(s.depth, 8)) // Bits of an index.

	switch gray := s.known.color == gray || s.known.color == grayAlpha; {
	case s.known.image: // Decoders ignore a palette after the pixels.
		s.kinds.Add(report.Other)

		_, err := s.data(here, io.Discard)

		return err
	case !gray && here.Length <= most:
		s.known.seen[here.Kind] = true

		return s.copy(here, header)
	case here.Length%entryBytes != 0:
		return failure.New(failure.Corrupt, "PNG palette of %d bytes", here.Length)
	default:
		s.kinds.Add(report.Other)

		data := container.Prefix{Limit: int(most)}

		sum, err := s.data(here, &data)
		if err == nil {
			err = checkCRC(here.Kind, sum.computed, sum.field[:])
		}

		if err == nil && !gray {
			s.known.seen[here.Kind] = true
			s.write(here.Kind, data.Bytes())
		}

		return err
	}
}

// imageData copies IDAT or fdAT and corrects the checksum. The compressed pixels have a
// checksum of their own.
func (s *sanitizer) imageData(here container.Chunk, header []byte) error {
	_, _ = s.out.Write(header) // Flush reports errors.

	sum := crc32.NewIEEE()
	_, _ = sum.Write([]byte(here.Kind))

	if err := s.in.CopyTo(io.MultiWriter(s.out, sum), here.Length); err != nil {
		return err
	}

	_, _ = s.out.Write(binary.BigEndian.AppendUint32(nil, sum.Sum32()))

	var field [chunkCRC]byte
	if err := s.in.Fill(field[:]); !errors.Is(err, container.ErrEnd) { // The next chunk is then missing, too.
		return err
	}

	return nil
}

// exif replaces the first eXIf chunk that has an orientation by one that has only the
// orientation. All others are dropped.
func (s *sanitizer) exif(here container.Chunk) error {
	start := container.Prefix{Limit: container.MaxEXIFBytes}

	sum, err := s.data(here, &start)
	if err != nil {
		return err
	}

	block := start.Bytes()

	orientation := 0
	if !s.oriented && (sum.right() || here.Length > container.MaxEXIFBytes) {
		orientation = exif.Orientation(block)
	}

	s.oriented = s.oriented || orientation != 0

	if orientation <= format.Upright {
		s.kinds.Add(exif.Kinds(block)...)

		return nil
	}

	minimal := exif.Minimal(orientation)
	if here.Length != int64(len(minimal)) || !bytes.Equal(block, minimal) {
		s.kinds.Add(exif.Kinds(block)...)
	}

	if s.known.image { // Further image data may follow, and image data chunks must be consecutive.
		s.late = orientation

		return nil
	}

	s.write("eXIf", minimal)

	return nil
}

func (s *sanitizer) write(kind string, data []byte) {
	length := binary.BigEndian.AppendUint32(nil, uint32(len(data))) //nolint:gosec // Our own short data.
	_, _ = s.out.Write(append(length, kind...))
	_, _ = s.out.Write(data)
	_, _ = s.out.Write(binary.BigEndian.AppendUint32(nil, sumOf(kind, data)))
}
