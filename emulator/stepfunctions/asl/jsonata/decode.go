package jsonata

import (
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// decoder reads JSON that is known to be valid.
type decoder struct {
	text   []byte
	at     int
	asRead bool // Objects keep the order of the text, and not JavaScript's.
}

func (d *decoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

func (d *decoder) value() any {
	d.space()

	switch d.text[d.at] {
	case '{':
		return d.object()
	case '[':
		return d.list()
	case '"':
		return d.string()
	case 't':
		d.at += len("true")

		return true
	case 'f':
		d.at += len("false")

		return false
	case 'n':
		d.at += len("null")

		return nil
	default:
		return d.number()
	}
}

// ends skips a comma, or the end of an array or object, which it reports.
func (d *decoder) ends(closing byte) bool {
	d.space()

	if c := d.text[d.at]; c != closing && c != ',' {
		return false
	}

	d.at++

	return d.text[d.at-1] == closing
}

func (d *decoder) object() *Object {
	const usual = 8

	out := NewObject(usual)

	for d.at++; !d.ends('}'); {
		d.space()
		name := d.string()
		d.space()
		d.at++ // The colon.
		out.Set(name, d.value())
	}

	if d.asRead {
		return out
	}

	return out.ordered()
}

func (d *decoder) list() []any {
	out := []any{}
	for d.at++; !d.ends(']'); {
		out = append(out, d.value())
	}

	return out
}

func (d *decoder) number() float64 {
	start := d.at
	for d.at < len(d.text) && (d.text[d.at] == '-' || d.text[d.at] == '+' || d.text[d.at] == '.' || d.text[d.at]|' ' == 'e' || d.text[d.at] >= '0' && d.text[d.at] <= '9') {
		d.at++
	}

	number, _ := strconv.ParseFloat(string(d.text[start:d.at]), 64) // Out of range is infinite, as in JavaScript.

	return number
}

func (d *decoder) string() string {
	d.at++
	start := d.at

	for d.text[d.at] != '"' {
		if d.text[d.at] == '\\' {
			return d.escaped(start)
		}

		d.at++
	}

	d.at++

	return toValid(d.text[start : d.at-1])
}

// escaped reads the rest of a string that has escapes, from its start.
func (d *decoder) escaped(start int) string {
	out := append([]byte(nil), d.text[start:d.at]...)

	for d.text[d.at] != '"' {
		if d.text[d.at] != '\\' {
			out = append(out, d.text[d.at])
			d.at++

			continue
		}

		d.at++

		switch c := d.text[d.at]; c {
		case 'u':
			out = appendUnit(out, d.unit(d.at+1))
			d.at += len("XXXX")
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		default:
			out = append(out, c)
		}

		d.at++
	}

	d.at++

	return string(out)
}

func (d *decoder) unit(at int) rune {
	number, _ := strconv.ParseUint(string(d.text[at:at+4]), 16, 16) // Valid JSON has four digits.

	return rune(number)
}

// toValid returns a text of the input. Bytes that are not UTF-8 become U+FFFD.
func toValid(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}

	var out string
	if err := json.Unmarshal(append(append([]byte{'"'}, text...), '"'), &out); err != nil {
		return string(utf8.RuneError)
	}

	return out
}

// surrogateBytes is the length of a lone surrogate in a text.
const surrogateBytes = 3

// appendUnit appends a UTF-16 code unit. A low surrogate after a high one makes one
// character. A lone surrogate is kept in the form that UTF-8 would have for it.
func appendUnit(text []byte, unit rune) []byte {
	if unit >= 0xDC00 && unit <= 0xDFFF && len(text) >= surrogateBytes {
		if high := surrogateAt(string(text[len(text)-surrogateBytes:])); high >= 0xD800 && high < 0xDC00 {
			return utf8.AppendRune(text[:len(text)-surrogateBytes], utf16.DecodeRune(high, unit))
		}
	}

	if utf16.IsSurrogate(unit) {
		return append(text, 0xED, 0x80|byte(unit>>6&0x3F), 0x80|byte(unit&0x3F))
	}

	return utf8.AppendRune(text, unit)
}

// surrogateAt returns the lone surrogate at the start of a text, or -1.
func surrogateAt(text string) rune {
	if len(text) < surrogateBytes || text[0] != 0xED || text[1] < 0xA0 {
		return -1
	}

	return 0xD000 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F)
}
