package webp

import (
	"encoding/binary"
	"image"

	"triptych/picture/failure"
	"triptych/picture/planes"
	lossy "triptych/picture/webp/vp8/decoder"
	lossless "triptych/picture/webp/vp8l/decoder"
)

// Picture is an image of a WebP: a static image, or a frame of an animation. It refers to the
// bytes of the file.
type Picture struct {
	// Canvas is the size of the file's image, and Area the part of it that the picture
	// fills. The rest is transparent.
	Canvas image.Point
	Area   image.Rectangle

	lossless         bool
	alpha, bitstream []byte // the data of ALPH, or nil; that of VP8 or VP8L
}

// maxCanvas limits the pixels of a canvas that a frame does not fill: a small file can have a
// large one. It is the most that an image has (RFC 9649, 3.4).
const maxCanvas = 1 << 28

// First returns the image that a file shows first. The file is one that metadata.Inspect
// accepts. The failures are Corrupt, and TooManyPixels for a canvas of more than 2^28 pixels.
func First(file []byte) (*Picture, error) {
	const canvasAt, extendedBytes = 4, 10

	var p Picture

	eachChunk(file[min(riffHeaderBytes, len(file)):], func(kind string, data []byte) bool {
		switch {
		case kind == "VP8X" && len(data) >= extendedBytes:
			p.Canvas = image.Pt(1+uint24(data[canvasAt:]), 1+uint24(data[canvasAt+3:]))
			p.Area.Max = p.Canvas
		case kind == "ANMF" && len(data) >= frameHeaderBytes:
			p.frame(data)

			return false
		default:
			return p.take(kind, data)
		}

		return true
	})

	return &p, p.check()
}

// frame reads an ANMF chunk (RFC 9649, 2.7.1.1).
func (p *Picture) frame(data []byte) {
	p.Area.Min = image.Pt(uint24(data[leftAt:]), uint24(data[topAt:])).Mul(2)
	p.Area.Max = p.Area.Min.Add(image.Pt(1+uint24(data[widthAt:]), 1+uint24(data[heightAt:])))

	eachChunk(data[frameHeaderBytes:], p.take)
}

// take keeps a chunk of the image, and reports whether more chunks may follow.
func (p *Picture) take(kind string, data []byte) bool {
	switch kind {
	case "ALPH":
		p.alpha = data
	case "VP8 ", "VP8L":
		p.lossless, p.bitstream = kind == "VP8L", data

		return false
	}

	return true
}

// check compares the size of the bitstream with that of the container.
func (p *Picture) check() error {
	var size image.Point

	switch {
	case p.bitstream == nil:
		return failure.New(failure.Corrupt, "WebP without an image")
	case p.lossless:
		width, height, err := lossless.ReadHeader(p.bitstream)
		if err != nil {
			return err
		}

		size = image.Pt(width, height)
	default:
		header, err := lossy.ReadHeader(p.bitstream)
		if err != nil {
			return err
		}

		size = image.Pt(header.Width, header.Height)
	}

	if p.Canvas == (image.Point{}) { // A simple file.
		p.Canvas, p.Area = size, image.Rectangle{Max: size}
	}

	if p.Area.Size() != size {
		return failure.New(failure.Corrupt, "WebP image of %d × %d pixels in a frame of %d × %d",
			size.X, size.Y, p.Area.Dx(), p.Area.Dy())
	}

	if pixels := int64(p.Canvas.X) * int64(p.Canvas.Y); pixels > maxCanvas {
		return failure.New(failure.TooManyPixels, "%d × %d pixels of a WebP, more than %d", p.Canvas.X, p.Canvas.Y, maxCanvas)
	}

	// In libwebp, and therefore in browsers, nothing lies under the first frame.
	if !p.Area.In(image.Rectangle{Max: p.Canvas}) {
		return failure.New(failure.Corrupt, "WebP frame of %d × %d pixels goes beyond its canvas", size.X, size.Y)
	}

	return nil
}

// Model returns the model of the rows that Decode passes on: YCbCr in 4:2:0 without alpha, or
// RGB with alpha.
func (p *Picture) Model() planes.Model {
	if p.lossless || p.alpha != nil || p.partial() {
		return planes.RGB
	}

	return planes.YCbCr
}

// partial reports whether the picture does not fill its canvas.
func (p *Picture) partial() bool { return p.Area.Size() != p.Canvas }

// Bytes returns the memory of all rows that Decode passes on.
func (p *Picture) Bytes() int64 {
	pixels := int64(p.Canvas.X) * int64(p.Canvas.Y)
	if p.Model() == planes.RGB {
		return 4 * pixels
	}

	return pixels + 2*int64((p.Canvas.X+1)/2)*int64((p.Canvas.Y+1)/2)
}

// eachChunk calls visit for the chunks in data until it returns false (RFC 9649, 2.3).
func eachChunk(data []byte, visit func(kind string, data []byte) bool) {
	const lengthAt = 4

	for len(data) >= chunkHeaderBytes {
		length := int64(binary.LittleEndian.Uint32(data[lengthAt:]))
		if length > int64(len(data)-chunkHeaderBytes) ||
			!visit(string(data[:lengthAt]), data[chunkHeaderBytes:chunkHeaderBytes+length]) {
			return
		}

		data = data[min(chunkHeaderBytes+length+length&1, int64(len(data))):]
	}
}
