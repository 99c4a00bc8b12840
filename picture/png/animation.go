package png

import (
	"context"
	"encoding/binary"
	"hash/crc32"
)

// Review checks the frames of a sanitized APNG (PNG, third edition, 4.9). It returns a
// file that strict decoders can read: the file itself, or the file up to its first
// damaged frame, with the right number of frames. If no frame is left, the result is a
// still image. Review does not check the image data itself: [Decode] does. Review never
// writes to file.
//
// Its failures are TooManyPixels, if all frames together have more than maxPixels, and
// Corrupt, if file is not a PNG. When ctx is done, Review returns its error.
func Review(ctx context.Context, file []byte, maxPixels int64) ([]byte, error) {
	found, err := walkAnimation(file)
	if err != nil || found.control == 0 {
		return file, err
	}

	if err := found.affordable(maxPixels); err != nil {
		return nil, err
	}

	for i, frame := range found.frames {
		whole, err := frame.whole(ctx, found.header)
		if err != nil {
			return nil, err
		}

		if !whole {
			found.cutAt(i)

			break
		}
	}

	if found.cut == 0 && len(found.frames) == found.claimed {
		return file, nil
	}

	return found.file(file), nil
}

// cutAt drops a frame and all later frames.
func (a *animation) cutAt(i int) {
	a.cut = a.frames[i].at
	a.frames = a.frames[:i]
}

// file returns the animation up to the cut, or the still image.
func (a *animation) file(file []byte) []byte {
	end := trailer(file)

	body := file[:len(file)-len(end)]
	if a.cut != 0 {
		body = body[:min(a.cut, len(body))]
	}

	made := make([]byte, 0, len(body)+len(end))

	if len(a.frames) == 0 {
		return append(appendImage(made, body), end...)
	}

	made = append(append(made, body...), end...)
	binary.BigEndian.PutUint32(made[a.control+prefixBytes:], uint32(len(a.frames))) //nolint:gosec // Of a file.
	seal(made, a.control)

	return made
}

// appendImage appends all chunks except those of an animation.
func appendImage(made, body []byte) []byte {
	made = append(made, signature...)

	for offset := len(signature); offset < len(body); {
		here, err := chunkAt(body, offset)
		if err != nil {
			break
		}

		switch here.kind {
		case "acTL", "fcTL", "fdAT":
		default:
			made = append(made, body[offset:min(here.next(), len(body))]...)
		}

		offset = here.next()
	}

	return made
}

// trailer returns the IEND chunk of a file, with the orientation that may directly
// precede it.
func trailer(file []byte) []byte {
	const exifBytes, endBytes = prefixBytes + 26 + crcBytes, prefixBytes + crcBytes

	if at := len(file) - endBytes - exifBytes; at > 0 {
		if here, err := chunkAt(file, at); err == nil && here.kind == "eXIf" && here.next() == len(file)-endBytes {
			return file[at:]
		}
	}

	return file[max(0, len(file)-endBytes):]
}

// seal writes the checksum of the chunk at an offset.
func seal(file []byte, at int) {
	end := at + prefixBytes + int(binary.BigEndian.Uint32(file[at:]))
	binary.BigEndian.PutUint32(file[end:], crc32.ChecksumIEEE(file[at+lengthBytes:end]))
}
