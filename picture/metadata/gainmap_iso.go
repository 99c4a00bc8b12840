package metadata

import (
	"encoding/binary"
	"math"
)

// idISO begins an APP2 segment of ISO/TS 21496-1: of a primary, with the versions
// alone; of a gain map, with its metadata (annex C.2).
const idISO = "urn:iso:std:iso:ts:21496:-1\x00"

const (
	isoVersionBytes = 4 // the least version that a reader has to know, the writer's version
	isoFlags        = isoVersionBytes
	isoChannels     = 1 << 7 // three channels rather than one
	isoBaseSpace    = 1 << 6 // the gain map is applied in the primary's color space
	// Of libultrahdr, in bits that the standard reserves: the primary is the HDR
	// picture; one denominator stands before all numerators.
	isoBackward = 1 << 2
	isoCommon   = 1 << 3

	isoHeadrooms  = 2 // of the primary, of the picture that the gain map leads to
	isoPerChannel = 5 // minimum, maximum, gamma, two offsets
	channels      = 3
)

// isoMetadata is a gain map's metadata by ISO/TS 21496-1.
type isoMetadata struct {
	flags byte
	// fields are as they are written: numerators and denominators, 32 bits each.
	fields []uint32
}

// parseISO reads metadata behind its identifier. It refuses what no reader could
// compute with.
func parseISO(payload []byte) (isoMetadata, bool) {
	const field = 4

	// A reader that knows version 0 may read what a later writer has written.
	if len(payload) <= isoFlags || binary.BigEndian.Uint16(payload) != 0 {
		return isoMetadata{}, false
	}

	parsed := isoMetadata{flags: payload[isoFlags]}
	if parsed.flags&^(isoChannels|isoBaseSpace|isoBackward|isoCommon) != 0 {
		return isoMetadata{}, false
	}

	count := 2 * parsed.fractions()
	if parsed.flags&isoCommon != 0 {
		count = 1 + parsed.fractions()
	}

	rest := payload[isoFlags+1:]
	if len(rest) < count*field {
		return isoMetadata{}, false
	}

	for range count {
		parsed.fields = append(parsed.fields, binary.BigEndian.Uint32(rest))
		rest = rest[field:]
	}

	return parsed, parsed.sane()
}

func (m isoMetadata) fractions() int {
	if m.flags&isoChannels != 0 {
		return isoHeadrooms + channels*isoPerChannel
	}

	return isoHeadrooms + isoPerChannel
}

// fraction returns a value; NaN where its denominator is 0.
func (m isoMetadata) fraction(index int, signed bool) float64 {
	denominator, numerator := m.fields[0], m.fields[1+index]
	if m.flags&isoCommon == 0 {
		numerator, denominator = m.fields[2*index], m.fields[2*index+1]
	}

	if denominator == 0 {
		return math.NaN()
	}

	if signed {
		return float64(int32(numerator)) / float64(denominator) //nolint:gosec // It is stored so.
	}

	return float64(numerator) / float64(denominator)
}

func (m isoMetadata) sane() bool {
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

// append writes the metadata anew, with their identifier.
func (m isoMetadata) append(to []byte) []byte {
	to = append(appendISOVersions(to), m.flags)
	for _, field := range m.fields {
		to = binary.BigEndian.AppendUint32(to, field)
	}

	return to
}

// appendISOVersions writes what a primary has.
func appendISOVersions(to []byte) []byte {
	return append(append(to, idISO...), make([]byte, isoVersionBytes)...)
}

// What a gain map's numbers may be. Displays have some 2 to 4 stops above white;
// float32 ends at 128.
const (
	maxStops  = 32
	minGamma  = 1e-3
	maxGamma  = 100
	maxOffset = 16
)

// within is false for NaN.
func within(value, least, most float64) bool { return value >= least && value <= most }
