package png

import (
	"encoding/binary"
	"hash/crc32"

	"triptych/shared/faults"
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

	palette      *palette      // of indexed colour
	transparency *transparency // of grey and of truecolour; nil where there is none

	firstIDAT int   // offset of the first IDAT chunk
	packed    int64 // bytes in all IDAT chunks
}

// alphaPlanes is how many planes alpha may take.
func (c container) alphaPlanes() int {
	if c.colour&usesAlpha != 0 || c.transparency != nil || c.palette != nil && c.palette.transparent {
		return 1
	}

	return 0
}

// memory is how many bytes the picture takes: its planes, all of them or some rows, and
// the rows that are worked on, which a picture of one row has as large as itself.
func (c container) memory(streams bool) int64 {
	width, height, row := int64(c.width), int64(c.height), int64(1+c.rowBytes(c.width))
	planes, alpha := int64(c.planes()), int64(c.alphaPlanes())
	need := 2 * row //nolint:mnd // This one and the last.

	if streams {
		some := min(rowsAtOnce, height)
		need += min(2*rowsAtOnce, height)*width*(planes+alpha) + batchesAhead*some*row //nolint:mnd // As newStream.
	} else {
		need += width*height*(planes+alpha) + width*alpha
	}

	if c.interlaced {
		need += width * planes
	}

	if c.depth != 8 { //nolint:mnd // Bits.
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

	if int64(len(file)-offset) < headBytes+length+crcBytes {
		return chunk{}, truncated(offset, len(file))
	}

	begin := offset + headBytes

	return chunk{
		kind:   string(file[offset+lengthBytes : begin]),
		offset: offset,
		data:   file[begin : begin+int(length)],
	}, nil
}

// verify compares a chunk's checksum, which is over type and data (5.5).
func (c chunk) verify(file []byte) error {
	end := c.next() - crcBytes
	if crc32.ChecksumIEEE(file[c.offset+lengthBytes:end]) != binary.BigEndian.Uint32(file[end:]) {
		return corrupt(c.offset, "checksum of chunk %q", c.kind)
	}

	return nil
}

// walk reads every chunk up to IEND; what stands behind it is not looked at.
func walk(file []byte) (container, error) {
	if len(file) < len(signature) && signature[:len(file)] == string(file) {
		return container{}, truncated(0, len(file))
	}

	if len(file) < len(signature) || string(file[:len(signature)]) != signature {
		return container{}, faults.New(faults.Corrupt, "PNG: no signature")
	}

	var found container

	for offset, at := len(signature), atStart; at != seenIEND; {
		here, err := chunkAt(file, offset)
		if err != nil {
			return container{}, err
		}

		if err := here.verify(file); err != nil {
			return container{}, err
		}

		if at, err = found.take(here, at); err != nil {
			return container{}, err
		}

		offset = here.next()
	}

	return found, nil
}

// take reads what a chunk says, and returns the stage that is reached.
func (c *container) take(here chunk, at stage) (stage, error) {
	if at == atStart && here.kind != "IHDR" {
		return at, corrupt(here.offset, "the first chunk is %q", here.kind)
	}

	var err error

	switch here.kind {
	case "IHDR":
		return seenIHDR, c.takeHeader(here, at)
	case "PLTE":
		if at != seenIHDR {
			return at, outOfOrder(here)
		}

		c.palette, err = parsePalette(here, c.header)

		return seenPLTE, err
	case "tRNS":
		if at != seenPLTE && (at != seenIHDR || c.colour == indexed) {
			return at, outOfOrder(here)
		}

		return seenTRNS, c.takeTransparency(here)
	case "IDAT":
		return seenIDAT, c.takeImageData(here, at)
	case "IEND":
		if at != seenIDAT {
			return at, outOfOrder(here)
		}

		if len(here.data) != 0 {
			return at, corrupt(here.offset, "IEND of %d bytes", len(here.data))
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
	if c.colour == indexed && c.palette == nil {
		return corrupt(here.offset, "no palette before the image data")
	}

	if at != seenIDAT {
		c.firstIDAT = here.offset
	}

	c.packed += int64(len(here.data))

	return nil
}

func outOfOrder(here chunk) error { return corrupt(here.offset, "chunk %q out of order", here.kind) }
