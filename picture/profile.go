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

// colorsOfPNG returns the meaning of a PNG's samples. A cICP chunk overrides an embedded
// profile (W3C PNG, 4.3). Otherwise the profile's own cicp tag counts if it names HDR.
// colorsOfPNG returns the function that converts pixels, or nil if pixels are shown as
// they are, and the profile of the result.
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
		return nil, embedded // These primaries are unknown.
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

// specified reports whether a coding is RGB and names primaries and transfer
// characteristics.
func specified(coding metadata.Coding) bool {
	const rgb, unspecified, reserved = 0, 2, 3 // ITU-T H.273, tables 2 to 4

	return coding.Primaries != 0 && coding.Matrix == rgb &&
		coding.Transfer != 0 && coding.Transfer != unspecified && coding.Transfer != reserved
}

// limited converts samples of the limited range (H.273, equations 20 to 22). mapper may
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

// matches reports whether an ICC profile is for gray if gray is set, and for RGB
// otherwise. The profile's header has the color space at byte 16 and the signature at 36
// (ICC.1, 7.2).
func matches(profile []byte, gray bool) bool {
	const headerBytes, spaceAt, signatureAt, fieldBytes = 128, 16, 36, 4

	if len(profile) < headerBytes || string(profile[signatureAt:signatureAt+fieldBytes]) != "acsp" {
		return false
	}

	space := "RGB "
	if gray {
		space = "GRAY"
	}

	return string(profile[spaceAt:spaceAt+fieldBytes]) == space
}

// embed inserts a profile, if there is one, into a PNG that image/png wrote.
func embed(file, profile []byte) []byte {
	if len(profile) == 0 {
		return file
	}

	const behindIHDR = 8 + 8 + 13 + 4 // including the signature

	return bytes.Join([][]byte{file[:behindIHDR], profileChunk(profile), file[behindIHDR:]}, nil)
}

// profileChunk makes an iCCP chunk: a name, a zero byte, the compression method
// 0, and a zlib stream (W3C PNG, 11.3.2.3).
func profileChunk(profile []byte) []byte {
	var data bytes.Buffer

	data.WriteString("iCCPICC profile\x00\x00")

	packer := zlib.NewWriter(&data)
	_, _ = packer.Write(profile) // A buffer never returns an error.
	_ = packer.Close()

	const kindBytes = 4

	length := uint32(data.Len() - kindBytes) //nolint:gosec // A profile has at most 4 MiB.
	chunk := append(binary.BigEndian.AppendUint32(nil, length), data.Bytes()...)

	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(data.Bytes()))
}
