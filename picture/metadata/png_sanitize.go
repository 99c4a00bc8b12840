package metadata

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"triptych/picture/failure"
)

// pngSanitizer rewrites one PNG, chunk by chunk.
type pngSanitizer struct {
	in    *input
	out   *bufio.Writer
	kinds found

	chunks   int
	known    pngChunks
	depth    byte // bits per sample in IHDR
	oriented bool // an eXIf chunk had an orientation
	// late is the orientation of an eXIf chunk after the pixels. raw is that of a text
	// chunk as ImageMagick writes it. They are written at the end.
	late, raw int
}

func (s *pngSanitizer) run() error {
	if err := s.in.copyTo(s.out, int64(len(pngSignature))); err != nil {
		return err
	}

	for {
		here, err := s.next()

		// If the file ends after its image data, either only formal chunks are missing,
		// or pixels are. The decoder decides about missing pixels.
		if errors.Is(err, errEnd) && s.known.image && here.kind != "IDAT" {
			break
		}

		if err != nil {
			return err
		}

		if here.kind == "IEND" {
			break
		}
	}

	s.end()

	if s.in.more() {
		s.kinds.add(kindTrailer)
	}

	return nil
}

// next copies, replaces or drops the next chunk.
func (s *pngSanitizer) next() (chunk, error) {
	var header [chunkHeader]byte
	if err := s.in.full(header[:]); err != nil {
		return chunk{}, err
	}

	here, err := parseChunk(header[:], s.in.offset-chunkHeader)
	if err != nil {
		return here, err
	}

	if err := s.check(here); err != nil {
		return here, err
	}

	return here, s.chunk(here, header[:])
}

// end writes an orientation that came after the pixels, and IEND.
func (s *pngSanitizer) end() {
	orientation := s.late
	if orientation == 0 && !s.oriented {
		orientation = s.raw
	}

	if orientation > Upright {
		s.write("eXIf", minimalEXIF(orientation))
	}

	s.write("IEND", nil)
}

