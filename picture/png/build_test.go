package png_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"triptych/picture/planes"
)

const signature = "\x89PNG\r\n\x1a\n"

// kind is a kind of PNG file.
type kind struct {
	color, depth int
	interlaced   bool
}

// kinds returns all kinds.
func kinds() []kind {
	var all []kind

	for color, depths := range map[int][]int{0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}} {
		for _, depth := range depths {
			all = append(all, kind{color, depth, false}, kind{color, depth, true})
		}
	}

	return all
}

func (k kind) String() string {
	return fmt.Sprintf("color type %d, %d bits, interlaced %t", k.color, k.depth, k.interlaced)
}

func (k kind) bitsPerPixel() int {
	return k.depth * map[int]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[k.color]
}

// header returns the IHDR chunk.
func (k kind) header(width, height int) []byte {
	data := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	data = append(data, byte(k.depth), byte(k.color), 0, 0, 0)

	if k.interlaced {
		data[12] = 1
	}

	return chunk("IHDR", string(data))
}

// rows returns unpacked image data: for each row a filter byte and random bytes, which
// are valid pixels for every kind.
func (k kind) rows(random *rand.Rand, width, height int, filter func() byte) []byte {
	passes := [][4]int{{0, 0, 1, 1}}
	if k.interlaced {
		passes = [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}

	var rows []byte

	for _, p := range passes {
		across := (width - p[0] + p[2] - 1) / p[2]
		if across <= 0 {
			continue
		}

		for y := p[1]; y < height; y += p[3] {
			rows = append(rows, filter())

			for range (across*k.bitsPerPixel() + 7) / 8 {
				rows = append(rows, byte(random.Uint32()>>(random.Uint32()%8)))
			}
		}
	}

	return rows
}

// file returns a PNG with the given chunks between the header and the image data.
func (k kind) file(width, height int, rows []byte, between ...[]byte) []byte {
	parts := append([][]byte{[]byte(signature), k.header(width, height)}, between...)

	return bytes.Join(append(parts, chunk("IDAT", pack(rows)), chunk("IEND", "")), nil)
}

// colored returns the palette for an indexed image; nothing for other kinds.
func (k kind) colored(colors int) []byte {
	if k.color != 3 {
		return nil
	}

	var palette []byte
	for i := range min(colors, 1<<k.depth) {
		palette = append(palette, byte(7*i+1), byte(255-i), byte(i*i))
	}

	return chunk("PLTE", string(palette))
}

// white returns the largest sample, in the format of tRNS.
func (k kind) white() string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(1<<k.depth-1)))
}

// half returns a chunk that makes some pixels transparent, if the kind needs a chunk for
// that.
func (k kind) half() []byte {
	switch k.color {
	case 0:
		return chunk("tRNS", "\x00\x01")
	case 2:
		return chunk("tRNS", "\x00\x01\x00\x01\x00\x01")
	case 3:
		return chunk("tRNS", "\x80")
	default:
		return nil
	}
}

// chunk returns a PNG chunk.
func chunk(name, data string) []byte {
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name+data...)

	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(name+data)))
}

// pack returns a zlib stream.
func pack(data []byte) string {
	var packed bytes.Buffer

	packer := zlib.NewWriter(&packed)
	packer.Write(data)
	packer.Close()

	return packed.String()
}

// resealed writes the right checksum into every complete chunk, so that the decoder does
// not reject the input of the fuzzer at once.
func resealed(file []byte) []byte {
	file = bytes.Clone(file)

	for offset := len(signature); len(file)-offset >= 12; {
		length := int(binary.BigEndian.Uint32(file[offset:]))
		if length > len(file)-offset-12 {
			break
		}

		end := offset + 8 + length
		binary.BigEndian.PutUint32(file[end:], crc32.ChecksumIEEE(file[offset+4:end]))
		offset = end + 4
	}

	return file
}

// pixelOf converts a pixel of image/png to 8 bits per sample; of 16 bits it keeps the
// high ones.
func pixelOf(t testing.TB, c color.Color) color.NRGBA {
	t.Helper()

	high := func(deep uint16) uint8 { return uint8(deep >> 8) }

	switch c := c.(type) {
	case color.Gray:
		return color.NRGBA{c.Y, c.Y, c.Y, 255}
	case color.Gray16:
		return color.NRGBA{high(c.Y), high(c.Y), high(c.Y), 255}
	case color.RGBA: // From decoders without alpha.
		return color.NRGBA(c)
	case color.NRGBA:
		return c
	case color.RGBA64: // Like RGBA.
		return color.NRGBA{high(c.R), high(c.G), high(c.B), high(c.A)}
	case color.NRGBA64:
		return color.NRGBA{high(c.R), high(c.G), high(c.B), high(c.A)}
	default:
		t.Fatalf("a pixel of type %T", c)

		return color.NRGBA{}
	}
}

// differs describes the first difference from the image of image/png, or returns "".
func differs(t testing.TB, got *planes.Image, alpha *planes.Plane, want image.Image) string {
	t.Helper()

	size := want.Bounds().Size()
	if image.Pt(got.Width, got.Height) != size || len(got.Planes) != got.Model.Components() {
		return fmt.Sprintf("%d × %d pixels in %d planes, want %v", got.Width, got.Height, len(got.Planes), size)
	}

	transparent := false

	for y := range size.Y {
		for x := range size.X {
			pixel := color.NRGBA{A: 255}
			if alpha != nil {
				pixel.A = alpha.Row(y)[x]
			}

			pixel.R = got.Planes[0].Row(y)[x]
			pixel.G, pixel.B = pixel.R, pixel.R

			if got.Model == planes.RGB {
				pixel.G, pixel.B = got.Planes[1].Row(y)[x], got.Planes[2].Row(y)[x]
			}

			if ideal := pixelOf(t, want.At(x, y)); pixel != ideal {
				return fmt.Sprintf("%v at %d, %d, want %v", pixel, x, y, ideal)
			}

			transparent = transparent || pixel.A != 255
		}
	}

	if transparent != (alpha != nil) {
		return fmt.Sprintf("a plane of alpha: %t, transparent pixels: %t", alpha != nil, transparent)
	}

	return ""
}
