package png

import (
	"encoding/binary"
	"hash/crc32"

	"triptych/picture/failure"
)

// A file is a signature and chunks. Each chunk has length, type, data and CRC (5.2, 5.3).
const (
	signature   = "\x89PNG\r\n\x1a\n"
	prefixBytes = 8 // length and type
	crcBytes    = 4
	lengthBytes = 4
	maxChunk    = 1<<31 - 1
)

// container describes the file around the image data.
type container struct {
	header

	palette      *palette      // for indexed color
	transparency *transparency // for gray and truecolor; nil if there is none

	colors func(coded [3]float32) (r, g, b byte) // see Options

	firstIDAT int   // offset of the first IDAT chunk
	packed    int64 // bytes in all IDAT chunks
	unsealed  bool  // the checksum of an IDAT chunk is wrong or missing
	cut       bool  // there is no IEND
}

// alphaPlanes is the number of planes that alpha may need.
func (c container) alphaPlanes() int {
	if c.color&usesAlpha != 0 || c.transparency != nil || c.palette != nil && c.palette.transparent {
		return 1
	}

	return 0
}

// memory is the number of bytes that the image needs: its planes, complete or some rows,
// and the working rows. For an image of one row, each working row is as large as the
// image.
func (c container) memory(streams bool) int64 {
	width, height, row := int64(c.width), int64(c.height), int64(1+c.rowBytes(c.width))
	planes, alpha := int64(c.planes()), int64(c.alphaPlanes())
	need := 2 * row // The current row and the previous one.

	if streams {
		some := min(rowsAtOnce, height)
		need += min(2*rowsAtOnce, height)*width*(planes+alpha) + batchesAhead*some*row
	} else {
		need += width*height*(planes+alpha) + width*alpha
	}

	if c.interlaced {
		need += width * planes
	}

	if c.depth != 8 {
		need += width * int64(c.channels())
	}

	return need
}

// stage is the position in the order of chunks (5.6).
type stage int

const (
	atStart stage = iota
	seenIHDR
	seenPLTE
	seenTRNS
	seenIDAT
	seenIEND
)

// chunk is one chunk of a file.
type chunk struct {
	kind   string
	offset int // of its length
	data   []byte
}

// next is the offset of the next chunk.
func (c chunk) next() int { return c.offset + prefixBytes + len(c.data) + crcBytes }

// chunkAt reads the chunk at an offset. Its checksum is not verified.
func chunkAt(file []byte, offset int) (chunk, error) {
	if len(file)-offset < prefixBytes {
		return chunk{}, truncated(offset, len(file))
	}

	length := int64(binary.BigEndian.Uint32(file[offset:]))
	if length > maxChunk {
		return chunk{}, corrupt(offset, "chunk of %d bytes", length)
	}

	begin, most := offset+prefixBytes, int64(len(file)-offset-prefixBytes)
	kind := string(file[offset+lengthBytes : begin])

	// A file may end in the checksum after the image data, because all pixels can be
	// present.
	if kind != "IDAT" {
		most -= crcBytes
	}

	if most < length {
		return chunk{kind: kind}, truncated(offset, len(file))
	}

	return chunk{kind: kind, offset: offset, data: file[begin : begin+int(length)]}, nil
}

// sealed reports whether the checksum of a chunk over type and data is right (5.5).
func (c chunk) sealed(file []byte) bool {
	end := c.next() - crcBytes

	return len(file)-end >= crcBytes && crc32.ChecksumIEEE(file[c.offset+lengthBytes:end]) == binary.BigEndian.Uint32(file[end:])
}

// ancillary reports whether a decoder may continue without the chunk (5.4).
func (c chunk) ancillary() bool { return c.kind[0]&0x20 != 0 }

// walk reads every chunk up to IEND, and ignores everything after it. It ignores an
// ancillary chunk with a wrong checksum. The checksum of the pixels determines whether
// the image data is right. After the image data, the file may end anywhere.
func walk(file []byte) (container, error) {
	if len(file) < len(signature) && signature[:len(file)] == string(file) {
		return container{}, truncated(0, len(file))
	}

	if len(file) < len(signature) || string(file[:len(signature)]) != signature {
		return container{}, failure.New(failure.Corrupt, "PNG: no signature")
	}

	var found container

	for offset, at := len(signature), atStart; at != seenIEND; {
		here, err := chunkAt(file, offset)
		if failure.Is(err, failure.Truncated) && at == seenIDAT && here.kind != "IDAT" {
			found.cut = true

			break
		}

		if err != nil {
			return container{}, err
		}

		switch sealed := here.sealed(file); {
		case sealed, here.kind == "IEND":
		case here.kind == "IDAT":
			found.unsealed = true
		case here.ancillary():
			offset = here.next()

			continue
		default:
			return container{}, corrupt(here.offset, "wrong checksum of chunk %q", here.kind)
		}

		if at, err = found.take(here, at); err != nil {
			return container{}, err
		}

		offset = here.next()
	}

	return found, nil
}

// take reads the contents of a chunk, and returns the new stage.
func (c *container) take(here chunk, at stage) (stage, error) { //nolint:cyclop // One case for each kind of chunk.
	if at == atStart && here.kind != "IHDR" {
		return at, corrupt(here.offset, "the first chunk is %q", here.kind)
	}

	var err error

	switch here.kind {
	case "IHDR":
		return seenIHDR, c.takeHeader(here, at)
	case "PLTE":
		if c.color&usesColor == 0 && at == seenIHDR { // It is not allowed here, and is ignored.
			return at, nil
		}

		if at != seenIHDR && (at != seenTRNS || c.color == indexed) {
			return at, outOfOrder(here)
		}

		c.palette, err = parsePalette(here, c.header)

		return max(at, seenPLTE), err
	case "tRNS":
		if at != seenPLTE && (at != seenIHDR || c.color == indexed) || !c.takeTransparency(here) {
			return at, nil // Like libpng: an invalid one is ignored.
		}

		return seenTRNS, nil
	case "IDAT":
		return seenIDAT, c.takeImageData(here, at)
	case "IEND":
		if at != seenIDAT {
			return at, outOfOrder(here)
		}

		return seenIEND, nil
	default:
		return at, nil
	}
}

func (c *container) takeHeader(here chunk, at stage) (err error) {
	if at != atStart {
		return outOfOrder(here)
	}

	if len(here.data) != headerBytes {
		return corrupt(here.offset, "IHDR of %d bytes", len(here.data))
	}

	c.header, err = parseHeader(here.data, here.offset+prefixBytes)

	return err
}

// takeImageData stores where the image data begins. Inflating checks later that its
// chunks follow one another, as required.
func (c *container) takeImageData(here chunk, at stage) error {
	if c.color == indexed && c.palette == nil {
		return corrupt(here.offset, "no palette before the image data")
	}

	if at != seenIDAT {
		c.firstIDAT = here.offset
	}

	c.packed += int64(len(here.data))

	return nil
}

func outOfOrder(here chunk) error { return corrupt(here.offset, "chunk %q out of order", here.kind) }
