package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"

	"triptych/shared/metadata"
	"triptych/shared/picture/icc"
)

// profileOfPNG is the profile of a PNG whose cICP chunk says what its samples mean: it
// overrides an embedded profile (W3C PNG, 4.3). Transfer functions that are near sRGB's
// count as sRGB's. For all others, PQ and HLG among them, the chunk says nothing.
func profileOfPNG(embedded []byte, coding metadata.Coding) []byte {
	const (
		rgb = 0 // the matrix of RGB samples

		bt709, gamma601, srgb, bt2020, bt2020Deep = 1, 6, 13, 14, 15 // ITU-T H.273, table 3
	)

	if coding.Primaries == 0 || coding.Matrix != rgb || !coding.FullRange {
		return embedded
	}

	switch coding.Transfer {
	case bt709, gamma601, srgb, bt2020, bt2020Deep:
	default:
		return embedded
	}

	const primariesOfSRGB = 1
	if coding.Primaries == primariesOfSRGB {
		return nil
	}

	if made := icc.ForPrimaries(coding.Primaries); made != nil {
		return made
	}

	return embedded
}

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
