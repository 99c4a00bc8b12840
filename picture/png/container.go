package png

import (
	"encoding/binary"
	"hash/crc32"

	"triptych/picture/failure"
)

// A file is a signature and chunks, each of length, type, data and CRC (5.2, 5.3).
const (
	signature   = "\x89PNG\r\n\x1a\n"
	headBytes   = 8 // length and type
	crcBytes    = 4
	lengthBytes = 4
	maxChunk    = 1<<31 - 1
)

// container is what stands around the image data.
type container struct {
	header

	palette      *palette      // of indexed color
	transparency *transparency // of grey and of truecolor; nil where there is none

	colors func(coded [3]float32) (r, g, b byte) // see Options

	firstIDAT int   // offset of the first IDAT chunk
	packed    int64 // bytes in all IDAT chunks
	unsealed  bool  // the checksum of an IDAT chunk is wrong or missing
	cut       bool  // there is no IEND
}

// alphaPlanes is how many planes alpha may take.
func (c container) alphaPlanes() int {
	if c.color&usesAlpha != 0 || c.transparency != nil || c.palette != nil && c.palette.transparent {
		return 1
	}

	return 0
}

// memory is how many bytes the picture takes: its planes, all of them or some rows, and
// the rows that are worked on, which a picture of one row has as large as itself.
func (c container) memory(streams bool) int64 {
	width, height, row := int64(c.width), int64(c.height), int64(1+c.rowBytes(c.width))
	planes, alpha := int64(c.planes()), int64(c.alphaPlanes())
	need := 2 * row // This one and the last.

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

// stage says how far a file's chunks have come. Their order is that of 5.6.
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

// next is the offset of the chunk behind.
func (c chunk) next() int { return c.offset + headBytes + len(c.data) + crcBytes }

// chunkAt reads the chunk at an offset. Its checksum is not verified.
func chunkAt(file []byte, offset int) (chunk, error) {
	if len(file)-offset < headBytes {
		return chunk{}, truncated(offset, len(file))
	}

	length := int64(binary.BigEndian.Uint32(file[offset:]))
	if length > maxChunk {
		return chunk{}, corrupt(offset, "chunk of %d bytes", length)
	}

	begin, most := offset+headBytes, int64(len(file)-offset-headBytes)
	kind := string(file[offset+lengthBytes : begin])

	// All pixels can be there where a file ends in the checksum behind them.
	if kind != "IDAT" {
		most -= crcBytes
	}

	if most < length {
		return chunk{kind: kind}, truncated(offset, len(file))
	}

	return chunk{kind: kind, offset: offset, data: file[begin : begin+int(length)]}, nil
}

// sealed says whether a chunk's checksum is right, which is over type and data (5.5).
func (c chunk) sealed(file []byte) bool {
	end := c.next() - crcBytes

	return len(file)-end >= crcBytes && crc32.ChecksumIEEE(file[c.offset+lengthBytes:end]) == binary.BigEndian.Uint32(file[end:])
}

// ancillary says whether a decoder may go on without the chunk (5.4).
func (c chunk) ancillary() bool { return c.kind[0]&0x20 != 0 }

// walk reads every chunk up to IEND; what stands behind it is not looked at. An
// ancillary chunk whose checksum is wrong says nothing. Whether image data is right the
// checksum of its pixels shows; behind it the file may end anywhere.
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
			return container{}, corrupt(here.offset, "checksum of chunk %q", here.kind)
		}

		if at, err = found.take(here, at); err != nil {
			return container{}, err
		}

		offset = here.next()
	}

	return found, nil
}

// take reads what a chunk says, and returns the stage that is reached.
func (c *container) take(here chunk, at stage) (stage, error) { //nolint:cyclop // A flat table of chunks.
	if at == atStart && here.kind != "IHDR" {
		return at, corrupt(here.offset, "the first chunk is %q", here.kind)
	}

	var err error

	switch here.kind {
	case "IHDR":
		return seenIHDR, c.takeHeader(here, at)
	case "PLTE":
		if c.color&usesColor == 0 && at == seenIHDR { // It may not be there, and says nothing.
			return at, nil
		}

		if at != seenIHDR && (at != seenTRNS || c.color == indexed) {
			return at, outOfOrder(here)
		}

		c.palette, err = parsePalette(here, c.header)

		return max(at, seenPLTE), err
	case "tRNS":
		if at != seenPLTE && (at != seenIHDR || c.color == indexed) || !c.takeTransparency(here) {
			return at, nil // As libpng has it: one that cannot be says nothing.
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

	c.header, err = parseHeader(here.data, here.offset+headBytes)

	return err
}

// takeImageData notes where the image data begins. Whether its chunks follow one
// another, as they must, inflating shows.
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
