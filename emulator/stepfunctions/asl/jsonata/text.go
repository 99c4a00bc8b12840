package jsonata

import (
	"strings"
	"unicode/utf8"
)

// Texts are UTF-8. JavaScript's strings are UTF-16: their order and their positions are
// those of UTF-16 code units, and they can contain half a character, a lone surrogate. A
// lone surrogate has three bytes here, as UTF-8 would encode its number.

// characterLength returns the number of bytes of the first character of a text.
func characterLength(text string) int {
	if text[0] < utf8.RuneSelf {
		return 1
	}

	if surrogateAt(text) >= 0 {
		return surrogateBytes
	}

	_, size := utf8.DecodeRuneInString(text)

	return size
}

// characters returns the number of characters of a text.
func characters(text string) int {
	count := 0

	for len(text) > 0 {
		text = text[characterLength(text):]
		count++
	}

	return count
}

// skipCharacters returns the position after count characters.
func skipCharacters(text string, count int) int {
	at := 0
	for ; count > 0 && at < len(text); count-- {
		at += characterLength(text[at:])
	}

	return at
}

// units returns the length of a text in UTF-16 code units.
func units(text string) int {
	count := 0

	for len(text) > 0 {
		size := characterLength(text)
		text = text[size:]

		if count++; size == utf8.UTFMax {
			count++
		}
	}

	return count
}

// appendUnits appends the code units of a text, each as a text.
func appendUnits(out []any, text string) []any {
	for len(text) > 0 {
		size := characterLength(text)
		if size < utf8.UTFMax {
			out = append(out, text[:size])
		} else {
			r, _ := utf8.DecodeRuneInString(text)
			high, low := 0xD800+(r-0x10000)>>10, 0xDC00+(r-0x10000)&0x3FF //nolint:mnd // UTF-16.
			out = append(out, string(appendUnit(nil, high)), string(appendUnit(nil, low)))
		}

		text = text[size:]
	}

	return out
}

// glued joins two texts. Two halves of a character make one character.
func glued(left, right string) string {
	if len(left) >= surrogateBytes && len(right) >= surrogateBytes {
		high, low := surrogateAt(left[len(left)-surrogateBytes:]), surrogateAt(right)
		if high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 {
			return string(appendUnit([]byte(left), low)) + right[surrogateBytes:]
		}
	}

	return left + right
}

// compareText compares texts by their UTF-16 code units.
func compareText(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] == b[i] {
			continue
		}

		// Characters of four bytes have surrogates, which come before U+E000.
		const afterSurrogates, fourBytes = 0xEE, 0xF0

		high, other := a[i] >= fourBytes, b[i] >= fourBytes

		switch {
		case high && !other && b[i] >= afterSurrogates:
			return -1
		case other && !high && a[i] >= afterSurrogates:
			return 1
		case a[i] < b[i]:
			return -1
		default:
			return 1
		}
	}

	return strings.Compare(a[min(len(a), len(b)):], b[min(len(a), len(b)):])
}
