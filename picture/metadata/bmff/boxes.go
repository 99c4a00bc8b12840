package bmff

import (
	"encoding/binary"
	"errors"
	"io"
	"math"

	"triptych/picture/failure"
)

// maxMeta limits the meta box. The meta box of a phone's photo with 48 tiles has 4 KiB.
const maxMeta = 1 << 20

// errEnds returns the error of a read after the end of the file.
func errEnds() error { return failure.New(failure.Truncated, "the file ends in its header") }

// readAt reads n bytes, or reports that the file is truncated.
func readAt(r io.ReaderAt, size, offset int64, n int) ([]byte, error) {
	if offset < 0 || offset > size-int64(n) {
		return nil, errEnds()
	}

	data := make([]byte, n)

	got, err := r.ReadAt(data, offset)
	if got == n {
		return data, nil
	}

	if err == nil || errors.Is(err, io.EOF) {
		return nil, errEnds()
	}

	return nil, err
}

// metaBox finds the contents of the meta box, without its version and flags (ISO/IEC
// 14496-12, 8.11.1). All other boxes, including the pixels, are skipped, but must be
// complete.
func metaBox(r io.ReaderAt, whole int64) (meta []byte, err error) {
	const header, mostBoxes = 8, 256

	offset, sequence := int64(0), false

	for range mostBoxes {
		if offset+header > whole && (meta != nil || sequence) {
			return meta, withoutMeta(meta)
		}

		kind, begun, size, err := boxHeader(r, whole, offset)
		if err != nil {
			return nil, err
		}

		switch cut := size < begun || size > whole-offset; {
		case cut && meta != nil && kind != "mdat":
			return meta, nil // Bytes after the last box are not a box.
		case cut:
			return nil, errEnds()
		}

		sequence = sequence || kind == "moov"

		if kind == "meta" && meta == nil {
			if meta, err = readMeta(r, whole, offset+begun, size-begun); err != nil {
				return nil, err
			}
		}

		offset += size
	}

	return nil, failure.New(failure.Corrupt, "HEIF of more than %d boxes", mostBoxes)
}

// withoutMeta rejects a file that has a sequence and no meta box.
func withoutMeta(meta []byte) error {
	if meta != nil {
		return nil
	}

	return failure.New(failure.UnsupportedFormat, "HEIF of a sequence without a still image")
}

// readMeta reads the contents of a meta box after its version and flags.
func readMeta(r io.ReaderAt, whole, offset, size int64) ([]byte, error) {
	const version = 4

	if size > maxMeta || size < version {
		return nil, failure.New(failure.Corrupt, "HEIF with a meta box of %d bytes", size)
	}

	return readAt(r, whole, offset+version, int(size-version))
}

// boxHeader reads a box's kind, the length of its header, and its length including the
// header.
func boxHeader(r io.ReaderAt, whole, offset int64) (kind string, begun, size int64, err error) {
	const header, longHeader = 8, 16

	start, err := readAt(r, whole, offset, header)
	if err != nil {
		return "", 0, 0, err
	}

	kind, begun, size = string(start[4:header]), header, int64(binary.BigEndian.Uint32(start))

	switch size {
	case 0:
		return kind, begun, whole - offset, nil
	case 1:
		start, err = readAt(r, whole, offset, longHeader)
		if err != nil {
			return "", 0, 0, err
		}

		return kind, longHeader, int64(min(binary.BigEndian.Uint64(start[header:]), math.MaxInt64)), nil
	}

	return kind, begun, size, nil
}

// eachBox calls visit for the boxes in data until visit returns false. It ends at a box
// that is cut short.
func eachBox(data []byte, visit func(kind string, content []byte) bool) {
	const header, longHeader = 8, 16

	for len(data) >= header {
		size, begun := uint64(binary.BigEndian.Uint32(data)), uint64(header)

		switch {
		case size == 0:
			size = uint64(len(data))
		case size == 1 && len(data) >= longHeader:
			size, begun = binary.BigEndian.Uint64(data[header:]), longHeader
		}

		if size < begun || size > uint64(len(data)) || !visit(string(data[4:header]), data[begun:size]) {
			return
		}

		data = data[size:]
	}
}

// box finds the first box of a kind, or nil.
func box(data []byte, kind string) (content []byte) {
	eachBox(data, func(found string, inside []byte) bool {
		if found == kind {
			content = inside
		}

		return found != kind
	})

	return content
}

// fields reads the fields of a box. After the end of the box all bytes are zero.
type fields []byte

// uint reads a number of at most eight bytes.
func (f *fields) uint(bytes uint32) (n uint64) {
	if uint64(len(*f)) < uint64(bytes) {
		*f = nil

		return 0
	}

	for _, b := range (*f)[:bytes] {
		n = n<<8 | uint64(b)
	}

	*f = (*f)[bytes:]

	return n
}

// version reads the version of a full box, and skips its flags.
func (f *fields) version() uint64 {
	version := f.uint(1)
	f.uint(3)

	return version
}

// id reads an item's number. It has 16 bits in old versions of a box.
func (f *fields) id(long bool) uint32 {
	if long {
		return uint32(f.uint(4)) //nolint:gosec // Four bytes.
	}

	return uint32(f.uint(2)) //nolint:gosec // Two bytes.
}

// text reads a string that ends with a zero byte, or with the box.
func (f *fields) text() string {
	for i, b := range *f {
		if b == 0 {
			found := string((*f)[:i])
			*f = (*f)[i+1:]

			return found
		}
	}

	found := string(*f)
	*f = nil

	return found
}
