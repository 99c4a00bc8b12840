package webp

import (
	"encoding/binary"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
)

// The container of RFC 9649, section 2: a RIFF header with the size and the form, then
// chunks. A chunk has a name, a length and data, and a byte of padding if the length is
// odd.
const (
	riffHeader    = 12 // "RIFF", size, "WEBP"
	riffSizeAt    = 4
	riffPrefix    = 8 // bytes that the size does not count
	riffChunk     = 8 // name and length
	canvasBytes   = 10
	animBytes     = 6
	frameBytes    = 16
	maxDimension  = 1 << 24
	maxRIFFCanvas = 1<<32 - 1 // pixels (section 2.7)

	kindExtended = "VP8X"
	kindFrame    = "ANMF"
	kindLossy    = "VP8 "
	kindLossless = "VP8L"
	kindAlpha    = "ALPH"
)

// The flags of a VP8X chunk (section 2.7). All other bits are reserved.
const (
	flagAnimation = 1 << 1
	flagXMP       = 1 << 2
	flagEXIF      = 1 << 3
	flagAlpha     = 1 << 4
	flagICC       = 1 << 5
)

// riffEnd reads a file's first twelve bytes. It returns the offset after its last byte.
func riffEnd(header []byte) (int64, error) {
	size := int64(binary.LittleEndian.Uint32(header[riffSizeAt:]))
	if size < riffHeader-riffPrefix+riffChunk {
		return 0, failure.New(failure.Corrupt, "WebP of %d bytes", size)
	}

	return riffPrefix + size, nil
}

// parseRIFF reads the header of a chunk at an offset, within a file or frame that ends at
// end.
func parseRIFF(header []byte, offset, end int64) (container.Chunk, error) {
	parsed := container.Chunk{
		Kind:   string(header[:4]),
		Length: int64(binary.LittleEndian.Uint32(header[4:riffChunk])),
	}

	if offset+riffChunk+parsed.Length > end {
		return container.Chunk{}, failure.New(failure.Corrupt, "WebP chunk %q of %d bytes at byte %d goes beyond byte %d",
			parsed.Kind, parsed.Length, offset, end).At(offset)
	}

	return parsed, nil
}

// padded returns a length with its padding.
func padded(length int64) int64 { return length + length&1 }

// uint24 reads a number of three bytes.
func uint24(data []byte) int { return int(data[0]) | int(data[1])<<8 | int(data[2])<<16 }

// chunkState holds the state of reading a WebP. It checks the order of chunks, so that a
// decoder reads the same image as this package. The order is that of section 2.7, and
// that of libwebp if the standard leaves a case open.
type chunkState struct {
	info format.Info
	// extended is set if the first chunk is VP8X. flags are its flags.
	extended bool
	flags    byte

	chunks int
	anim   bool
	icc    bool
	image  bool // the image of a static file was read
	frames int
}

// animated reports whether the file is an animation.
func (f *chunkState) animated() bool { return f.flags&flagAnimation != 0 }

// pictured reports whether an image or a first frame was read.
func (f *chunkState) pictured() bool { return f.image || f.frames > 0 }

// check checks whether a chunk of the file itself is allowed at its position.
func (f *chunkState) check(here container.Chunk, offset int64) error {
	f.chunks++

	if f.chunks == 1 {
		if here.Kind != kindExtended && here.Kind != kindLossy && here.Kind != kindLossless {
			return failure.New(failure.Corrupt, "WebP begins with chunk %q", here.Kind)
		}

		f.extended = here.Kind == kindExtended
	}

	if !f.fits(here) {
		return failure.New(failure.Corrupt, "WebP chunk %q of %d bytes at byte %d", here.Kind, here.Length, offset).At(offset)
	}

	switch here.Kind {
	case "ANIM":
		f.anim = true
	case kindFrame:
		f.frames++
	}

	return nil
}

// fits reports whether a chunk may follow the chunks so far.
func (f *chunkState) fits(here container.Chunk) bool {
	switch here.Kind {
	case kindExtended:
		return f.chunks == 1 && here.Length == canvasBytes
	case "ANIM":
		return f.animated() && !f.anim && here.Length == animBytes
	case kindFrame:
		return f.anim && here.Length >= frameBytes
	case kindLossy, kindLossless, kindAlpha:
		return !f.animated() && !f.image
	default:
		return true
	}
}

// canvas reads a VP8X chunk's data.
func (f *chunkState) canvas(data []byte) error {
	f.flags = data[0]
	f.info = format.Info{
		Format: format.WebP, Precision: 8, Orientation: format.Upright, Frames: 1,
		Width: 1 + uint24(data[4:]), Height: 1 + uint24(data[7:]),
	}

	if int64(f.info.Width)*int64(f.info.Height) > maxRIFFCanvas {
		return failure.New(failure.Corrupt, "%d × %d pixels", f.info.Width, f.info.Height)
	}

	return nil
}

// frame reads the sixteen bytes at the start of an ANMF chunk (section 2.7.1.1) whose
// data starts at offset. It returns the image that must follow.
func (f *chunkState) frame(data []byte, offset int64) (frameState, error) {
	const across, down, widthAt, heightAt = 0, 3, 6, 9

	x, y := 2*uint24(data[across:]), 2*uint24(data[down:])
	width, height := 1+uint24(data[widthAt:]), 1+uint24(data[heightAt:])

	if x+width > f.info.Width || y+height > f.info.Height {
		return frameState{}, failure.New(failure.Corrupt, "WebP frame at byte %d goes beyond its canvas", offset).At(offset)
	}

	if f.frames == 1 {
		f.info.Partial = width != f.info.Width || height != f.info.Height
	}

	return frameState{width: width, height: height}, nil
}

// complete checks that the file has all required parts. It returns its properties except
// the orientation. picture is the only image of a static file, or the first frame.
func (f *chunkState) complete(picture frameState) (format.Info, error) {
	if !picture.image {
		return format.Info{}, failure.New(failure.Corrupt, "WebP without an image")
	}

	if !f.extended {
		return picture.info, nil
	}

	info := f.info
	info.Frames = max(1, f.frames)
	info.Components, info.Samples, info.Lossless = picture.info.Components, picture.info.Samples, picture.info.Lossless

	if info.Partial {
		info.Components = 4 // pixels outside all frames are transparent
	}

	return info, nil
}

// exifBlock returns the block of an EXIF chunk. By section 2.7.1.5 the chunk is only the
// block, but some writers put JPEG's identifier before it.
func exifBlock(data []byte) []byte {
	if block, ok := exif.Block(data); ok {
		return block
	}

	return data
}
