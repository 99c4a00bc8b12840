package gif

import (
	"encoding/binary"
	"errors"
	"image"

	"triptych/picture/failure"
	"triptych/picture/gif"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/format"
)

// The blocks of the GIF89a specification. A header with the logical screen (sections 17
// and 18) comes first, then its color table, then images and extensions, then the
// trailer. The data of an image or extension is split into sub-blocks of a length byte
// and up to 255 bytes, and ends with a sub-block of length 0 (section 15). Package gif
// describes how files that break these rules are handled.
const (
	headerBytes    = 13
	screenAt       = 6
	fieldsAt       = 10
	descriptorSize = 10 // of an image, including its separator

	blockExtension = 0x21
	blockImage     = 0x2c
	blockTrailer   = gif.Trailer

	labelText        = 0x01
	labelControl     = 0xf9
	labelComment     = 0xfe
	labelApplication = 0xff

	maxSubBlock = 255
)

// screenOf reads the size of the logical screen from a GIF's header.
func screenOf(header []byte) image.Point {
	return image.Pt(int(binary.LittleEndian.Uint16(header[screenAt:])), int(binary.LittleEndian.Uint16(header[screenAt+2:])))
}

// facts returns the properties of a GIF. They follow from the screen and from the
// first image that has an area.
func facts(screen image.Point, first gif.Image) format.Info {
	canvas := gif.Canvas(screen, first.Bounds)

	return format.Info{
		Format:      format.GIF,
		Width:       canvas.X,
		Height:      canvas.Y,
		Orientation: format.Upright,
		Frames:      1,
		Components:  1,
		Precision:   8,
		Samples:     int64(canvas.X) * int64(canvas.Y),
		Partial:     first.Bounds != image.Rectangle{Max: canvas},
		Passes:      first.Interlaced,
	}
}

// errNoPicture returns the rejection of a GIF without an image that has an area.
func errNoPicture() error { return failure.New(failure.Corrupt, "GIF without an image") }

// inspect reads block by block to the trailer, and counts the frames. A file may end
// without a trailer if its first image has started. The decoder decides whether this
// image has all its pixels.
func inspect(view *container.Window) (format.Info, error) {
	info, err := walk(view)

	switch {
	case !errors.Is(err, container.ErrEnd):
		return info, err
	case info.Frames > 0:
		return info, nil
	default:
		return format.Info{}, failure.New(failure.Truncated, "the file ends at byte %d", view.Size).At(view.Size)
	}
}

// walk returns container.ErrEnd together with the facts read so far.
func walk(view *container.Window) (format.Info, error) {
	header, err := view.At(0, headerBytes)
	if err != nil {
		return format.Info{}, err
	}

	screen, info := screenOf(header), format.Info{}
	offset := int64(headerBytes + gif.TableBytes(header[fieldsAt]))

	for {
		block, err := view.At(offset, 1)
		if err != nil {
			return info, err
		}

		switch introducer := block[0]; {
		case introducer == blockExtension:
			offset, err = pastSubBlocks(view, offset+2)
		case introducer == blockImage:
			offset, err = inspectImage(view, offset, screen, &info)
		case introducer != blockTrailer && info.Frames == 0:
			offset++
		case info.Frames == 0:
			return format.Info{}, errNoPicture()
		default:
			return info, nil
		}

		if err != nil {
			return info, err
		}
	}
}

// inspectImage reads the descriptor at an offset, and returns the offset after the image.
// An incomplete later image counts as a frame, because its data may contain all pixels.
// So a file never has more frames than were counted.
func inspectImage(view *container.Window, offset int64, screen image.Point, info *format.Info) (int64, error) {
	descriptor, err := view.At(offset, descriptorSize)
	if err != nil {
		return 0, err
	}

	var found gif.Image

	found.Describe(descriptor[1:])

	offset += int64(descriptorSize + gif.TableBytes(descriptor[descriptorSize-1]))

	if _, err := view.At(offset, 1); err != nil { // The size of the LZW codes.
		return 0, err
	}

	first := info.Frames == 0 && !found.Bounds.Empty()
	if first {
		*info = facts(screen, found)
	}

	if !first && !found.Bounds.Empty() {
		info.Frames++
	}

	return pastSubBlocks(view, offset+1)
}

// pastSubBlocks returns the offset after a chain of sub-blocks.
func pastSubBlocks(view *container.Window, offset int64) (int64, error) {
	for {
		length, err := view.At(offset, 1)
		if err != nil {
			return 0, err
		}

		offset += 1 + int64(length[0])

		if length[0] == 0 {
			return offset, nil
		}
	}
}
