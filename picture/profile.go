package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"

	"triptych/picture/icc"
	"triptych/picture/metadata"
	"triptych/picture/tone"
)

// colorsOfPNG says what a PNG's samples mean: its cICP chunk, which overrides an embedded
// profile (W3C PNG, 4.3), or the profile's own cicp tag where that names HDR. It returns
// what converts pixels, nil where they are shown as they are, and the profile for what
// comes of them.
func colorsOfPNG(embedded []byte, coding metadata.Coding) (func([3]float32) (r, g, b byte), []byte) {
	if !specified(coding) {
		tagged := icc.Coding(embedded)
		if !specified(tagged) || !tagged.HDR() {
			return nil, embedded
		}

		tagged.Peak = coding.Peak
		coding = tagged
	}

	mapper := tone.New(coding)
	profile := icc.ForPrimaries(coding.Primaries)

	const primariesOfSRGB = 1
	if profile == nil && coding.Primaries != primariesOfSRGB && mapper == nil {
		return nil, embedded // Nobody knows these primaries.
	}

	switch {
	case coding.FullRange && mapper == nil:
		return nil, profile
	case coding.FullRange:
		return mapper.Pixel, profile
	default:
		return limited(mapper), profile
	}
}

// specified says whether a coding is one of RGB, and names primaries and transfer
// characteristics.
func specified(coding metadata.Coding) bool {
	const rgb, unspecified, reserved = 0, 2, 3 // ITU-T H.273, tables 2 to 4

	return coding.Primaries != 0 && coding.Matrix == rgb &&
		coding.Transfer != 0 && coding.Transfer != unspecified && coding.Transfer != reserved
}

// limited converts samples of the limited range (H.273, equations 20 to 22). A mapper may
// be nil.
func limited(mapper tone.Mapper) func([3]float32) (r, g, b byte) {
	const black, width, most = 16, 219, 255

	return func(coded [3]float32) (r, g, b byte) {
		for i, part := range coded {
			coded[i] = max(0, min((part*most-black)/width, 1))
		}

		if mapper != nil {
			return mapper.Pixel(coded)
		}

		return byte(coded[0]*most + 0.5), byte(coded[1]*most + 0.5), byte(coded[2]*most + 0.5)
	}
}

// matches says whether an ICC profile is one for grey, or else for RGB. Its
// header has the color space at byte 16 and the signature at 36 (ICC.1, 7.2).
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
