package webp

import (
	"errors"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
)

// inspect reads the whole file, chunk by chunk, because frames must be counted and
// EXIF comes at the end.
func inspect(view *container.Window) (format.Info, error) {
	var (
		file        chunkState
		picture     frameState
		orientation int
	)

	err := walk(view, &file, func(here container.Chunk, offset int64) error {
		switch here.Kind {
		case kindExtended:
			picture.width, picture.height = file.info.Width, file.info.Height
		case kindFrame:
			return inspectFrame(view, &file, &picture, here, offset)
		case kindAlpha, kindLossy, kindLossless:
			return inspectBitstream(view, &picture, here, offset)
		case "EXIF":
			if file.flags&flagEXIF == 0 || orientation != 0 {
				return nil
			}

			data, err := view.At(offset, int(min(here.Length, container.MaxEXIFBytes)))
			if err == nil {
				orientation = exif.Orientation(exifBlock(data))
			}

			return err
		}

		return nil
	})
	if err != nil {
		return format.Info{}, err
	}

	info, err := file.complete(picture)
	if err == nil && orientation != 0 {
		info.Orientation = orientation
	}

	return info, err
}

// walk calls visit for every chunk, with the offset of its data. In a simple file it
// visits only the first chunk, in an extended file all.
func walk(view *container.Window, file *chunkState, visit func(here container.Chunk, offset int64) error) error {
	header, err := view.At(0, riffHeader)
	if err != nil {
		return err
	}

	end, err := riffEnd(header)
	if err != nil {
		return err
	}

	if end > view.Size {
		return failure.New(failure.Truncated, "the header says %d bytes, but the file ends at byte %d", end, view.Size).At(view.Size)
	}

	err = walkChunks(view, riffHeader, end, func(here container.Chunk, offset int64) error {
		if err := file.check(here, offset-riffChunk); err != nil {
			return err
		}

		if here.Kind == kindExtended {
			data, err := view.At(offset, canvasBytes)
			if err != nil {
				return err
			}

			if err := file.canvas(data); err != nil {
				return err
			}
		}

		if err := visit(here, offset); err != nil {
			return err
		}

		file.image = file.image || here.Kind == kindLossy || here.Kind == kindLossless
		if !file.extended {
			return errSimple
		}

		return nil
	})
	if errors.Is(err, errSimple) {
		return nil
	}

	return err
}

// errSimple ends the walk through a simple file. All bytes after its image are ignored.
var errSimple = errors.New("a simple WebP's image ends")

// walkChunks calls visit for every chunk between two offsets. Bytes at the end that are
// too few for a chunk are skipped.
func walkChunks(view *container.Window, offset, end int64, visit func(here container.Chunk, offset int64) error) error {
	for offset+riffChunk <= end {
		header, err := view.At(offset, riffChunk)
		if err != nil {
			return err
		}

		here, err := parseRIFF(header, offset, end)
		if err != nil {
			return err
		}

		offset += riffChunk

		if err := visit(here, offset); err != nil {
			return err
		}

		offset += padded(here.Length)
	}

	return nil
}

// inspectFrame reads the first frame, which is the one that is shown.
func inspectFrame(view *container.Window, file *chunkState, picture *frameState, here container.Chunk, offset int64) error {
	data, err := view.At(offset, frameBytes)
	if err != nil {
		return err
	}

	frame, err := file.frame(data, offset)
	if err != nil || file.frames > 1 {
		return err
	}

	*picture = frame

	return walkChunks(view, offset+frameBytes, offset+here.Length, func(inner container.Chunk, offset int64) error {
		switch inner.Kind {
		case kindAlpha, kindLossy, kindLossless:
			return inspectBitstream(view, picture, inner, offset)
		}

		return nil
	})
}

func inspectBitstream(view *container.Window, picture *frameState, here container.Chunk, offset int64) error {
	header, err := view.At(offset, int(min(here.Length, bitstreamHeader)))
	if err != nil {
		return err
	}

	return picture.check(here, header, offset-riffChunk)
}

// profile reads an ICCP chunk that comes before the image (RFC 9649, section
// 2.7.1.4).
func profile(view *container.Window) ([]byte, error) {
	var (
		file    chunkState
		profile []byte
	)

	err := walk(view, &file, func(here container.Chunk, offset int64) error {
		if here.Kind != "ICCP" || file.icc || here.Length > container.MaxProfileBytes || file.pictured() {
			return nil
		}

		file.icc = true

		data, err := view.At(offset, int(here.Length))
		profile = append(profile, data...)

		return err
	})

	return profile, err
}
