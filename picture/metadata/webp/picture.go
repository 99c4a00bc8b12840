package webp

import (
	"encoding/binary"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
)

// frameState collects the chunks of one image: that of a static file, or a frame.
type frameState struct {
	// width and height are the size in the container, or 0 if the container has none.
	width, height int
	alpha, image  bool
	info          format.Info
}

// check compares an ALPH, VP8 or VP8L chunk with the other chunks of its image, and the
// size in its header with that in the container. header has bitstreamHeader bytes if the
// chunk is long enough.
func (p *frameState) check(here container.Chunk, header []byte, offset int64) error {
	if p.image || here.Kind != kindLossy && p.alpha {
		return failure.New(failure.Corrupt, "WebP chunk %q at byte %d is one too many", here.Kind, offset).At(offset)
	}

	if here.Kind == kindAlpha {
		p.alpha = true

		return nil
	}

	p.image = true

	var (
		info format.Info
		ok   bool
	)

	if here.Kind == kindLossless {
		info, ok = losslessHeader(header)
	} else {
		info, ok = lossyHeader(header)
	}

	if !ok {
		return failure.New(failure.Corrupt, "header of WebP chunk %q at byte %d", here.Kind, offset).At(offset)
	}

	if p.width != 0 && (info.Width != p.width || info.Height != p.height) {
		return failure.New(failure.Corrupt, "WebP chunk %q at byte %d has %d × %d pixels, not %d × %d",
			here.Kind, offset, info.Width, info.Height, p.width, p.height).At(offset)
	}

	if p.alpha {
		info.Components++
		info.Samples += int64(info.Width) * int64(info.Height)
	}

	p.info = info

	return nil
}

// bitstreamHeader is the length of the start of a bitstream that contains its size.
const bitstreamHeader = 10

// lossyHeader reads the header of a VP8 key frame (RFC 6386, section 9.1).
func lossyHeader(header []byte) (format.Info, bool) {
	const (
		interFrame = 1
		dimension  = 1<<14 - 1 // the two upper bits are a scale that decoders ignore
	)

	if len(header) < bitstreamHeader || header[0]&interFrame != 0 || string(header[3:6]) != "\x9d\x01\x2a" {
		return format.Info{}, false
	}

	width := int(binary.LittleEndian.Uint16(header[6:]) & dimension)
	height := int(binary.LittleEndian.Uint16(header[8:]) & dimension)
	half := func(n int) int64 { return (int64(n) + 1) / 2 }

	return format.Info{
		Format: format.WebP, Width: width, Height: height, Orientation: format.Upright, Frames: 1, Components: 3, Precision: 8,
		Samples: int64(width)*int64(height) + 2*half(width)*half(height),
	}, width > 0 && height > 0
}

// losslessHeader reads the header of a VP8L bitstream (RFC 9649, section 3).
func losslessHeader(header []byte) (format.Info, bool) {
	const (
		shortest, signature = 5, 0x2f
		dimension           = 1<<14 - 1
		heightAt, alphaAt   = 14, 28
		versionAt           = 29
	)

	if len(header) < shortest || header[0] != signature {
		return format.Info{}, false
	}

	bits := binary.LittleEndian.Uint32(header[1:])
	info := format.Info{
		Format: format.WebP, Width: 1 + int(bits&dimension), Height: 1 + int(bits>>heightAt&dimension),
		Orientation: format.Upright, Frames: 1, Components: 3, Precision: 8, Lossless: true,
	}

	if bits>>alphaAt&1 == 1 {
		info.Components = 4
	}

	info.Samples = int64(info.Width) * int64(info.Height) * 4 // Alpha is stored even if the flag is not set.

	return info, bits>>versionAt == 0
}