// check checks the order of chunks, so that a decoder reads the same image as this
// package.
func (s *pngSanitizer) check(here chunk) error {
	s.chunks++

	if s.chunks == 1 {
		return checkFirst(here)
	}

	switch here.kind {
	case "IHDR":
		at := s.in.offset - chunkHeader

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
func (s *pngSanitizer) chunk(here chunk, header []byte) error { //nolint:cyclop // A flat table of chunks.
	switch here.kind {
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

	if longest := s.known.longest(here.kind); longest > 0 && here.length <= longest {
		return s.ancillary(here)
	}

	// The case of the first letter defines whether a decoder may skip the chunk (section
	// 5.4).
	if here.kind[0] < 'a' {
		return failure.New(failure.UnsupportedFormat, "PNG with the critical chunk %s", here.kind)
	}

	start := prefix{limit: textStart}

	switch here.kind {
	case "iTXt": // It may be XMP.
		start.limit = maxXMPRead
	case "tEXt", "zTXt":
		start.limit = maxRawEXIF
	}

	sum, err := s.data(here, &start)
	s.kinds.add(chunkKinds(here.kind, start.Bytes())...)

	if err == nil && sum.right() && s.raw == 0 {
		s.raw = orientationOf(rawEXIF(here.kind, start.Bytes()))
	}

	return err
}

// header copies IHDR of headerBytes bytes. IHDR decides which other chunks are allowed.
func (s *pngSanitizer) header(here chunk, header []byte) error {
	data, err := s.in.Peek(headerBytes)
	if err != nil {
		return s.in.ended(err)
	}

	if _, err := parseHeader(data); err != nil {
		return err
	}

	s.known = pngChunks{color: data[pngColorAt], seen: map[string]bool{}}
	s.depth = data[pngColorAt-1]

	return s.copy(here, header)
}

// copy copies a chunk after its header. Its checksum must be correct.
func (s *pngSanitizer) copy(here chunk, header []byte) error {
	_, _ = s.out.Write(header) // Flush reports errors.

	sum, err := s.data(here, s.out)
	if err != nil {
		return err
	}

	_, _ = s.out.Write(sum.field[:])

	return checkCRC(here.kind, sum.computed, sum.field[:])
}

// checksum has a chunk's CRC: the one computed from its data, and the one in the file.
type checksum struct {
	computed uint32
	field    [chunkCRC]byte
}

func (c checksum) right() bool { return binary.BigEndian.Uint32(c.field[:]) == c.computed }

// data copies a chunk's data to w, and reads its CRC.
func (s *pngSanitizer) data(here chunk, w io.Writer) (checksum, error) {
	sum := crc32.NewIEEE()
	_, _ = sum.Write([]byte(here.kind))

	if err := s.in.copyTo(io.MultiWriter(w, sum), here.length); err != nil {
		return checksum{}, err
	}

	read := checksum{computed: sum.Sum32()}

	return read, s.in.full(read.field[:])
}

// ancillary keeps or drops a chunk that defines how pixels are shown. A chunk with a
// wrong checksum is dropped, because a decoder may continue without it (section 13.1).
func (s *pngSanitizer) ancillary(here chunk) error {
	data := prefix{limit: int(here.length)}

	sum, err := s.data(here, &data)
	if err != nil {
		return err
	}

	if !sum.right() || !s.known.keeps(here.kind, data.Bytes()) {
		s.kinds.add(kindOther)

		return nil
	}

	s.write(here.kind, data.Bytes())

	return nil
}

// palette copies PLTE without the entries that no pixel can use. It drops PLTE in gray
// images.
func (s *pngSanitizer) palette(here chunk, header []byte) error {
	const entryBytes = 3

	most := int64(entryBytes << min(s.depth, 8)) // Bits of an index.

	switch grey := s.known.color == pngGrey || s.known.color == pngGreyAlpha; {
	case s.known.image: // Decoders ignore a palette after the pixels.
		s.kinds.add(kindOther)

		_, err := s.data(here, io.Discard)

		return err
	case !grey && here.length <= most:
		s.known.seen[here.kind] = true

		return s.copy(here, header)
	case here.length%entryBytes != 0:
		return failure.New(failure.Corrupt, "PNG palette of %d bytes", here.length)
	default:
		s.kinds.add(kindOther)

		data := prefix{limit: int(most)}

		sum, err := s.data(here, &data)
		if err == nil {
			err = checkCRC(here.kind, sum.computed, sum.field[:])
		}

		if err == nil && !grey {
			s.known.seen[here.kind] = true
			s.write(here.kind, data.Bytes())
		}

		return err
	}
}

// imageData copies IDAT or fdAT and corrects the checksum. The compressed pixels have a
// checksum of their own.
func (s *pngSanitizer) imageData(here chunk, header []byte) error {
	_, _ = s.out.Write(header) // Flush reports errors.

	sum := crc32.NewIEEE()
	_, _ = sum.Write([]byte(here.kind))

	if err := s.in.copyTo(io.MultiWriter(s.out, sum), here.length); err != nil {
		return err
	}

	_, _ = s.out.Write(binary.BigEndian.AppendUint32(nil, sum.Sum32()))

	var field [chunkCRC]byte
	if err := s.in.full(field[:]); !errors.Is(err, errEnd) { // The next chunk is then missing, too.
		return err
	}

	return nil
}

// exif replaces the first eXIf chunk that has an orientation by one that has only the
// orientation. All others are dropped.
func (s *pngSanitizer) exif(here chunk) error {
	start := prefix{limit: maxEXIF}

	sum, err := s.data(here, &start)
	if err != nil {
		return err
	}

	block := start.Bytes()

	orientation := 0
	if !s.oriented && (sum.right() || here.length > maxEXIF) {
		orientation = orientationOf(block)
	}

	s.oriented = s.oriented || orientation != 0

	if orientation <= Upright {
		s.kinds.add(exifKinds(block)...)

		return nil
	}

	minimal := minimalEXIF(orientation)
	if here.length != int64(len(minimal)) || !bytes.Equal(block, minimal) {
		s.kinds.add(exifKinds(block)...)
	}

	if s.known.image { // Further image data may follow, and image data chunks must be consecutive.
		s.late = orientation

		return nil
	}

	s.write("eXIf", minimal)

	return nil
}

func (s *pngSanitizer) write(kind string, data []byte) {
	length := binary.BigEndian.AppendUint32(nil, uint32(len(data))) //nolint:gosec // Our own short data.
	_, _ = s.out.Write(append(length, kind...))
	_, _ = s.out.Write(data)
	_, _ = s.out.Write(binary.BigEndian.AppendUint32(nil, pngSum(kind, data)))
}

// prefix keeps the first bytes that are written to it.
type prefix struct {
	limit int
	data  []byte
}

// Write keeps data up to the limit, and never fails.
func (p *prefix) Write(data []byte) (int, error) {
	room := min(max(0, p.limit-len(p.data)), len(data))
	p.data = append(p.data, data[:room]...)

	return len(data), nil
}

// Bytes returns the bytes that were kept.
func (p *prefix) Bytes() []byte { return p.data }

// textStart is the number of bytes that hold a text chunk's keyword, of at most 79 bytes
// (section 11.3.3).
const textStart = 80

// chunkKinds names the kinds of metadata in a dropped chunk.
func chunkKinds(kind string, data []byte) []string {
	switch kind {
	case "tEXt", "zTXt", "iTXt":
		return textKinds(data)
	case "tIME":
		return []string{kindTime}
	case "caBX": // It holds only Content Credentials, as defined by C2PA.
		return []string{kindCredentials}
	default:
		return []string{kindOther}
	}
}

// textKinds names the kinds of metadata in a text chunk, by its keyword. Before eXIf
// existed, ImageMagick wrote EXIF, IPTC and XMP as texts of hexadecimal digits.
func textKinds(data []byte) []string {
	keyword, _, _ := bytes.Cut(data, []byte{0})

	switch string(keyword) {
	case "XML:com.adobe.xmp":
		return xmpKinds(data)
	case "Raw profile type xmp":
		return []string{kindXMP}
	case "Raw profile type exif", "Raw profile type APP1":
		return []string{kindEXIF}
	case "Raw profile type iptc":
		return []string{kindIPTC}
	case "Comment":
		return []string{kindComment}
	default:
		return []string{kindText}
	}
}
