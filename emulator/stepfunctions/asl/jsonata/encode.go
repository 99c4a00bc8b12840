package jsonata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// appendJSON appends a value as JavaScript's JSON.stringify writes it.
// https://tc39.es/ecma262/#sec-json.stringify
func appendJSON(out []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case nil, undefined:
		return append(out, "null"...), nil
	case bool:
		return strconv.AppendBool(out, value), nil
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return append(out, "null"...), nil
		}

		return appendNumber(out, value), nil
	case string:
		return appendQuoted(out, value), nil
	case []any:
		return appendItems(out, value)
	case *array:
		return appendItems(out, value.items)
	case *Object:
		return appendMembers(out, value)
	default:
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("encode JSON: %w", err)
		}

		return append(out, text...), nil
	}
}

func appendItems(out []byte, list []any) ([]byte, error) {
	var err error

	out = append(out, '[')

	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}

		if out, err = appendJSON(out, item); err != nil {
			return nil, err
		}
	}

	return append(out, ']'), nil
}

func appendMembers(out []byte, object *Object) ([]byte, error) {
	var err error

	out = append(out, '{')

	for i, name := range object.names {
		if i > 0 {
			out = append(out, ',')
		}

		out = append(appendQuoted(out, name), ':')

		if out, err = appendJSON(out, object.values[i]); err != nil {
			return nil, err
		}
	}

	return append(out, '}'), nil
}

// Limits between which JavaScript writes a number without an exponent.
// https://tc39.es/ecma262/#sec-numeric-types-number-tostring
const (
	smallestPlain = 1e-6
	largestPlain  = 1e21
)

// appendNumber appends a finite number as JavaScript writes it.
func appendNumber(out []byte, number float64) []byte {
	size := math.Abs(number)

	switch {
	case number == 0:
		return append(out, '0')
	case size >= smallestPlain && size < largestPlain:
		return strconv.AppendFloat(out, number, 'f', -1, 64)
	}

	out = strconv.AppendFloat(out, number, 'e', -1, 64)
	// Go writes at least two digits of the exponent.
	if n := len(out); n >= 4 && out[n-2] == '0' && (out[n-3] == '-' || out[n-3] == '+') {
		out = append(out[:n-2], out[n-1])
	}

	return out
}

// numberText returns a number as JavaScript writes it.
func numberText(number float64) string {
	switch {
	case math.IsNaN(number):
		return "NaN"
	case math.IsInf(number, 1):
		return "Infinity"
	case math.IsInf(number, -1):
		return "-Infinity"
	default:
		return string(appendNumber(nil, number))
	}
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends a JSON string. A lone surrogate is escaped.
func appendQuoted(out []byte, text string) []byte {
	out = append(out, '"')
	start := 0

	for i := 0; i < len(text); {
		c := text[i]

		if c >= utf8.RuneSelf {
			_, size := utf8.DecodeRuneInString(text[i:])
			if size > 1 {
				i += size

				continue
			}

			out = append(out, text[start:i]...)

			if unit := surrogateAt(text[i:]); unit >= 0 {
				out = append(out, `\u`...)
				out = strconv.AppendUint(out, uint64(unit), 16)
				i += surrogateBytes
			} else {
				out = append(out, "\uFFFD"...)
				i++
			}

			start = i

			continue
		}

		if c >= ' ' && c != '"' && c != '\\' {
			i++

			continue
		}

		out = appendEscape(append(out, text[start:i]...), c)
		i++
		start = i
	}

	return append(append(out, text[start:]...), '"')
}

func appendEscape(out []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\b':
		return append(out, '\\', 'b')
	case '\f':
		return append(out, '\\', 'f')
	case '\n':
		return append(out, '\\', 'n')
	case '\r':
		return append(out, '\\', 'r')
	case '\t':
		return append(out, '\\', 't')
	default:
		return append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
	}
}

// indented returns JSON with two spaces for each level.
func indented(text []byte) (string, error) {
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return "", fmt.Errorf("indent: %w", err)
	}

	return out.String(), nil
}
