// Package icc reads ICC profiles (ICC.1:2022) as far as it takes to show a picture
// in sRGB by the perceptual intent, as LittleCMS does: RGB, grey and CMYK described by a
// table (lut8Type, lut16Type or lutAToBType); RGB by three curves and a matrix, and grey by
// a curve, where there is no table that can be read. Section numbers in this package are
// that standard's.
//
// Profiles come with uploads and are no more to be trusted: whatever lengths they
// claim, nothing is read behind their end, and what is allocated is bounded by it.
package icc

import (
	"encoding/binary"
	"errors"
	"fmt"

	"triptych/picture/metadata"
)

// ErrUnsupported says that a profile has no transform that is read here, or is
// broken.
var ErrUnsupported = errors.New("no ICC transform that is known")

// Space is the color space of a profile's device, as its header has it.
type Space string

// The spaces that are known.
const (
	RGB  Space = "RGB "
	Grey Space = "GRAY"
	CMYK Space = "CMYK"
)

// profile is one that was taken apart: the tags' data by their signatures.
type profile struct {
	space   Space
	version byte   // the major version
	pcs     string // the connection space: "XYZ " or "Lab "
	tags    map[string][]byte
}

// shaped says whether a matrix and curves describe the device (8.3.3).
func (p *profile) shaped() bool {
	for _, tag := range []string{"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"} {
		if p.tags[tag] == nil {
			return false
		}
	}

	return p.space == RGB
}

// The header's fields (7.2), and the tag table behind it (7.3).
const (
	headerBytes = 128
	versionAt   = 8
	spaceAt     = 16
	pcsAt       = 20
	markAt      = 36
	fieldBytes  = 4
	tagBytes    = 12
	maxTags     = 256
)

// SpaceOf is the color space of a profile, or "" where it is none.
func SpaceOf(data []byte) Space {
	if len(data) < headerBytes || string(data[markAt:markAt+fieldBytes]) != "acsp" {
		return ""
	}

	return Space(data[spaceAt : spaceAt+fieldBytes])
}

// Coding is what the cicp tag of a profile says that samples are (9.2.17 and 10.3), or
// nothing where there is none.
func Coding(data []byte) metadata.Coding {
	const numbersAt, tagBytes = 8, 12

	read, err := parse(data)
	if err != nil {
		return metadata.Coding{}
	}

	tag := read.tags["cicp"]
	if kind(tag) != "cicp" || len(tag) < tagBytes {
		return metadata.Coding{}
	}

	numbers := tag[numbersAt:]

	return metadata.Coding{
		Primaries: uint16(numbers[0]), Transfer: uint16(numbers[1]), Matrix: uint16(numbers[2]), FullRange: numbers[3] == 1,
	}
}

func parse(data []byte) (profile, error) {
	space := SpaceOf(data)
	if space == "" || len(data) < headerBytes+fieldBytes {
		return profile{}, fmt.Errorf("%w: no profile", ErrUnsupported)
	}

	read := profile{space: space, version: data[versionAt], pcs: string(data[pcsAt : pcsAt+fieldBytes]), tags: map[string][]byte{}}
	table := data[headerBytes+fieldBytes:]

	for count := min(binary.BigEndian.Uint32(data[headerBytes:]), maxTags); count > 0 && len(table) >= tagBytes; count-- {
		offset := uint64(binary.BigEndian.Uint32(table[fieldBytes:]))
		size := uint64(binary.BigEndian.Uint32(table[2*fieldBytes:]))

		if offset+size <= uint64(len(data)) {
			read.tags[string(table[:fieldBytes])] = data[offset : offset+size]
		}

		table = table[tagBytes:]
	}

	return read, nil
}

// kind is the type of a tag's data (10.1), or "".
func kind(data []byte) string {
	if len(data) < 2*fieldBytes {
		return ""
	}

	return string(data[:fieldBytes])
}

// fixed is an s15Fixed16Number (4.6).
func fixed(data []byte) float64 {
	const one = 1 << 16

	return float64(int32(binary.BigEndian.Uint32(data))) / one //nolint:gosec // Two's complement.
}

func unsupported(why string) error { return fmt.Errorf("%w: %s", ErrUnsupported, why) }
