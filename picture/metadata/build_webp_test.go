package metadata_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"testing"
)

// riff builds a WebP from chunks, with a correct size.
func riff(chunks ...[]byte) []byte {
	data := join(chunks...)

	return join(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(data))), []byte("WEBP"), data)
}

// riffChunk builds a chunk with its padding.
func riffChunk(kind, data string) []byte {
	chunk := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data)))

	return append(append(chunk, data...), make([]byte, len(data)&1)...)
}

// The flags of VP8X.
const (
	withAnimation = 1 << 1
	withXMP       = 1 << 2
	withEXIF      = 1 << 3
	withAlpha     = 1 << 4
	withICC       = 1 << 5
)

func three(n int) string { return string([]byte{byte(n), byte(n >> 8), byte(n >> 16)}) }

// vp8x builds a VP8X chunk.
func vp8x(flags byte, width, height int) []byte {
	return riffChunk("VP8X", string([]byte{flags, 0, 0, 0})+three(width-1)+three(height-1))
}

// anim builds an ANIM chunk: a background color, and 0 for an infinite loop.
func anim() []byte { return riffChunk("ANIM", "\xff\xff\xff\xff\x00\x00") }

// anmf builds an ANMF chunk: a frame at a position, of a size, with its own chunks.
func anmf(x, y, width, height int, chunks ...[]byte) []byte {
	return riffChunk("ANMF", three(x/2)+three(y/2)+three(width-1)+three(height-1)+three(100)+"\x02"+string(join(chunks...)))
}

// losslessData builds a VP8L bitstream of one color (RFC 9649, section 3). It has no
// transform, no cache, and five prefix codes of a single symbol each, so that the pixels
// take no bits.
func losslessData(width, height int, shade color.NRGBA) string {
	var (
		bits  uint64
		count int
		data  []byte
	)

	put := func(value uint64, width int) {
		for bits, count = bits|value<<count, count+width; count >= 8; count -= 8 {
			data = append(data, byte(bits))
			bits >>= 8
		}
	}

	put(0x2f, 8)
	put(uint64(width-1), 14)
	put(uint64(height-1), 14)

	if shade.A < 255 {
		put(1, 1)
	} else {
		put(0, 1)
	}

	put(0, 3+3) // version; no transform, no cache, only one group of codes

	for _, symbol := range []uint8{shade.G, shade.R, shade.B, shade.A} {
		put(0b101, 3) // simple, one symbol, of eight bits
		put(uint64(symbol), 8)
	}

	put(0b0001, 4) // the code of distances: symbol 0
	put(0, 7)

	return string(data)
}

// lossless builds a VP8L chunk.
func lossless(width, height int) []byte {
	return riffChunk("VP8L", losslessData(width, height, color.NRGBA{200, 40, 40, 255}))
}

// lossyHeader builds a VP8 chunk with a header, followed by data of the given length,
// which no test decodes.
func lossyHeader(width, height uint16, length int) []byte {
	data := binary.LittleEndian.AppendUint16([]byte("\x10\x02\x00\x9d\x01\x2a"), width)
	data = binary.LittleEndian.AppendUint16(data, height)

	return riffChunk("VP8 ", string(data)+string(bytes.Repeat([]byte("x"), length)))
}

// gifFile builds a small real GIF with blocks inserted after its header and before its
// trailer.
func gifFile(t testing.TB, frames int, early, late []byte) []byte {
	t.Helper()

	shades := color.Palette{color.Black, color.RGBA{200, 120, 60, 255}}
	animation := gif.GIF{LoopCount: -1, Config: image.Config{ColorModel: shades, Width: 24, Height: 16}}

	for i := range frames {
		frame := image.NewPaletted(image.Rect(0, 0, 24, 16), shades)
		for at := range frame.Pix {
			frame.Pix[at] = uint8((at + i) % 2)
		}

		animation.Image = append(animation.Image, frame)
		animation.Delay = append(animation.Delay, 10)
	}

	var file bytes.Buffer
	if err := gif.EncodeAll(&file, &animation); err != nil {
		t.Fatal(err)
	}

	const header, table = 13, 2 * 3

	plain := file.Bytes()

	return join(plain[:header+table], early, plain[header+table:len(plain)-1], late, plain[len(plain)-1:])
}

// extension builds a GIF extension of sub-blocks.
func extension(label byte, blocks ...string) []byte {
	data := []byte{0x21, label}

	for _, block := range append(blocks, "") {
		data = append(append(data, byte(len(block))), block...)
	}

	return data
}
