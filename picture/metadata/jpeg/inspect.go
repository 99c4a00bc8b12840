package jpeg

import (
	"encoding/binary"

	"triptych/picture/failure"
	"triptych/picture/metadata/container"
	"triptych/picture/metadata/exif"
	"triptych/picture/metadata/format"
)

// maxSegments limits the number of segments in a header. A segment has at most 64 KiB, so
// a header has at most 256 MiB.
const maxSegments = 4096

// inspect reads to the first scan, because EXIF may follow the frame header.
func inspect(view *container.Window) (format.Info, error) {
	var (
		info        format.Info
		orientation int
	)

	err := walk(view, func(marker byte, offset int64, length int) error {
		switch {
		case isFrame(marker):
			if info.Format != "" {
				return failure.New(failure.Corrupt, "second JPEG frame header at %d", offset).At(offset)
			}

			payload, err := view.At(offset, length)
			if err != nil {
				return err
			}

			info, err = frame(marker, payload)

			return err
		case marker == markerDHP:
			return failure.New(failure.UnsupportedFormat, "hierarchical JPEG")
		case marker == markerAPP1 && orientation == 0:
			payload, err := view.At(offset, length)
			if err != nil {
				return err
			}

			if block, ok := exif.Block(payload); ok {
				orientation = exif.Orientation(block)
			}
		}

		return nil
	})
	if err != nil {
		return format.Info{}, err
	}

	if info.Format == "" {
		return format.Info{}, failure.New(failure.Corrupt, "JPEG scan before a frame header")
	}

	if orientation != 0 {
		info.Orientation = orientation
	}

	return info, nil
}

// walk calls visit for every segment, with the position of its payload, up to and
// including the first start of scan.
func walk(view *container.Window, visit func(marker byte, offset int64, length int) error) error {
	offset := int64(2) // after SOI

	for range maxSegments {
		marker, behind, err := nextSegment(view, offset)
		if err != nil {
			return err
		}

		if marker == markerEOI || marker == markerSOI {
			return failure.New(failure.Corrupt, "JPEG marker FF%02X before the first scan", marker)
		}

		field, err := view.At(behind, lengthBytes)
		if err != nil {
			return err
		}

		length := int(binary.BigEndian.Uint16(field)) - lengthBytes
		if length < 0 {
			return failure.New(failure.Corrupt, "%s of length %d at %d", segmentName(marker), length+lengthBytes, behind).At(behind)
		}

		offset = behind + lengthBytes

		if err := visit(marker, offset, length); err != nil || marker == markerSOS {
			return err
		}

		offset += int64(length)
	}

	return failure.New(failure.Corrupt, "more than %d JPEG segments before the first scan", maxSegments)
}

// nextSegment skips fill bytes (T.81, B.1.1.2) and garbage. It returns the next marker
// that starts a segment, and the offset after the marker.
func nextSegment(view *container.Window, offset int64) (marker byte, behind int64, err error) {
	prefixed := false

	for ; ; offset++ {
		next, err := view.At(offset, 1)
		if err != nil {
			return 0, 0, err
		}

		switch {
		case next[0] == markerPrefix:
			prefixed = true
		case prefixed && !isStray(next[0]):
			return next[0], offset + 1, nil
		default:
			prefixed = false
		}
	}
}
