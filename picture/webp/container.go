package webp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The flags of VP8X for the contents of a file (RFC 9649, 2.7.1).
const (
	flagAnimation = 1 << 1
	flagAlpha     = 1 << 4
	flagProfile   = 1 << 5
)

// errLong reports a file that is too long for a WebP.
var errLong = errors.New("a WebP is shorter than 2 GiB")

// static returns the file of a static image: the image chunks, after VP8X and the profile
// if there is a profile or alpha.
func static(chunks []byte, alpha bool, width, height int, profile []byte) ([]byte, error) {
	if len(profile) == 0 && !alpha {
		return riff(chunks)
	}

	var flags byte
	if alpha {
		flags |= flagAlpha
	}

	if len(profile) > 0 {
		flags |= flagProfile
	}

	body := extended(flags, width, height)
	if len(profile) > 0 {
		body = chunk(body, "ICCP", profile)
	}

	return riff(append(body, chunks...))
}

// extended returns the start of a file's body, with VP8X.
func extended(flags byte, width, height int) []byte {
	const length, widthAt, heightAt = 10, 4, 7

	data := make([]byte, length)
	data[0] = flags
	putUint24(data[widthAt:], width-1)
	putUint24(data[heightAt:], height-1)

	return chunk(nil, "VP8X", data)
}

// chunk appends a chunk, padded to an even length (RFC 9649, 2.3).
func chunk(to []byte, kind string, data []byte) []byte {
	to = append(to, kind...)
	to = binary.LittleEndian.AppendUint32(to, uint32(len(data))) //nolint:gosec // riff checks that it fits.
	to = append(to, data...)

	if len(data)%2 != 0 {
		to = append(to, 0)
	}

	return to
}

// riff builds a file from chunks.
func riff(chunks []byte) ([]byte, error) {
	const kind = "WEBP"

	size := len(kind) + len(chunks)
	if size > math.MaxInt32 {
		return nil, fmt.Errorf("%w: %d bytes", errLong, size)
	}

	made := make([]byte, 0, size+8) // The header of RIFF.
	made = append(made, "RIFF"...)
	made = binary.LittleEndian.AppendUint32(made, uint32(size))

	return append(append(made, kind...), chunks...), nil
}

func putUint24(to []byte, n int) {
	to[0], to[1], to[2] = byte(n), byte(n>>8), byte(n>>16) //nolint:gosec // Its lowest bytes.
}
