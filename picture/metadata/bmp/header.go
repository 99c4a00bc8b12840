package bmp

import (
	"encoding/binary"
	"io"
	"math/bits"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
)

// Header holds what the headers of a BMP say about its pixels (Microsoft,
// "BITMAPFILEHEADER" to "BITMAPV5HEADER"; IBM, "OS/2 Bitmap File Format"). Inspect and the
// decoder read the same headers.
type Header struct {
	Width, Height int // in pixels
	TopDown       bool
	Bits          int // of a pixel: 1, 2, 4, 8, 16, 24 or 32
	RunLengths    bool
	// Masks are the bits of red, green, blue and alpha in a pixel of 16 bits or more. If
	// the mask of alpha is 0, the image is opaque.
	Masks [4]uint32
	// PaletteAt is the offset of the palette. It has Colors colors of ColorBytes bytes
	// each.
	PaletteAt          int64
	Colors, ColorBytes int
	PixelsAt           int64
}

// RowBytes returns the length of a row that is not compressed.
func (h *Header) RowBytes() int64 {
	return (int64(h.Width)*int64(h.Bits) + 31) / 32 * rowBytes // 32 is the number of bits in rowBytes.
}

// PixelBytes returns the length of all rows. Padding after the last pixel is optional.
func (h *Header) PixelBytes() int64 {
	return h.RowBytes()*int64(h.Height-1) + (int64(h.Width)*int64(h.Bits)+7)/8
}

// Read reads the headers of a BMP file of size bytes. Its rejections are those of
// metadata.Inspect.
func Read(r io.ReaderAt, size int64) (*Header, error) {
	header, err := read(container.NewWindow(r, size))
	if err != nil {
		return nil, container.Truncated(err)
	}

	return header, nil
}

// Compression methods of a BMP.
const (
	plain          = 0
	rle8           = 1
	rle4           = 2
	bitfields      = 3
	alphaBitfields = 6
)

func read(view *container.Window) (*Header, error) {
	start, err := view.At(0, infoAt+4)
	if err != nil {
		return nil, err
	}

	length := int(min(binary.LittleEndian.Uint32(start[infoAt:]), longestBytes))

	if !isHeader(start) {
		return nil, failure.New(failure.UnsupportedFormat, "BMP with a header of %d bytes", length)
	}

	if start, err = view.At(0, infoAt+length); err != nil {
		return nil, err
	}

	header := &Header{PixelsAt: int64(binary.LittleEndian.Uint32(start[10:])), PaletteAt: int64(infoAt + length), ColorBytes: 4}
	packing := header.readSize(append([]byte(nil), start[infoAt:]...))

	if header.Width <= 0 || header.Height <= 0 {
		return nil, failure.New(failure.Corrupt, "BMP of %d × %d pixels", header.Width, header.Height)
	}

	if reason := header.unsupported(packing, length); reason != "" {
		return nil, failure.New(failure.UnsupportedFormat, "BMP %s", reason)
	}

	if err := header.readMasks(view, packing, length); err != nil {
		return nil, err
	}

	header.place(length)

	// A file with fewer bytes than its pixels need has been cut off.
	if !header.RunLengths && header.PixelsAt+header.PixelBytes() > view.Size {
		return nil, failure.New(failure.Truncated, "BMP of %d × %d pixels in %d bytes", header.Width, header.Height, view.Size)
	}

	return header, nil
}

// readSize reads the fields of the second header, and returns the compression method.
func (h *Header) readSize(info []byte) (packing uint32) {
	order := binary.LittleEndian

	if len(info) == oldHeaderBytes {
		h.Width, h.Height = int(order.Uint16(info[4:])), int(order.Uint16(info[6:]))
		h.Bits, h.ColorBytes = int(order.Uint16(info[10:])), 3

		return plain
	}

	// With a negative height, the first row is the top row.
	h.Width = int(int32(order.Uint32(info[4:])))  //nolint:gosec // Two's complement.
	h.Height = int(int32(order.Uint32(info[8:]))) //nolint:gosec // As above.
	h.Bits = int(order.Uint16(info[14:]))

	if h.TopDown = h.Height < 0; h.TopDown {
		h.Height = -h.Height
	}

	if len(info) < infoBytes { // In OS/2 a header may end early if the remaining fields are 0.
		return plain
	}

	h.Colors = int(min(order.Uint32(info[32:]), 1<<16))

	return order.Uint32(info[16:])
}

