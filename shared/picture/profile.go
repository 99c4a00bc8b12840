package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
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

// embed puts a profile, if there is one, into a PNG that image/png wrote.
func embed(file, profile []byte) []byte {
	if len(profile) == 0 {
		return file
	}

	const behindIHDR = 8 + 8 + 13 + 4 // and the signature

	return bytes.Join([][]byte{file[:behindIHDR], profileChunk(profile), file[behindIHDR:]}, nil)
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
