package metadata

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// maxProfile limits an ICC profile. Large profiles for CMYK have 2 MiB.
const maxProfile = 4 << 20

// Profile returns the embedded ICC profile of an image. It returns nil if there is none
// or if it cannot be read. Without its profile an image looks almost correct, so a bad
// profile is never a reason to reject the image. Errors are those of [Inspect].
func Profile(r io.ReaderAt, size int64) ([]byte, error) {
	view, entry, err := recognize(r, size)
	if err != nil || entry.Profile == nil {
		return nil, err
	}

	profile, err := entry.Profile(view)
	if err != nil {
		return nil, endIsTruncated(err)
	}

	return profile, nil
}

// profileHeader is the length of a profile's header and of the tag count that follows
// (ICC.1, 7.2 and 7.3.1).
const profileHeader = 128 + 4

// isProfile checks the start of a profile for the signature that every profile has
// (ICC.1, 7.2.11). Data without it is not a profile and may contain anything.
func isProfile(start []byte) bool {
	const at, signature = 36, "acsp"

	return len(start) >= profileHeader && string(start[at:at+len(signature)]) == signature
}

// profileJPEG joins the chunks of a profile. Each has its number, starting with 1, and
// the number of chunks (ICC.1, annex B.4).
func profileJPEG(view *window) ([]byte, error) {
	var (
		chunks [256][]byte
		total  int
		held   int
	)

	err := walkJPEG(view, func(marker byte, offset int64, length int) error {
		if marker != markerAPP2 || length <= iccHeader {
			return nil
		}

		payload, err := view.at(offset, length)
		if err != nil {
			return err
		}

		number, count := int(payload[iccHeader-2]), int(payload[iccHeader-1])
		if string(payload[:len(idICC)]) != idICC || chunks[number] != nil || held+length > maxProfile {
			return nil
		}

		chunks[number] = bytes.Clone(payload[iccHeader:])
		total = count
		held += length

		return nil
	})
	if err != nil {
		return nil, err
	}

	for _, chunk := range chunks[1 : total+1] {
		if chunk == nil {
			return nil, nil
		}
	}

	return bytes.Join(chunks[1:total+1], nil), nil
}

// profilePNG inflates the first iCCP chunk if it is valid.
func profilePNG(view *window) ([]byte, error) {
	var (
		profile []byte
		tried   bool
	)

	err := walkPNG(view, func(here chunk, offset int64) error {
		if here.kind != "iCCP" || here.length > maxProfile || tried {
			return nil
		}

		data, err := view.at(offset, int(here.length))
		if err != nil {
			return err
		}

		profile, tried = pngProfile(data), true

		return nil
	})

	return profile, err
}

// inflate decompresses a zlib stream of at most maxProfile bytes, or returns nil.
func inflate(packed []byte) []byte {
	stream, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}

	data, err := io.ReadAll(io.LimitReader(stream, maxProfile+1))
	if err := errors.Join(err, stream.Close()); err != nil || len(data) > maxProfile {
		return nil
	}

	return data
}
