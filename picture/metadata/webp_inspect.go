package metadata

import (
	"errors"

	"triptych/picture/failure"
)

// inspectWebP reads the whole file, chunk by chunk, because frames must be counted and
// EXIF comes at the end.
func inspectWebP(view *window) (Info, error) {
	var (
		file        webpFile
		picture     webpPicture
		orientation int
	)

	err := walkWebP(view, &file, func(here chunk, offset int64) error {
		switch here.kind {
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

			data, err := view.at(offset, int(min(here.length, maxEXIF)))
			if err == nil {
				orientation = orientationOf(webpEXIF(data))
			}

			return err
		}

		return nil
	})
	if err != nil {
		return Info{}, err
	}

	info, err := file.complete(picture)
	if err == nil && orientation != 0 {
		info.Orientation = orientation
	}

	return info, err
}

// walkWebP calls visit for every chunk, with the offset of its data. In a simple file it
// visits only the first chunk, in an extended file all.
func walkWebP(view *window, file *webpFile, visit func(here chunk, offset int64) error) error {
	header, err := view.at(0, riffHeader)
	if err != nil {
		return err
	}

	end, err := riffEnd(header)
	if err != nil {
		return err
	}

	if end > view.size {
		return failure.New(failure.Truncated, "the header says %d bytes, but the file ends at byte %d", end, view.size).At(view.size)
	}

	err = walkChunks(view, riffHeader, end, func(here chunk, offset int64) error {
		if err := file.check(here, offset-riffChunk); err != nil {
			return err
		}

		if here.kind == kindExtended {
			data, err := view.at(offset, canvasBytes)
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

		file.image = file.image || here.kind == kindLossy || here.kind == kindLossless
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
var errSimple = errors.New("a simple WebP's picture ends")

// walkChunks calls visit for every chunk between two offsets. Bytes at the end that are
// too few for a chunk are skipped.
func walkChunks(view *window, offset, end int64, visit func(here chunk, offset int64) error) error {
	for offset+riffChunk <= end {
		header, err := view.at(offset, riffChunk)
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

		offset += padded(here.length)
	}

	return nil
}

// inspectFrame reads the first frame, which is the one that is shown.
func inspectFrame(view *window, file *webpFile, picture *webpPicture, here chunk, offset int64) error {
	data, err := view.at(offset, frameBytes)
	if err != nil {
		return err
	}

	frame, err := file.frame(data, offset)
	if err != nil || file.frames > 1 {
		return err
	}

	*picture = frame

	return walkChunks(view, offset+frameBytes, offset+here.length, func(inner chunk, offset int64) error {
		switch inner.kind {
		case kindAlpha, kindLossy, kindLossless:
			return inspectBitstream(view, picture, inner, offset)
		}

		return nil
	})
}

func inspectBitstream(view *window, picture *webpPicture, here chunk, offset int64) error {
	header, err := view.at(offset, int(min(here.length, bitstreamHeader)))
	if err != nil {
		return err
	}

	return picture.check(here, header, offset-riffChunk)
}

// profileWebP reads an ICCP chunk that comes before the image (RFC 9649, section
// 2.7.1.4).
func profileWebP(view *window) ([]byte, error) {
	var (
		file    webpFile
		profile []byte
	)

	err := walkWebP(view, &file, func(here chunk, offset int64) error {
		if here.kind != "ICCP" || file.icc || here.length > maxProfile || file.pictured() {
			return nil
		}

		file.icc = true

		data, err := view.at(offset, int(here.length))
		profile = append(profile, data...)

		return err
	})

	return profile, err
}