// unsupported names the property that the decoder does not read, or returns "".
func (h *Header) unsupported(packing uint32, length int) string {
	const os2Header = 64 // in this header, 3 and 4 are a fax coding and run lengths of colors

	switch h.Bits {
	case 1, 2, 4, 8, 16, 24, 32:
	default:
		if packing == 4 || packing == 5 { // JPEG and PNG, for which the number of bits has no meaning.
			return "with JPEG or PNG inside"
		}

		return "with other than 1, 2, 4, 8, 16, 24 or 32 bits per pixel"
	}

	switch {
	case packing == plain:
	case packing == rle8 && h.Bits == 8, packing == rle4 && h.Bits == 4:
		h.RunLengths = true
	case (packing == bitfields || packing == alphaBitfields) && h.Bits >= 16 && length != os2Header:
	default:
		return "with an unknown compression"
	}

	return ""
}

// readMasks finds the bits of each color in a pixel.
func (h *Header) readMasks(view *container.Window, packing uint32, length int) error {
	const (
		masksAt = 40 // in a header that contains them
		three   = 52
		four    = 56
	)

	switch h.Bits {
	case 16:
		h.Masks = [4]uint32{0x7c00, 0x3e0, 0x1f}
	case 24, 32:
		h.Masks = [4]uint32{0xff0000, 0xff00, 0xff}
	}

	if packing != bitfields && packing != alphaBitfields {
		return nil
	}

	count := 3
	if packing == alphaBitfields || length >= four {
		count++
	}

	fields, err := view.At(infoAt+masksAt, 4*count) // The bytes of a mask.
	if err != nil {
		return err
	}

	if length < three { // The masks follow the header, and the palette follows the masks.
		h.PaletteAt += int64(4 * count)
	}

	var masks [4]uint32

	for i := range count {
		masks[i] = binary.LittleEndian.Uint32(fields[4*i:])
	}

	if masks == [4]uint32{} { // In this case Pillow reads the fourth byte as alpha.
		if h.Bits == 32 {
			h.Masks[3] = 0xff000000
		}

		return nil
	}

	for _, mask := range masks {
		if run := mask >> (bits.TrailingZeros32(mask) % 32); run&(run+1) != 0 {
			return failure.New(failure.UnsupportedFormat, "BMP with a color in bits %#x", mask)
		}
	}

	h.Masks = masks

	return nil
}

// place computes the length of the palette, and the offset of the pixels if the file does
// not contain that offset.
func (h *Header) place(length int) {
	if h.Bits > 8 { // The largest size of an index in bits.
		h.Colors = 0
	} else if h.Colors == 0 {
		h.Colors = 1 << h.Bits
	}

	end := h.PaletteAt + int64(h.Colors*h.ColorBytes)

	if h.PixelsAt == 0 || h.Bits <= 8 && h.PixelsAt == int64(infoAt+length) {
		h.PixelsAt = end // Some writers do not count the palette.
	}

	// Bytes after the start of the pixels do not belong to the palette.
	if room := (h.PixelsAt - h.PaletteAt) / int64(h.ColorBytes); h.PixelsAt >= h.PaletteAt && int64(h.Colors) > room {
		h.Colors = int(room)
	}

	h.Colors = min(h.Colors, 1<<h.Bits)
}

// isHeader checks for one of the header sizes of a BMP, because many texts start with
// "BM".
func isHeader(start []byte) bool {
	const sizeAt, sizeEnd = 14, 18
	if len(start) < sizeEnd {
		return false
	}

	switch binary.LittleEndian.Uint32(start[sizeAt:]) {
	case 12, 16, 40, 52, 56, 64, 108, 124:
		return true
	default:
		return false
	}
}
