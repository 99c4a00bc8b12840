// Package percent encodes bytes as RFC 3986 §2.1 does.
package percent

import "strings"

// Encode percent-encodes each byte of text for which encoded returns true, with upper-case
// digits.
func Encode(text string, encoded func(letter byte) bool) string {
	const digits = "0123456789ABCDEF"

	var out strings.Builder

	out.Grow(len(text))

	for i := range len(text) {
		if letter := text[i]; encoded(letter) {
			out.Write([]byte{'%', digits[letter>>4], digits[letter&0xF]})
		} else {
			out.WriteByte(letter)
		}
	}

	return out.String()
}
