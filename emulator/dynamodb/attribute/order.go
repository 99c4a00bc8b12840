package attribute

import "slices"

// # Keys as bytes
//
// The database sorts keys as bytes. Key values are encoded so that the bytes have the
// order that DynamoDB defines for the values. Each encoding contains its own end: several
// encodings can be concatenated, and no encoding is a prefix of another.
//
//	String, Binary  the bytes, 00 escaped as 00 FF, then 00 01
//	Number          02, exponent+130, digits, 00   positive
//	                01                             zero
//	                00, then exponent, digits and 00 with all bits inverted: negative;
//	                the inversion puts larger magnitudes first
//
// 00 01 is less than 00 FF and than every other byte, so "a" < "a\x00" < "ab". The
// exponents -130…125 fill a byte exactly. Digits have no zeros at the end, so the 00
// after the digits sorts 1.2 before 1.21.
const (
	escapedByte    = 0x00
	escapeMark     = 0xFF
	terminatorMark = 0x01

	negativeMark = 0x00
	zeroMark     = 0x01
	positiveMark = 0x02
	digitsEnd    = 0x00
)

// AppendOrdered appends a key value's sortable bytes. Only strings, numbers and
// binaries can be keys; ok is false for anything else.
func AppendOrdered(dst []byte, v Value) (out []byte, ok bool) {
	switch v := v.(type) {
	case String:
		return append(appendEscaped(dst, string(v)), escapedByte, terminatorMark), true
	case Binary:
		return append(appendEscaped(dst, string(v)), escapedByte, terminatorMark), true
	case Number:
		return appendNumber(dst, v), true
	default:
		return dst, false
	}
}

// AppendOrderedPrefix appends the first bytes of the encodings of all strings (or
// binaries) that begin with v. Numbers have no prefixes.
func AppendOrderedPrefix(dst []byte, v Value) (out []byte, ok bool) {
	switch v := v.(type) {
	case String:
		return appendEscaped(dst, string(v)), true
	case Binary:
		return appendEscaped(dst, string(v)), true
	default:
		return dst, false
	}
}

func appendEscaped(dst []byte, text string) []byte {
	dst = slices.Grow(dst, len(text)+len("\x00\x01"))

	for i := range len(text) {
		dst = append(dst, text[i])
		if text[i] == escapedByte {
			dst = append(dst, escapeMark)
		}
	}

	return dst
}

func appendNumber(dst []byte, n Number) []byte {
	switch n.sign() {
	case 0:
		return append(dst, zeroMark)
	case 1:
		return appendMagnitude(append(dst, positiveMark), n)
	}

	dst = append(dst, negativeMark)
	from := len(dst)
	dst = appendMagnitude(dst, n)

	for i := from; i < len(dst); i++ {
		dst[i] = ^dst[i]
	}

	return dst
}

func appendMagnitude(dst []byte, n Number) []byte {
	dst = append(dst, byte(n.exponent-MinNumberExponent)) //nolint:gosec // 0…255: see above.

	return append(append(dst, n.digits...), digitsEnd)
}
