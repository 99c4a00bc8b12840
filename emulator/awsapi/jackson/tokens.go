package jackson

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the texts in a message.
const (
	maxSource = 500 // Characters of the source.
	maxToken  = 256 // Characters of an unknown token.
)

// word reads true, false or null, whose first character was read.
func (s *scanner) word(first rune) *Error {
	start := s.at - utf8.RuneLen(first)

	for isTokenPart(s.peek()) {
		if s.at-start >= maxToken {
			break
		}

		s.next()
	}

	switch token := string(s.text[start:s.at]); token {
	case "true", "false", "null":
		return nil
	default:
		return s.unrecognized(token)
	}
}

// token returns the error for a token after the end of the value.
func (s *scanner) token(first rune) *Error {
	if err := s.word(first); err != nil {
		return err
	}

	return s.errorf("Unexpected token after the end of the value")
}

func (s *scanner) unrecognized(token string) *Error {
	if len(token) >= maxToken {
		token += "..."
	}

	return s.errorf("Unrecognized token '%s': was expecting %s", token, literals)
}

// number reads a number whose first character was read.
func (s *scanner) number(first rune) *Error {
	if first == '-' {
		if first = s.next(); !isDigit(first) {
			return s.badNumber(first, "expected digit (0-9) to follow minus sign, for valid numeric value")
		}
	}

	if first == '0' && isDigit(s.peek()) {
		return s.errorf("Invalid numeric value: Leading zeroes not allowed")
	}

	s.digits()

	if s.peek() == '.' {
		s.next()

		if r := s.peek(); !isDigit(r) {
			s.next()

			return s.badNumber(r, "Decimal point not followed by a digit")
		}

		s.digits()
	}

	if r := s.peek(); r == 'e' || r == 'E' {
		s.next()

		if r := s.peek(); r == '+' || r == '-' {
			s.next()
		}

		if r := s.peek(); !isDigit(r) {
			s.next()

			return s.badNumber(r, "Exponent indicator not followed by a digit")
		}

		s.digits()
	}

	if r := s.peek(); s.depth == 0 && isTokenStart(r) {
		s.next()

		return s.unexpected(r, ": Expected space separating root-level values")
	}

	return nil
}

func (s *scanner) digits() {
	for isDigit(s.peek()) {
		s.next()
	}
}

func (s *scanner) badNumber(r rune, because string) *Error {
	if r == end {
		return s.errorf("Unexpected end-of-input: %s", because)
	}

	return s.unexpected(r, " in numeric value: "+because)
}

// string reads a text whose first quote was read. unclosed describes a missing quote.
func (s *scanner) string(unclosed string) *Error {
	for {
		switch r := s.next(); {
		case r == '"':
			return nil
		case r == end && strings.HasPrefix(unclosed, " "):
			return s.errorf("Unexpected end-of-input%s", unclosed)
		case r == end:
			return s.errorf("Unexpected end-of-input: %s", unclosed)
		case r == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		case r < ' ':
			return s.errorf("Illegal unquoted character (%s): has to be escaped using backslash to be included in %s", shown(r), where(unclosed))
		}
	}
}

func where(unclosed string) string {
	if strings.HasPrefix(unclosed, " ") {
		return "name"
	}

	return "string value"
}

// escape reads an escape whose backslash was read.
func (s *scanner) escape() *Error {
	const digits = 4

	switch r := s.next(); r {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range digits {
			if r := s.next(); r == end || !strings.ContainsRune("0123456789abcdefABCDEF", r) {
				return s.unexpected(r, ": expected a hex-digit for character escape sequence")
			}
		}

		return nil
	case end:
		return s.errorf("Unexpected end-of-input in character escape sequence")
	default:
		return s.errorf("Unrecognized character escape %s", shown(r))
	}
}

// shown returns a character and its code.
func shown(r rune) string {
	switch {
	case r == end:
		return "CTRL-CHAR, code -1"
	case r < ' ':
		return fmt.Sprintf("(CTRL-CHAR, code %d)", r)
	case r > 0xFF: //nolint:mnd // Jackson shows also the hexadecimal code from here on.
		return fmt.Sprintf("'%c' (code %d / 0x%x)", r, r, r)
	default:
		return fmt.Sprintf("'%c' (code %d)", r, r)
	}
}

// describe returns the source of an error: its kind and its first characters.
func describe(text []byte, kind string) string {
	all := []rune(string(text))
	shown := string(all[:min(len(all), maxSource)])

	shown = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\r' {
			return ' '
		}

		return r
	}, shown)

	if left := len(all) - maxSource; left > 0 {
		unit := "chars"
		if kind == Bytes {
			unit = "bytes"
		}

		return fmt.Sprintf("%s\"%s\"[truncated %d %s]", kind, shown, left, unit)
	}

	return fmt.Sprintf("%s\"%s\"", kind, shown)
}

// isTokenPart reports whether a character is part of an identifier in Java.
func isTokenPart(r rune) bool { return r != end && (isTokenStart(r) || unicode.IsDigit(r)) }
