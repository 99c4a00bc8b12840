package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"

	"golang.org/x/image/webp"

	"triptych/picture/failure"
	"triptych/picture/metadata"
)

// decodeWebP decodes a static image, or the first frame of an animation, which it draws
// on the canvas.
func decodeWebP(ctx context.Context, data []byte, info metadata.Info) (image.Image, error) {
	first, found := firstFrame(data)
	if !found {
		return nil, failure.New(failure.Corrupt, "WebP without an image")
	}

	frame, err := webp.Decode(first.reader(ctx, info))
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}

	if err != nil {
		return nil, decodeError(ctx, err)
	}

	if !info.Partial {
		return fullRange(frame), nil
	}

	// In libwebp, and therefore in browsers, nothing lies under the first frame.
	size := frame.Bounds().Size()
	if canvas := image.Rect(0, 0, info.Width, info.Height); !(image.Rectangle{first.at, first.at.Add(size)}).In(canvas) {
		return nil, failure.New(failure.Corrupt, "WebP frame of %d × %d pixels goes beyond its canvas", size.X, size.Y)
	}

	return onCanvas(fullRange(frame), first.at, image.Pt(info.Width, info.Height)), nil
}

// webpImage holds the chunk data of the image that a WebP shows first (RFC 9649, section
// 2).
type webpImage struct {
	// at and size are the position and the size of an animation's frame.
	at, size image.Point
	kind     string // "VP8 " or "VP8L"
	// alpha may be nil.
	alpha, bitstream []byte
}

// firstFrame finds the first image in a file that metadata.Inspect has accepted.
func firstFrame(data []byte) (first webpImage, found bool) {
	const riffHeader, frameHeader, downAt, widthAt, heightAt = 12, 16, 3, 6, 9

	eachChunk(data[min(riffHeader, len(data)):], func(kind string, chunk []byte) bool {
		switch kind {
		case "ANMF":
			if len(chunk) < frameHeader {
				return false
			}

			first.at = image.Pt(uint24(chunk), uint24(chunk[downAt:])).Mul(2)
			first.size = image.Pt(1+uint24(chunk[widthAt:]), 1+uint24(chunk[heightAt:]))
			eachChunk(chunk[frameHeader:], first.take)

			return false
		default:
			return first.take(kind, chunk)
		}
	})

	return first, first.bitstream != nil
}

// take keeps a chunk of the image, and reports whether more chunks may follow.
func (s *webpImage) take(kind string, chunk []byte) bool {
	switch kind {
	case "ALPH":
		s.alpha = chunk
	case "VP8 ", "VP8L":
		s.kind, s.bitstream = kind, chunk

		return false
	}

	return true
}

// eachChunk calls visit for the chunks in data until it returns false.
func eachChunk(data []byte, visit func(kind string, chunk []byte) bool) {
	const header, lengthAt = 8, 4

	for len(data) >= header {
		length := int64(binary.LittleEndian.Uint32(data[lengthAt:]))
		if length > int64(len(data)-header) || !visit(string(data[:lengthAt]), data[header:header+length]) {
			return
		}

		data = data[min(header+length+length&1, int64(len(data))):]
	}
}

func uint24(data []byte) int { return int(data[0]) | int(data[1])<<8 | int(data[2])<<16 }

// reader returns a file that contains only this image, for x/image/webp. That package
// does not read animations, and requires a correct alpha flag in VP8X.
func (s *webpImage) reader(ctx context.Context, info metadata.Info) io.Reader {
	const extended, withAlpha = 10, 1 << 4

	var parts []io.Reader

	total := uint32(len("WEBP"))
	add := func(kind string, data []byte) {
		header := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data))) //nolint:gosec // It was read from as many bits.
		parts = append(parts, bytes.NewReader(header), bytes.NewReader(data), bytes.NewReader(make([]byte, len(data)&1)))
		total += uint32(len(header) + len(data) + len(data)&1) //nolint:gosec // See above.
	}

	if s.alpha != nil {
		size := s.size
		if size == (image.Point{}) {
			size = image.Pt(info.Width, info.Height)
		}

		canvas := make([]byte, extended)
		canvas[0] = withAlpha
		putUint24(canvas[4:], size.X-1)
		putUint24(canvas[7:], size.Y-1)
		add("VP8X", canvas)
		add("ALPH", s.alpha)
	}

	add(s.kind, s.bitstream)

	header := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), total), "WEBP"...)

	return &contextReader{ctx: ctx, Reader: io.MultiReader(append([]io.Reader{bytes.NewReader(header)}, parts...)...)}
}

func putUint24(to []byte, n int) {
	to[0], to[1], to[2] = byte(n), byte(n>>8), byte(n>>16) //nolint:gosec // Its lowest bytes.
}

// contextReader is a reader that stops when its context ends.
type contextReader struct {
	io.Reader

	ctx context.Context //nolint:containedctx // It lives as long as one decoder's call.
}

func (s *contextReader) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}

	return s.Reader.Read(p)
}

// fullRange stretches the samples of a lossy WebP in place. They have the range of ITU-R
// BT.601 (RFC 9649, section 2.5), 16 to 235 and 16 to 240. The samples of an image.YCbCr,
// into which x/image/webp writes them, have the range of JFIF, 0 to 255.
func fullRange(decoded image.Image) image.Image {
	var planes *image.YCbCr

	switch pixels := decoded.(type) {
	case *image.YCbCr:
		planes = pixels
	case *image.NYCbCrA:
		planes = &pixels.YCbCr
	default:
		return decoded
	}

	const black, luma, neutral, chroma = 16, 219, 128, 224

	stretch(planes.Y, black, luma, 0)
	stretch(planes.Cb, neutral, chroma, neutral)
	stretch(planes.Cr, neutral, chroma, neutral)

	return decoded
}

// stretch widens a range of samples around a zero to 255, and moves the zero.
func stretch(samples []byte, zero, width, target int) {
	const full, half = 255, 2

	var table [256]byte

	for sample := range table {
		distance := (sample - zero) * full
		if distance < 0 {
			distance -= width / half
		} else {
			distance += width / half
		}

		table[sample] = byte(max(0, min(full, target+distance/width)))
	}

	for i, sample := range samples {
		samples[i] = table[sample]
	}
}
