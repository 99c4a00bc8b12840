package png

import (
	"context"
	"encoding/binary"
	"hash/crc32"
)

// Review checks the frames of a sanitized APNG (PNG, third edition, 4.9), and returns
// what strict decoders read: the file itself; or the file up to its first damaged frame,
// with the right number of frames. Where no frame is left, the picture is still. The
// image data itself is not looked at: [Decode] does that. Review never writes to file.
//
// Faults: TooManyPixels where frames have more than maxPixels together, Corrupt where
// file is no PNG. When ctx ends, so does Review, with its error.
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

// cutAt drops a frame and all that follow.
func (a *animation) cutAt(i int) {
	a.cut = a.frames[i].at
	a.frames = a.frames[:i]
}

// file is the animation up to where it is cut, or the still picture.
func (a *animation) file(file []byte) []byte {
	end := trailer(file)

	body := file[:len(file)-len(end)]
	if a.cut != 0 {
		body = body[:min(a.cut, len(body))]
	}

	made := make([]byte, 0, len(body)+len(end))

	if len(a.frames) == 0 {
		return append(appendStill(made, body), end...)
	}

	made = append(append(made, body...), end...)
	binary.BigEndian.PutUint32(made[a.control+headBytes:], uint32(len(a.frames))) //nolint:gosec // Of a file.
	seal(made, a.control)

	return made
}

// appendStill appends chunks but those of an animation.
func appendStill(made, body []byte) []byte {
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

// trailer is a file's IEND, and the orientation that may stand right before it.
func trailer(file []byte) []byte {
	const exifBytes, endBytes = headBytes + 26 + crcBytes, headBytes + crcBytes

	if at := len(file) - endBytes - exifBytes; at > 0 {
		if here, err := chunkAt(file, at); err == nil && here.kind == "eXIf" && here.next() == len(file)-endBytes {
			return file[at:]
		}
	}

	return file[max(0, len(file)-endBytes):]
}

// seal writes the checksum of the chunk at an offset.
func seal(file []byte, at int) {
	end := at + headBytes + int(binary.BigEndian.Uint32(file[at:]))
	binary.BigEndian.PutUint32(file[end:], crc32.ChecksumIEEE(file[at+lengthBytes:end]))
}
