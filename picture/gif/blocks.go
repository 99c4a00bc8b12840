package gif

import (
	"encoding/binary"
	"image"
	"io"
)

// The blocks of a GIF89a file (appendix A of the specification): a header with the
// logical screen and its color table, then images and extensions, then a trailer.
const (
	headerBytes     = 13
	screenAt        = 6
	fieldsAt        = 10
	descriptorBytes = 10 // of an image, with its separator

	blockExtension = 0x21
	blockImage     = 0x2c

	labelControl     = 0xf9
	labelApplication = 0xff

	entryBytes = 3 // of a color table
)

// blocks reads a file block by block.
type blocks struct {
	file   []byte
	offset int

	screen  image.Point
	table   []byte // the global color table
	control Control
	loops   int // as in Decoder.Loops
	images  int // number of images with an area so far
}

// newBlocks reads the header.
func newBlocks(file []byte) (*blocks, error) {
	b := &blocks{file: file, loops: -1, control: NoControl}

	header, ok := b.take(headerBytes)
	if !ok {
		return b, truncated(len(file))
	}

	b.screen = image.Pt(int(binary.LittleEndian.Uint16(header[screenAt:])), int(binary.LittleEndian.Uint16(header[screenAt+2:])))

	if b.table, ok = b.take(TableBytes(header[fieldsAt])); !ok {
		return b, truncated(len(file))
	}

	return b, nil
}

// TableBytes returns the length of a color table in bytes. fields are the packed fields
// of a logical screen or of an image (sections 18 and 20).
func TableBytes(fields byte) int {
	const present, sizeMask = 1 << 7, 7

	if fields&present == 0 {
		return 0
	}

	return entryBytes << (1 + fields&sizeMask)
}

// take returns the next bytes, if there are enough.
func (b *blocks) take(count int) ([]byte, bool) {
	if len(b.file)-b.offset < count {
		return nil, false
	}

	b.offset += count

	return b.file[b.offset-count : b.offset], true
}

// next returns the next image with an area, or io.EOF after the last. If the file ends
// before the first image, next returns an error. Before the first image, next skips bytes
// that are not the start of a block. After the first image, such a byte ends the file.
func (b *blocks) next() (*Image, error) {
	for {
		introducer, ok := b.take(1)
		if !ok {
			return nil, b.end(truncated(len(b.file)))
		}

		switch introducer[0] {
		case blockExtension:
			if !b.extension() {
				return nil, b.end(truncated(len(b.file)))
			}
		case blockImage:
			read, ok := b.image()
			if !ok {
				return nil, b.end(truncated(len(b.file)))
			}

			if !read.Bounds.Empty() {
				b.images++

				return read, nil
			}
		default:
			if introducer[0] == Trailer || b.images > 0 {
				return nil, b.end(corrupt("no image"))
			}
		}
	}
}

// Trailer is the byte that ends a file (section 27).
const Trailer = 0x3b

// end returns io.EOF, or the given error if the file has no image.
func (b *blocks) end(fault error) error {
	b.offset = len(b.file)

	if b.images > 0 {
		return io.EOF
	}

	return fault
}

// image reads an image. Its data may be truncated.
func (b *blocks) image() (*Image, bool) {
	descriptor, ok := b.take(descriptorBytes - 1)
	if !ok {
		return nil, false
	}

	read := &Image{Control: b.control}
	read.Describe(descriptor)

	b.control = NoControl

	local, ok := b.take(TableBytes(descriptor[len(descriptor)-1]))
	if !ok {
		return nil, false
	}

	if read.Colors = local; len(local) == 0 {
		read.Colors = b.table
	}

	bits, ok := b.take(1)
	if !ok {
		return nil, false
	}

	read.CodeBits = int(bits[0])
	start := b.offset
	read.Complete = b.chain(func([]byte) {})
	read.Data = b.file[start:b.offset]

	return read, true
}

// chain visits the data of a chain of sub-blocks (section 15), and reports whether the
// chain has a terminator. If the last sub-block is truncated, chain visits the bytes that
// exist.
func (b *blocks) chain(visit func(data []byte)) bool {
	for {
		length, ok := b.take(1)
		if !ok {
			return false
		}

		data, ok := b.take(int(length[0]))
		if !ok {
			data, _ = b.take(len(b.file) - b.offset)
		}

		visit(data)

		if !ok || length[0] == 0 {
			return ok
		}
	}
}

// extension reads a graphic control (section 23), or the number of repetitions. It skips
// all other extensions.
func (b *blocks) extension() bool {
	label, ok := b.take(1)
	if !ok {
		return false
	}

	var parts [][]byte

	const most = 16 // No known extension has more than two sub-blocks.

	ok = b.chain(func(data []byte) {
		if len(parts) < most {
			parts = append(parts, data)
		}
	})

	switch label[0] {
	case labelControl:
		if ok {
			if control, known := ParseControl(parts[0]); known {
				b.control = control
			}
		}
	case labelApplication:
		if loops, known := Repeats(parts); ok && known && b.loops < 0 {
			b.loops = loops
		}
	}

	return ok
}

// Repeats reads the number of repetitions of an animation from the sub-blocks of an
// application extension; 0 means forever. In Netscape's extension, a sub-block contains
// the byte 1 and then the number.
func Repeats(parts [][]byte) (int, bool) {
	const loopBytes, loopID = 3, 1

	if len(parts) == 0 || string(parts[0]) != "NETSCAPE2.0" && string(parts[0]) != "ANIMEXTS1.0" {
		return 0, false
	}

	for _, part := range parts[1:] {
		if len(part) == loopBytes && part[0] == loopID {
			return int(binary.LittleEndian.Uint16(part[1:])), true
		}
	}

	return 0, false
}
