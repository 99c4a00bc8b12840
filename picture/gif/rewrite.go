package gif

import (
	"bytes"
	"compress/lzw"
	"context"
	"encoding/binary"
	"image"
	"math/bits"
)

// Encode encodes the image again, for decoders that follow the standard: its graphic
// control, its descriptor with its own color table, and its data. It omits pixels beyond
// the canvas. If pixels are missing and all 256 colors are in use, the missing pixels get
// the first color.
func (i *Image) Encode(ctx context.Context, canvas image.Point) ([]byte, error) {
	frame, err := i.Decode(ctx, canvas)
	if err != nil {
		return nil, err
	}

	pixels, transparent := i.indices(frame.Pixels, canvas)
	highest := max(0, transparent)

	for _, pixel := range pixels.Pix {
		highest = max(highest, int(pixel))
	}

	made := i.Control.withTransparent(transparent)
	made = append(made, blockImage)

	for _, number := range []int{pixels.Rect.Min.X, pixels.Rect.Min.Y, pixels.Rect.Dx(), pixels.Rect.Dy()} {
		made = binary.LittleEndian.AppendUint16(made, uint16(number)) //nolint:gosec // The canvas has 16 bits per side.
	}

	const tableFlag = 1 << 7

	pixelBits := max(1, bits.Len(uint(max(highest, len(i.Colors)/entryBytes-1))))
	made = append(made, tableFlag|byte(pixelBits-1)) //nolint:gosec // 1 to 8.

	table := make([]byte, entryBytes<<pixelBits)
	copy(table, i.Colors)

	return append(append(made, table...), encoded(pixels.Pix, max(2, pixelBits))...), nil // The minimum.
}

// indices returns the pixels of a decoded frame as indexes into a color table, and the
// transparent index.
func (i *Image) indices(pixels image.Image, canvas image.Point) (*image.Paletted, int) {
	made, ok := pixels.(*image.Paletted)
	if !ok { // All 256 indices are in use.
		made = image.NewPaletted(pixels.Bounds(), i.palette())
		rows := &placement{bounds: i.Bounds, interlaced: i.Interlaced, into: made}
		e := i.expander()
		e.fill(i.Bounds.Dx(), rows.put)

		_, _ = i.expand(context.Background(), e) // It succeeded before.

		return made, -1
	}

	if made.Rect.Empty() { // A frame beyond the canvas has a delay, but no pixels.
		at := image.Rect(0, 0, min(1, canvas.X), min(1, canvas.Y))

		return &image.Paletted{Pix: []byte{0}, Stride: 1, Rect: at, Palette: made.Palette}, 0
	}

	for index, shade := range made.Palette {
		if _, _, _, alpha := shade.RGBA(); alpha == 0 {
			return made, index
		}
	}

	return made, -1
}

// encoded returns the data of pixels, from the first code size to the terminator.
func encoded(pixels []byte, pixelBits int) []byte {
	var packed bytes.Buffer

	packer := lzw.NewWriter(&packed, lzw.LSB, pixelBits)
	_, _ = packer.Write(pixels) // A buffer returns no error.
	_ = packer.Close()

	const most = 255

	made := []byte{byte(pixelBits)} //nolint:gosec // 2 to 8.

	for packed.Len() > 0 {
		part := packed.Next(most)
		made = append(append(made, byte(len(part))), part...) //nolint:gosec // At most 255.
	}

	return append(made, 0)
}
