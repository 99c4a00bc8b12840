package gainmap

import (
	"encoding/binary"
	"math"
)

// IDISO is the start of an APP2 segment of ISO/TS 21496-1. In a primary it is followed
// only by the versions, in a gain map by its metadata (annex C.2).
const IDISO = "urn:iso:std:iso:ts:21496:-1\x00"

const (
	isoVersionBytes = 4 // the lowest version that a reader must support, and the writer's version
	isoFlags        = isoVersionBytes
	isoChannels     = 1 << 7 // three channels instead of one
	isoBaseSpace    = 1 << 6 // the gain map is applied in the primary's color space
	// Flags of libultrahdr, in bits that the standard reserves: the primary is the HDR
	// image; one common denominator comes before all numerators.
	isoBackward = 1 << 2
	isoCommon   = 1 << 3

	isoHeadrooms  = 2 // of the primary, and of the image that the gain map produces
	isoPerChannel = 5 // minimum, maximum, gamma, two offsets
)

// Channels is the number of color channels: a gain map has one value for all, or one for
// each.
const Channels = 3

// ISO holds the metadata of a gain map in the format of ISO/TS 21496-1.
type ISO struct {
	flags byte
	// fields are numerators and denominators of 32 bits each, as in the file.
	fields []uint32
}

// ParseISO reads the metadata after its identifier. It rejects values with which a reader
// could not compute.
func ParseISO(payload []byte) (ISO, bool) {
	const field = 4

	// A reader that supports version 0 may read the data of a later writer.
	if len(payload) <= isoFlags || binary.BigEndian.Uint16(payload) != 0 {
		return ISO{}, false
	}

	parsed := ISO{flags: payload[isoFlags]}
	if parsed.flags&^(isoChannels|isoBaseSpace|isoBackward|isoCommon) != 0 {
		return ISO{}, false
	}

	count := 2 * parsed.fractions()
	if parsed.flags&isoCommon != 0 {
		count = 1 + parsed.fractions()
	}

	rest := payload[isoFlags+1:]
	if len(rest) < count*field {
		return ISO{}, false
	}

	for range count {
		parsed.fields = append(parsed.fields, binary.BigEndian.Uint32(rest))
		rest = rest[field:]
	}

	return parsed, parsed.sane()
}

func (m ISO) fractions() int {
	if m.flags&isoChannels != 0 {
		return isoHeadrooms + Channels*isoPerChannel
	}

	return isoHeadrooms + isoPerChannel
}

// fraction returns a value, or NaN if its denominator is 0.
func (m ISO) fraction(index int, signed bool) float64 {
	denominator, numerator := m.fields[0], m.fields[1+index]
	if m.flags&isoCommon == 0 {
		numerator, denominator = m.fields[2*index], m.fields[2*index+1]
	}

	if denominator == 0 {
		return math.NaN()
	}

	if signed {
		return float64(int32(numerator)) / float64(denominator) //nolint:gosec // It is stored as two's complement.
	}

	return float64(numerator) / float64(denominator)
}

func (m ISO) sane() bool {
	for index := range isoHeadrooms {
		if !within(m.fraction(index, false), 0, maxStops) {
			return false
		}
	}

	for at := isoHeadrooms; at < m.fractions(); at += isoPerChannel {
		least, most := m.fraction(at, true), m.fraction(at+1, true)

		if !within(least, -maxStops, maxStops) || !within(most, least, maxStops) ||
			!within(m.fraction(at+2, false), minGamma, maxGamma) ||
			!within(m.fraction(at+3, true), -maxOffset, maxOffset) ||
			!within(m.fraction(at+4, true), -maxOffset, maxOffset) {
			return false
		}
	}

	return true
}

// Append writes the metadata again, with the identifier.
func (m ISO) Append(to []byte) []byte {
	to = append(AppendISOVersions(to), m.flags)
	for _, field := range m.fields {
		to = binary.BigEndian.AppendUint32(to, field)
	}

	return to
}

// AppendISOVersions writes the segment of a primary.
func AppendISOVersions(to []byte) []byte {
	return append(append(to, IDISO...), make([]byte, isoVersionBytes)...)
}

// Limits of a gain map's numbers. Displays have about 2 to 4 stops above white. A float32
// can hold up to 128 stops.
const (
	maxStops  = 32
	minGamma  = 1e-3
	maxGamma  = 100
	maxOffset = 16
)

// within returns false for NaN.
func within(value, least, most float64) bool { return value >= least && value <= most }
