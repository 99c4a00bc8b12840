package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"

	"triptych/shared/metadata"
)

// matches says whether an ICC profile is one for grey, or else for RGB. Its
// header has the colour space at byte 16 and the signature at 36 (ICC.1, 7.2).
func matches(profile []byte, grey bool) bool {
	const headerBytes, spaceAt, signatureAt, fieldBytes = 128, 16, 36, 4

	if len(profile) < headerBytes || string(profile[signatureAt:signatureAt+fieldBytes]) != "acsp" {
		return false
	}

	space := "RGB "
	if grey {
		space = "GRAY"
	}

	return string(profile[spaceAt:spaceAt+fieldBytes]) == space
}

// embed puts a profile, if there is one, into a file that an encoder wrote.
func embed(format metadata.Format, file, profile []byte) []byte {
	if len(profile) == 0 {
		return file
	}

	// Behind SOI; behind the signature and IHDR.
	const behindSOI, behindIHDR = 2, 8 + 8 + 13 + 4

	at, segments := behindSOI, profileSegments(profile)
	if format == metadata.PNG {
		at, segments = behindIHDR, profileChunk(profile)
	}

	return bytes.Join([][]byte{file[:at], segments, file[at:]}, nil)
}

// profileSegments splits a profile into APP2 segments (ICC.1, annex B.4): each
// says which one it is, from 1, and how many there are. metadata.Profile reads
// none that needs more than 255.
func profileSegments(profile []byte) []byte {
	const (
		identifier = "ICC_PROFILE\x00"
		field      = 2
		most       = 1<<16 - 1 - field - len(identifier) - 2
	)

	var segments []byte

	count := (len(profile) + most - 1) / most
	for number := 1; len(profile) > 0; number++ {
		part := profile[:min(most, len(profile))]
		profile = profile[len(part):]

		segments = append(segments, 0xff, 0xe2)
		segments = binary.BigEndian.AppendUint16(segments, uint16(field+len(identifier)+2+len(part))) //nolint:gosec // At most 65,535.
		segments = append(segments, identifier...)
		segments = append(segments, byte(number), byte(count)) //nolint:gosec // See above.
		segments = append(segments, part...)
	}

	return segments
}

// profileChunk makes an iCCP chunk: a name, a zero byte, the compression method
// 0, and a zlib stream (W3C PNG, 11.3.2.3).
func profileChunk(profile []byte) []byte {
	var data bytes.Buffer

	data.WriteString("iCCPICC profile\x00\x00")

	packer := zlib.NewWriter(&data)
	_, _ = packer.Write(profile) // A buffer does not fail.
	_ = packer.Close()

	const kindBytes = 4

	length := uint32(data.Len() - kindBytes) //nolint:gosec // A profile has at most 4 MiB.
	chunk := append(binary.BigEndian.AppendUint32(nil, length), data.Bytes()...)

	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(data.Bytes()))
}
