package metadata

import (
	"encoding/binary"

	"triptych/picture/failure"
)

// webpPicture collects the chunks that make one picture: of a still file, or of
// a frame.
type webpPicture struct {
	// width and height are what the container says, 0 where it says nothing.
	width, height int
	alpha, image  bool
	info          Info
}

// check holds an ALPH, VP8 or VP8L chunk against the others of its picture, and
// the size in its head against the container's. The head has bitstreamHead bytes
// where the chunk has as many.
func (p *webpPicture) check(here chunk, head []byte, offset int64) error {
	if p.image || here.kind != kindLossy && p.alpha {
		return failure.New(failure.Corrupt, "WebP chunk %q at byte %d is one too many", here.kind, offset)
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
		info, ok = losslessHead(head)
	} else {
		info, ok = lossyHead(head)
	}

	if !ok {
		return failure.New(failure.Corrupt, "head of WebP chunk %q at byte %d", here.kind, offset)
	}

	if p.width != 0 && (info.Width != p.width || info.Height != p.height) {
		return failure.New(failure.Corrupt, "WebP chunk %q at byte %d has %d × %d pixels, not %d × %d",
			here.kind, offset, info.Width, info.Height, p.width, p.height)
	}

	if p.alpha {
		info.Components++
		info.Samples += int64(info.Width) * int64(info.Height)
	}

	p.info = info

	return nil
}

// bitstreamHead is how much of a bitstream says its size.
const bitstreamHead = 10

// lossyHead reads the head of a VP8 key frame (RFC 6386, section 9.1).
func lossyHead(head []byte) (Info, bool) {
	const (
		interFrame = 1
		dimension  = 1<<14 - 1 // the two bits above are a scale that nobody applies
	)

	if len(head) < bitstreamHead || head[0]&interFrame != 0 || string(head[3:6]) != "\x9d\x01\x2a" {
		return Info{}, false
	}

	width := int(binary.LittleEndian.Uint16(head[6:]) & dimension)
	height := int(binary.LittleEndian.Uint16(head[8:]) & dimension)
	half := func(n int) int64 { return ceil(int64(n), 2) }

	return Info{
		Format: WebP, Width: width, Height: height, Orientation: Upright, Frames: 1, Components: 3, Precision: 8,
		Samples: int64(width)*int64(height) + 2*half(width)*half(height),
	}, width > 0 && height > 0
}

// losslessHead reads the head of a VP8L bitstream (RFC 9649, section 3).
func losslessHead(head []byte) (Info, bool) {
	const (
		headBytes, signature = 5, 0x2f
		dimension            = 1<<14 - 1
		heightAt, alphaAt    = 14, 28
		versionAt            = 29
	)

	if len(head) < headBytes || head[0] != signature {
		return Info{}, false
	}

	bits := binary.LittleEndian.Uint32(head[1:])
	info := Info{
		Format: WebP, Width: 1 + int(bits&dimension), Height: 1 + int(bits>>heightAt&dimension),
		Orientation: Upright, Frames: 1, Components: 3, Precision: 8, Lossless: true,
	}

	if bits>>alphaAt&1 == 1 {
		info.Components = 4
	}

	info.Samples = int64(info.Width) * int64(info.Height) * 4 // Alpha is stored whatever the flag says.

	return info, bits>>versionAt == 0
}
