package bmff

import (
	"slices"

	"triptych/picture/metadata/container"
)

// NCLX holds the fields of a colr box of type nclx (ISO/IEC 14496-12, 12.1.5): numbers of
// ISO/IEC 23091-2.
type NCLX struct {
	Primaries, Transfer, Matrix uint16
	FullRange                   bool
}

// NCLX returns the first colr property of type nclx.
func (i *Item) NCLX() (NCLX, bool) {
	data := fields(i.colr("nclx"))
	if len(data) == 0 {
		return NCLX{}, false
	}

	return NCLX{
		Primaries: uint16(data.uint(2)), Transfer: uint16(data.uint(2)), Matrix: uint16(data.uint(2)), //nolint:gosec // As read.
		FullRange: data.uint(1)&0x80 != 0,
	}, true
}

// Profile returns the first ICC profile, or nil.
func (i *Item) Profile() []byte { return i.colr("prof", "rICC") }

// colr returns the contents of the first colr property of one of the types.
func (i *Item) colr(types ...string) []byte {
	const typeBytes = 4

	for _, property := range i.Properties {
		if property.Kind != "colr" || !IsColor(property.Data) {
			continue
		}

		if slices.Contains(types, string(property.Data[:typeBytes])) {
			return property.Data[typeBytes:]
		}
	}

	return nil
}

// IsColor reports whether the contents of a colr property have a type and what it needs: a
// profile its signature, and an nclx its three numbers. Without the byte behind the numbers,
// the range is limited.
func IsColor(data []byte) bool {
	const typeBytes, numbersBytes = 4, 3 * 2

	if len(data) <= typeBytes {
		return false
	}

	switch string(data[:typeBytes]) {
	case "nclx":
		return len(data) >= typeBytes+numbersBytes
	case "prof", "rICC":
		return container.IsProfile(data[typeBytes:])
	default:
		return true
	}
}

// Light holds the light values of an HDR image in cd/m². A value is zero if the file does
// not contain it.
type Light struct {
	// Brightest is the light of the brightest pixel: MaxCLL of clli (ISO/IEC 14496-12,
	// 12.1.6).
	Brightest float64
	// Display is the maximum light of the mastering display, from mdcv (12.1.7).
	Display float64
}

// Light reads the properties clli and mdcv.
func (i *Item) Light() Light {
	const unit = 10_000 // in mdcv, per cd/m²

	clli, mdcv := fields(i.Find("clli")), fields(i.Find("mdcv"))
	for range 8 { // Primaries and the white point.
		mdcv.uint(2)
	}

	return Light{Brightest: float64(clli.uint(2)), Display: float64(mdcv.uint(4)) / unit}
}
