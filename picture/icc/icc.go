// Package icc reads ICC profiles (ICC.1:2022), as far as necessary to show an image in
// sRGB by the perceptual intent, as LittleCMS does. It supports RGB, gray and CMYK with a
// table (lut8Type, lut16Type or lutAToBType). If there is no readable table, it supports
// RGB with three curves and a matrix, and gray with a curve. Section numbers in this
// package are those of that standard.
//
// Profiles come from uploads and are not trusted. The package checks all lengths in a
// profile, and never reads after the end of the profile. The size of the profile limits
// the allocated memory.
package icc

import (
	"encoding/binary"
	"errors"
	"fmt"

	"triptych/picture/metadata"
)

// ErrUnsupported reports that a profile is damaged, or that its transform is not
// supported.
var ErrUnsupported = errors.New("unsupported ICC profile")

// Space is the color space of a profile's device, as in its header.
type Space string

// The supported spaces.
const (
	RGB  Space = "RGB "
	Gray Space = "GRAY"
	CMYK Space = "CMYK"
)

// profile is a parsed profile: the data of the tags by their signatures.
type profile struct {
	space   Space
	version byte   // the major version
	pcs     string // the connection space: "XYZ " or "Lab "
	tags    map[string][]byte
}

// shaped reports whether a matrix and curves describe the device (8.3.3).
func (p *profile) shaped() bool {
	for _, tag := range []string{"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"} {
		if p.tags[tag] == nil {
			return false
		}
	}

	return p.space == RGB
}

// The header's fields (7.2), and the tag table after the header (7.3).
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

// SpaceOf returns the color space of a profile, or "" if data is not a profile.
func SpaceOf(data []byte) Space {
	if len(data) < headerBytes || string(data[markAt:markAt+fieldBytes]) != "acsp" {
		return ""
	}

	return Space(data[spaceAt : spaceAt+fieldBytes])
}

// Coding returns the coding of samples in the cicp tag of a profile (9.2.17 and 10.3), or
// a zero value if there is no such tag.
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

// kind returns the type of a tag's data (10.1), or "".
func kind(data []byte) string {
	if len(data) < 2*fieldBytes {
		return ""
	}

	return string(data[:fieldBytes])
}

// fixed reads an s15Fixed16Number (4.6).
func fixed(data []byte) float64 {
	const one = 1 << 16

	return float64(int32(binary.BigEndian.Uint32(data))) / one //nolint:gosec // Two's complement.
}

func unsupported(why string) error { return fmt.Errorf("%w: %s", ErrUnsupported, why) }
