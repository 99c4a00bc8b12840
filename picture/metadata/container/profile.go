package container

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// MaxProfileBytes limits an ICC profile. Large profiles for CMYK have 2 MiB.
const MaxProfileBytes = 4 << 20

// ProfileHeaderBytes is the length of a profile's header and of the tag count that
// follows (ICC.1, 7.2 and 7.3.1).
const ProfileHeaderBytes = 128 + 4

// IsProfile checks the start of a profile for the signature that every profile has
// (ICC.1, 7.2.11). Data without it is not a profile and may contain anything.
func IsProfile(start []byte) bool {
	const at, signature = 36, "acsp"

	return len(start) >= ProfileHeaderBytes && string(start[at:at+len(signature)]) == signature
}

// InflateProfile decompresses a zlib stream of at most MaxProfileBytes bytes, or returns
// nil.
func InflateProfile(packed []byte) []byte {
	stream, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}

	data, err := io.ReadAll(io.LimitReader(stream, MaxProfileBytes+1))
	if err := errors.Join(err, stream.Close()); err != nil || len(data) > MaxProfileBytes {
		return nil
	}

	return data
}
