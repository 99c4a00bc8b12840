package jsonata

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// base64Encode implements $base64encode(text). Like the reference implementation, it takes
// the low byte of each UTF-16 code unit.
func base64Encode(a *arguments) (any, error) {
	return a.changed(3, func(text string) (any, error) { //nolint:mnd // The bytes and their encoding.
		bytes := make([]byte, 0, len(text))

		for len(text) > 0 {
			size := characterLength(text)
			r, _ := utf8.DecodeRuneInString(text)

			switch {
			case size == utf8.UTFMax:
				high, low := 0xD800+(r-0x10000)>>10, 0xDC00+(r-0x10000)&0x3FF //nolint:mnd // UTF-16.
				bytes = append(bytes, byte(high&0xFF), byte(low&0xFF))
			case surrogateAt(text) >= 0:
				bytes = append(bytes, byte(surrogateAt(text)&0xFF))
			default:
				bytes = append(bytes, byte(r&0xFF))
			}

			text = text[size:]
		}

		return base64.StdEncoding.EncodeToString(bytes), nil
	})
}

// base64Decode implements $base64decode(text). Each byte becomes one character. Characters
// that are not of the alphabet are skipped, and - and _ are those of the URL alphabet.
func base64Decode(a *arguments) (any, error) {
	return a.changed(6, func(text string) (any, error) { //nolint:mnd // The bytes, and characters of two bytes.
		clean := strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '+', r == '/':
				return r
			case r == '-':
				return '+'
			case r == '_':
				return '/'
			default:
				return -1
			}
		}, strings.SplitN(text, "=", 2)[0]) //nolint:mnd // The rest is ignored.

		const group = 4
		if len(clean)%group == 1 {
			clean = clean[:len(clean)-1]
		}

		bytes, err := base64.RawStdEncoding.DecodeString(clean)
		if err != nil {
			return "", nil //nolint:nilerr // Only the last bits can be wrong, and the alphabet is right.
		}

		out := make([]rune, len(bytes))
		for i, b := range bytes {
			out[i] = rune(b)
		}

		return string(out), nil
	})
}

// Characters that JavaScript's encodeURIComponent and encodeURI do not escape, in addition
// to letters and digits.
// https://tc39.es/ecma262/#sec-uri-handling-functions
const (
	componentSafe = "-_.!~*'()"
	reserved      = ";/?:@&=+$,#"
)

func encodeURLComponent(a *arguments) (any, error) { return a.percentEncode(componentSafe) }

func encodeURL(a *arguments) (any, error) { return a.percentEncode(componentSafe + reserved) }

func (a *arguments) percentEncode(safe string) (any, error) {
	const growth = 9 // %XX in a text that grows.

	return a.changed(growth, func(text string) (any, error) {
		if !utf8.ValidString(text) {
			return nil, fault("D3140").about(text).at(a.name)
		}

		var out strings.Builder

		for i := range len(text) {
			c := text[i]
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(safe, c) >= 0 {
				out.WriteByte(c)
			} else {
				out.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
			}
		}

		return out.String(), nil
	})
}

func decodeURLComponent(a *arguments) (any, error) { return a.percentDecode("") }

func decodeURL(a *arguments) (any, error) { return a.percentDecode(reserved) }

// percentDecode decodes escapes, except those of the kept characters.
func (a *arguments) percentDecode(kept string) (any, error) {
	const growth = 3

	return a.changed(growth, func(text string) (any, error) {
		var out []byte

		for i := 0; i < len(text); i++ {
			if text[i] != '%' {
				out = append(out, text[i])

				continue
			}

			const escape = 3

			if i+escape > len(text) {
				return nil, fault("D3140").about(text).at(a.name)
			}

			var decoded [1]byte
			if _, err := hex.Decode(decoded[:], []byte(text[i+1:i+escape])); err != nil {
				return nil, fault("D3140").about(text).at(a.name)
			}

			if strings.IndexByte(kept, decoded[0]) >= 0 {
				out = append(out, text[i:i+escape]...)
			} else {
				out = append(out, decoded[0])
			}

			i += escape - 1
		}

		if !utf8.Valid(out) && utf8.ValidString(text) {
			return nil, fault("D3140").about(text).at(a.name)
		}

		return string(out), nil
	})
}
