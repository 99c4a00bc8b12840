package picture_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"testing"
)

// glass returns the image that the WebPs with alpha in testdata show.
func glass() *image.NRGBA {
	drawn := lopsided(64, 48)

	for y := range 48 {
		for x := range 64 {
			drawn.Pix[drawn.PixOffset(x, y)+3] = uint8(255 * y / 47)
		}
	}

	return drawn
}

// riff builds a WebP from chunks.
func riff(chunks ...[]byte) []byte {
	data := bytes.Join(chunks, nil)

	return bytes.Join([][]byte{binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(data))), []byte("WEBP"), data}, nil)
}

// riffChunk builds a chunk with its padding.
func riffChunk(kind, data string) []byte {
	chunk := append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data))), data...)

	return append(chunk, make([]byte, len(data)&1)...)
}

// vp8x builds a VP8X chunk.
func vp8x(flags byte, width, height int) []byte {
	w, h := width-1, height-1

	return riffChunk("VP8X", string([]byte{flags, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)}))
}

// extended converts a simple WebP into an extended one, with chunks before and after its
// image.
func extended(t testing.TB, name string, flags byte, before, behind []byte) []byte {
	t.Helper()

	return riff(vp8x(flags, 64, 48), before, testdata(t, name)[12:], behind)
}

// animationOf builds an animation whose only frame is a static image of testdata, at a
// position of a canvas.
func animationOf(t testing.TB, name string, width, height, x, y byte) []byte {
	t.Helper()

	picture := testdata(t, name)[12:]
	if bytes.HasPrefix(picture, []byte("VP8X")) {
		picture = picture[8+10:]
	}

	frame := string([]byte{x / 2, 0, 0, y / 2, 0, 0, 63, 0, 0, 47, 0, 0, 100, 0, 0, 0}) + string(picture)

	return riff(vp8x(1<<1|1<<4, int(width), int(height)), riffChunk("ANIM", "\xff\xff\xff\xff\x00\x00"), riffChunk("ANMF", frame))
}

// losslessHeader builds a VP8L chunk that holds only the size of its image.
func losslessHeader(width, height int) []byte {
	bits := uint32(width-1) | uint32(height-1)<<14

	return riffChunk("VP8L", string(binary.LittleEndian.AppendUint32([]byte{0x2f}, bits))+"\x00\x00\x00")
}

// encodeGIF writes frames on a canvas.
func encodeGIF(t testing.TB, canvas image.Point, frames ...*image.Paletted) []byte {
	t.Helper()

	animation := gif.GIF{Image: frames, Config: image.Config{ColorModel: frames[0].Palette, Width: canvas.X, Height: canvas.Y}}
	animation.Delay = make([]int, len(frames))
	animation.Disposal = make([]byte, len(frames))

	var file bytes.Buffer
	if err := gif.EncodeAll(&file, &animation); err != nil {
		t.Fatal(err)
	}

	return file.Bytes()
}

// framed builds a frame of one color at a position.
func framed(area image.Rectangle, shade color.Color) *image.Paletted {
	return image.NewPaletted(area, color.Palette{shade, color.NRGBA{}})
}

// interlaced sets the interlace flag of the only image of a GIF, so that its rows come in
// another order.
func interlaced(file []byte) []byte {
	file = bytes.Clone(file)
	at := bytes.Index(file, []byte{0x2c, 0, 0, 0, 0})
	file[at+9] |= 0x40

	return file
}
