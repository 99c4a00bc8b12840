package metadata_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
)

const (
	sof0  = 0xc0
	sof2  = 0xc2
	dht   = 0xc4
	sos   = 0xda
	dqt   = 0xdb
	dnl   = 0xdc
	dri   = 0xdd
	app0  = 0xe0
	app1  = 0xe1
	app2  = 0xe2
	app11 = 0xeb
	app13 = 0xed
	app14 = 0xee
	com   = 0xfe
)

var (
	soi = []byte{0xff, 0xd8}
	eoi = []byte{0xff, 0xd9}
)

// iccProfile returns data with the start of a profile, followed by a text.
func iccProfile(text string) string {
	return strings.Repeat("\x00", 36) + "acsp" + strings.Repeat("\x00", 92) + text
}

// join concatenates parts.
func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// segment builds a JPEG segment.
func segment(marker byte, payload string) []byte {
	length := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(2+len(payload)))

	return append(length, payload...)
}

// frame builds a frame header of three components, 4:2:0.
func frame(marker byte, width, height uint16) []byte {
	payload := binary.BigEndian.AppendUint16([]byte{8}, height)
	payload = binary.BigEndian.AppendUint16(payload, width)

	return segment(marker, string(payload)+"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01")
}

// scan builds a start of scan with data.
func scan(data string) []byte {
	return append(segment(sos, "\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"), data...)
}

// scanOf builds a scan of only some components, with data.
func scanOf(components, data string) []byte {
	header := string([]byte{byte(len(components))})
	for _, component := range []byte(components) {
		header += string([]byte{component, 0x11})
	}

	return append(segment(sos, header+"\x00\x3f\x00"), data...)
}

// gradient returns an image with four different corners.
func gradient(width, height int) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.Set(x, y, color.NRGBA{uint8(255 * x / width), uint8(255 * y / height), 80, 255})
		}
	}

	return picture
}

// jpegBody returns the part of a small real JPEG after SOI, including the end marker.
func jpegBody(t testing.TB) []byte {
	t.Helper()

	var file bytes.Buffer
	if err := jpeg.Encode(&file, gradient(48, 32), nil); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()[2:]
}

// pngFile builds a small real PNG with chunks inserted after IHDR and between IDAT and
// IEND.
func pngFile(t testing.TB, early, late []byte) []byte {
	t.Helper()

	var file bytes.Buffer
	if err := png.Encode(&file, gradient(24, 16)); err != nil {
		t.Fatal(err)
	}

	return pngFileOf(file.Bytes(), early, late)
}

// pngFileOf inserts chunks after IHDR and before IEND.
func pngFileOf(plain, early, late []byte) []byte {
	const behindIHDR, end = 8 + 25, 12

	return join(plain[:behindIHDR], early, plain[behindIHDR:len(plain)-end], late, plain[len(plain)-end:])
}

// pngChunk builds a chunk with a correct CRC.
func pngChunk(kind, data string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(chunk, kind+data...)

	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(kind+data)))
}

// ihdr builds an IHDR chunk.
func ihdr(width, height uint32, depth, color, interlace byte) []byte {
	data := binary.BigEndian.AppendUint32(nil, width)
	data = binary.BigEndian.AppendUint32(data, height)

	return pngChunk("IHDR", string(append(data, depth, color, 0, 0, interlace)))
}

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// tag is an entry of an IFD. It holds one SHORT, or points to another IFD.
type tag struct {
	id    uint16
	value uint16
	inner []tag
}

// tiffFile writes IFD0 with everything to which it points, and optionally an IFD1.
func tiffFile(order byteOrder, thumbnail bool, tags ...tag) []byte {
	mark := "II*\x00"
	if order.Uint16([]byte{0, 1}) == 1 {
		mark = "MM\x00*"
	}

	file := order.AppendUint32([]byte(mark), 8)
	file = append(file, directory(order, 8, tags)...)

	if thumbnail {
		next := len(file)
		order.PutUint32(file[8+2+12*len(tags):], uint32(next))
		file = append(file, directory(order, next, []tag{{id: 0x0103, value: 6}})...)
	}

	return file
}

// directory writes one IFD that starts at an offset, and the IFDs inside it.
func directory(order byteOrder, offset int, tags []tag) []byte {
	const header, entry, next, long, short = 2, 12, 4, 4, 3

	file := order.AppendUint16(nil, uint16(len(tags)))
	behind := offset + header + entry*len(tags) + next

	var inner []byte

	for _, tag := range tags {
		file = order.AppendUint16(file, tag.id)

		if tag.inner == nil {
			file = order.AppendUint16(file, short)
			file = order.AppendUint32(file, 1)
			file = order.AppendUint16(file, tag.value)
			file = append(file, 0, 0)

			continue
		}

		file = order.AppendUint16(file, long)
		file = order.AppendUint32(file, 1)
		file = order.AppendUint32(file, uint32(behind+len(inner)))
		inner = append(inner, directory(order, behind+len(inner), tag.inner)...)
	}

	return slices.Concat(file, make([]byte, next), inner)
}

// cameraEXIF builds an EXIF block as a camera writes it.
func cameraEXIF(order byteOrder, orientation uint16) []byte {
	return tiffFile(order, true,
		tag{id: 0x0112, value: orientation},
		tag{id: 0x8769, inner: []tag{{id: 0x927c, value: 1}}},
		tag{id: 0x8825, inner: []tag{{id: 0x0001, value: 'N'}}},
	)
}

// exifSegment builds an APP1 segment with an EXIF block.
func exifSegment(block []byte) []byte { return segment(app1, "Exif\x00\x00"+string(block)) }

// onlyOrientation builds the EXIF block of a sanitized image.
func onlyOrientation(orientation uint16) []byte {
	return tiffFile(binary.BigEndian, false, tag{id: 0x0112, value: orientation})
}
