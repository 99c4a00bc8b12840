package metadata

import (
	"encoding/binary"
	"errors"

	"triptych/shared/faults"
)

// The blocks of the GIF89a specification: a header with the logical screen
// (sections 17 and 18) and its colour table, then images and extensions, whose
// data come in sub-blocks of a length byte and up to 255 bytes, to one of length
// 0 (section 15), then the trailer.
const (
	gifHeader      = 13
	gifScreenAt    = 6
	gifFieldsAt    = 10
	descriptorSize = 10 // of an image, with its separator

	blockExtension = 0x21
	blockImage     = 0x2c
	blockTrailer   = 0x3b

	labelText        = 0x01
	labelControl     = 0xf9
	labelComment     = 0xfe
	labelApplication = 0xff

	maxSubBlock = 255
)

// gifTable is the length of the colour table that fields, of a screen or of an
// image, say there is (sections 18 and 20).
func gifTable(fields byte) int {
	const present, sizeMask, entryBytes = 1 << 7, 7, 3

	if fields&present == 0 {
		return 0
	}

	return entryBytes << (1 + fields&sizeMask)
}

// gifScreen reads a GIF's header.
func gifScreen(header []byte) (Info, error) {
	info := Info{
		Format:      GIF,
		Width:       int(binary.LittleEndian.Uint16(header[gifScreenAt:])),
		Height:      int(binary.LittleEndian.Uint16(header[gifScreenAt+2:])),
		Orientation: Upright,
		Components:  1,
		Precision:   8,
	}

	if info.Width == 0 || info.Height == 0 {
		return Info{}, faults.New(faults.Corrupt, "%d × %d pixels", info.Width, info.Height)
	}

	info.Samples = int64(info.Width) * int64(info.Height)

	return info, nil
}

// gifImage adds to a GIF's facts what an image descriptor says of a frame
// (section 20).
func gifImage(info *Info, descriptor []byte) {
	const (
		leftAt, topAt, widthAt, heightAt, fieldsAt = 1, 3, 5, 7, 9

		interlaced = 1 << 6
	)

	if info.Frames++; info.Frames > 1 {
		return
	}

	at := func(offset int) int { return int(binary.LittleEndian.Uint16(descriptor[offset:])) }

	info.Partial = at(leftAt) != 0 || at(topAt) != 0 || at(widthAt) != info.Width || at(heightAt) != info.Height
	info.Passes = descriptor[fieldsAt]&interlaced != 0
}

// gifUnknown is the fault of a byte that begins no block.
func gifUnknown(block byte, offset int64) error {
	return faults.New(faults.Corrupt, "no GIF block at byte %d, but %#02x", offset, block)
}

// inspectGIF walks from block to block to the trailer, and counts the frames.
func inspectGIF(view *window) (Info, error) {
	info, err := walkGIF(view)
	if errors.Is(err, errEnd) {
		err = faults.New(faults.Truncated, "the file ends at byte %d", view.size)
	}

	return info, err
}

func walkGIF(view *window) (Info, error) {
	header, err := view.at(0, gifHeader)
	if err != nil {
		return Info{}, err
	}

	info, err := gifScreen(header)
	if err != nil {
		return Info{}, err
	}

	offset := int64(gifHeader + gifTable(header[gifFieldsAt]))

	for {
		block, err := view.at(offset, 1)
		if err != nil {
			return Info{}, err
		}

		switch block[0] {
		case blockExtension:
			offset, err = pastSubBlocks(view, offset+2) //nolint:mnd // Behind the label.
		case blockImage:
			offset, err = inspectImage(view, offset, &info)
		case blockTrailer:
			if info.Frames == 0 {
				return Info{}, faults.New(faults.Corrupt, "GIF without a picture")
			}

			return info, nil
		default:
			err = gifUnknown(block[0], offset)
		}

		if err != nil {
			return Info{}, err
		}
	}
}

// inspectImage reads the descriptor at an offset, and returns the one behind the
// image.
func inspectImage(view *window, offset int64, info *Info) (int64, error) {
	descriptor, err := view.at(offset, descriptorSize)
	if err != nil {
		return 0, err
	}

	gifImage(info, descriptor)

	offset += int64(descriptorSize + gifTable(descriptor[descriptorSize-1]))

	return pastSubBlocks(view, offset+1) // behind the size of LZW's codes
}

// pastSubBlocks returns the offset behind a chain of sub-blocks.
func pastSubBlocks(view *window, offset int64) (int64, error) {
	for {
		length, err := view.at(offset, 1)
		if err != nil {
			return 0, err
		}

		offset += 1 + int64(length[0])

		if length[0] == 0 {
			return offset, nil
		}
	}
}
