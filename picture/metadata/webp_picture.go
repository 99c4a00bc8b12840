package metadata

import (
	"encoding/binary"

	"triptych/picture/failure"
)

// webpPicture collects the chunks of one image: that of a static file, or a frame.
type webpPicture struct {
	// width and height are the size in the container, or 0 if the container has none.
	width, height int
	alpha, image  bool
	info          Info
}

// check compares an ALPH, VP8 or VP8L chunk with the other chunks of its image, and the
// size in its header with that in the container. header has bitstreamHeader bytes if the
// chunk is long enough.
func (p *webpPicture) check(here chunk, header []byte, offset int64) error {
	if p.image || here.kind != kindLossy && p.alpha {
		return failure.New(failure.Corrupt, "WebP chunk %q at byte %d is one too many", here.kind, offset).At(offset)
	}

	if here.kind == kindAlpha {
		p.alpha = true

		return nil
	}

	p.image = true

	var (
		info Info
		ok   bool
	)

	if here.kind == kindLossless {
		info, ok = losslessHeader(header)
	} else {
		info, ok = lossyHeader(header)
	}

	if !ok {
		return failure.New(failure.Corrupt, "header of WebP chunk %q at byte %d", here.kind, offset).At(offset)
	}

	if p.width != 0 && (info.Width != p.width || info.Height != p.height) {
		return failure.New(failure.Corrupt, "WebP chunk %q at byte %d has %d × %d pixels, not %d × %d",
			here.kind, offset, info.Width, info.Height, p.width, p.height).At(offset)
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
func lossyHeader(header []byte) (Info, bool) {
	const (
		interFrame = 1
		dimension  = 1<<14 - 1 // the two upper bits are a scale that decoders ignore
	)

	if len(header) < bitstreamHeader || header[0]&interFrame != 0 || string(header[3:6]) != "\x9d\x01\x2a" {
		return Info{}, false
	}

	width := int(binary.LittleEndian.Uint16(header[6:]) & dimension)
	height := int(binary.LittleEndian.Uint16(header[8:]) & dimension)
	half := func(n int) int64 { return ceil(int64(n), 2) }

	return Info{
		Format: WebP, Width: width, Height: height, Orientation: Upright, Frames: 1, Components: 3, Precision: 8,
		Samples: int64(width)*int64(height) + 2*half(width)*half(height),
	}, width > 0 && height > 0
}

// losslessHeader reads the header of a VP8L bitstream (RFC 9649, section 3).
func losslessHeader(header []byte) (Info, bool) {
	const (
		shortest, signature = 5, 0x2f
		dimension           = 1<<14 - 1
		heightAt, alphaAt   = 14, 28
		versionAt           = 29
	)

	if len(header) < shortest || header[0] != signature {
		return Info{}, false
	}

	bits := binary.LittleEndian.Uint32(header[1:])
	info := Info{
		Format: WebP, Width: 1 + int(bits&dimension), Height: 1 + int(bits>>heightAt&dimension),
		Orientation: Upright, Frames: 1, Components: 3, Precision: 8, Lossless: true,
	}

	if bits>>alphaAt&1 == 1 {
		info.Components = 4
	}

	info.Samples = int64(info.Width) * int64(info.Height) * 4 // Alpha is stored even if the flag is not set.

	return info, bits>>versionAt == 0
}
