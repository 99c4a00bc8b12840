package encoder

import "encoding/binary"

// file returns a file with one chunk "VP8 " (RFC 9649, 2.4 and 2.5).
func file(data []byte) []byte {
	const kindBytes, chunkHeader = 4, 8

	padded := len(data) + len(data)%2
	size := kindBytes + chunkHeader + padded

	out := make([]byte, 0, chunkHeader+size)
	out = append(out, "RIFF"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(size))
	out = append(out, "WEBPVP8 "...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
	out = append(out, data...)

	return append(out, make([]byte, padded-len(data))...)
}
