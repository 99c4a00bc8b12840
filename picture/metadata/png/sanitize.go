package png

import (
	"bufio"
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

// sanitize copies an image, chunk by chunk.
func sanitize(dst io.Writer, in *container.Input, kinds report.Set) ([]string, error) {
	out := bufio.NewWriterSize(dst, container.BufferBytes)
	if err := (&sanitizer{in: in, out: out, kinds: kinds}).run(); err != nil {
		return nil, err
	}

	return nil, container.Flush(out)
}

// sanitizer rewrites one PNG, chunk by chunk.
type sanitizer struct {
	in    *container.Input
	out   *bufio.Writer
	kinds report.Set

	chunks   int
	known    chunkRules
	depth    byte // bits per sample in IHDR
	oriented bool // an eXIf chunk had an orientation
	// late is the orientation of an eXIf chunk after the pixels. raw is that of a text
	// chunk as ImageMagick writes it. They are written at the end.
	late, raw int
}

func (s *sanitizer) run() error {
	if err := s.in.CopyTo(s.out, int64(len(signature))); err != nil {
		return err
	}

	for {
		here, err := s.next()

		// If the file ends after image data, either only chunks without pixels are
		// missing, or pixels are missing, too. The decoder decides about missing pixels.
		if errors.Is(err, container.ErrEnd) && s.known.image && here.Kind != "IDAT" {
			break
		}

		if err != nil {
			return err
		}

		if here.Kind == "IEND" {
			break
		}
	}

	s.end()

	if s.in.More() {
		s.kinds.Add(report.Trailer)
	}

	return nil
}

// next copies, replaces or drops the next chunk.
func (s *sanitizer) next() (container.Chunk, error) {
	var header [chunkHeader]byte
	if err := s.in.Fill(header[:]); err != nil {
		return container.Chunk{}, err
	}

	here, err := parseChunk(header[:], s.in.Offset-chunkHeader)
	if err != nil {
		return here, err
	}

	if err := s.check(here); err != nil {
		return here, err
	}

	return here, s.chunk(here, header[:])
}

// end writes an orientation that came after the pixels, and IEND.
func (s *sanitizer) end() {
	orientation := s.late
	if orientation == 0 && !s.oriented {
		orientation = s.raw
	}

	if orientation > format.Upright {
		s.write("eXIf", exif.Minimal(orientation))
	}

	s.write("IEND", nil)
}

// check checks the order of chunks, so that a decoder reads the same image as this
// package.
func (s *sanitizer) check(here container.Chunk) error {
	s.chunks++

	if s.chunks == 1 {
		return checkFirst(here)
	}

	switch here.Kind {
	case "IHDR":
		at := s.in.Offset - chunkHeader

		return failure.New(failure.Corrupt, "second PNG header at byte %d", at).At(at)
	case "IDAT":
		s.known.image = true
	case "IEND":
		if !s.known.image {
			return failure.New(failure.Corrupt, "PNG without image data")
		}
	}

	return nil
}

// chunk copies, replaces or drops one chunk.
func (s *sanitizer) chunk(here container.Chunk, header []byte) error { //nolint:cyclop // A flat table of chunks.
	switch here.Kind {
	case "IHDR":
		return s.header(here, header)
	case "PLTE":
		return s.palette(here, header)
	case "IDAT":
		return s.imageData(here, header)
	case "IEND": // Written at the end, even if its checksum is wrong.
		_, err := s.data(here, io.Discard)

		return err
	case "fdAT":
		if s.known.seen["acTL"] {
			return s.imageData(here, header)
		}
	case "eXIf":
		return s.exif(here)
	}

	if longest := s.known.longest(here.Kind); longest > 0 && here.Length <= longest {
		return s.ancillary(here)
	}

	// The case of the first letter defines whether a decoder may skip the chunk (section
	// 5.4).
	if here.Kind[0] < 'a' {
		return failure.New(failure.UnsupportedFormat, "PNG with the critical chunk %s", here.Kind)
	}

	start := container.Prefix{Limit: textStart}

	switch here.Kind {
	case "iTXt": // It may be XMP.
		start.Limit = report.XMPBytes
	case "tEXt", "zTXt":
		start.Limit = maxRawEXIF
	}

	sum, err := s.data(here, &start)
	s.kinds.Add(chunkKinds(here.Kind, start.Bytes())...)

	if err == nil && sum.right() && s.raw == 0 {
		s.raw = exif.Orientation(rawEXIF(here.Kind, start.Bytes()))
	}

	return err
}

// header copies IHDR of headerBytes bytes. IHDR decides which other chunks are allowed.
func (s *sanitizer) header(here container.Chunk, header []byte) error {
	data, err := s.in.Peek(headerBytes)
	if err != nil {
		return s.in.End(err)
	}

	if _, err := parseHeader(data); err != nil {
		return err
	}

	s.known = chunkRules{color: data[colorAt], seen: map[string]bool{}}
	s.depth = data[colorAt-1]

	return s.copy(here, header)
}

// copy copies a chunk after its header. Its checksum must be correct.
func (s *sanitizer) copy(here container.Chunk, header []byte) error {
	_, _ = s.out.Write(header) // Flush reports errors.

	sum, err := s.data(here, s.out)
	if err != nil {
		return err
	}

	_, _ = s.out.Write(sum.field[:])

	return checkCRC(here.Kind, sum.computed, sum.field[:])
}

// checksum has a chunk's CRC: the one computed from its data, and the one in the file.
type checksum struct {
	computed uint32
	field    [chunkCRC]byte
}

func (c checksum) right() bool { return binary.BigEndian.Uint32(c.field[:]) == c.computed }

// data copies a chunk's data to w, and reads its CRC.
func (s *sanitizer) data(here container.Chunk, w io.Writer) (checksum, error) {
	sum := crc32.NewIEEE()
	_, _ = sum.Write([]byte(here.Kind))

	if err := s.in.CopyTo(io.MultiWriter(w, sum), here.Length); err != nil {
		return checksum{}, err
	}

	read := checksum{computed: sum.Sum32()}

	return read, s.in.Fill(read.field[:])
}
