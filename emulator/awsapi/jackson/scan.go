package jackson

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// The kinds of a source, as a message names it.
const (
	String = "(String)" // A text, such as an execution's input.
	Bytes  = "(byte[])" // A body, such as a function's payload.
)

const literals = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

// Error is the first error of a text.
type Error struct{ message string }

// Error implements error. The text has two lines: the problem, and its position.
func (e *Error) Error() string { return e.message }

// Check returns the first error of a JSON text as an *Error, or nil. kind is [String] or
// [Bytes].
func Check(text []byte, kind string) error {
	s := &scanner{text: text, kind: kind, line: 1}

	if err := s.document(); err != nil {
		return err
	}

	return nil
}

// scanner reads a text from its start to its first error.
type scanner struct {
	text  []byte
	kind  string
	at    int // The offset of the next character.
	line  int // The line of the next character, from 1.
	start int // The offset of the first character of this line.
	depth int
}

const end = -1

// peek returns the next character, or end.
func (s *scanner) peek() rune {
	if s.at >= len(s.text) {
		return end
	}

	r, _ := utf8.DecodeRune(s.text[s.at:])

	return r
}

// next returns the next character, and moves past it.
func (s *scanner) next() rune {
	if s.at >= len(s.text) {
		return end
	}

	r, size := utf8.DecodeRune(s.text[s.at:])
	s.at += size

	if r == '\n' {
		s.line++
		s.start = s.at
	}

	return r
}

// space skips white space.
func (s *scanner) space() {
	for {
		switch s.peek() {
		case ' ', '\t', '\n', '\r':
			s.next()
		default:
			return
		}
	}
}

// position returns where the next character is. Columns are counted in characters, from 1.
func (s *scanner) position() string {
	column := utf8.RuneCount(s.text[s.start:s.at]) + 1

	return fmt.Sprintf("[Source: %s; line: %d, column: %d]", describe(s.text, s.kind), s.line, column)
}

func (s *scanner) errorf(format string, args ...any) *Error {
	return &Error{message: fmt.Sprintf(format, args...) + "\n at " + s.position()}
}

// unexpected returns the error for the character that was read last.
func (s *scanner) unexpected(r rune, because string) *Error {
	return s.errorf("Unexpected character (%s)%s", shown(r), because)
}

// document reads the one value of a text.
func (s *scanner) document() *Error {
	s.space()

	if s.peek() == end {
		return &Error{message: fmt.Sprintf("No content to map due to end-of-input\n at [Source: %s; line: 1, column: 0]", describe(s.text, s.kind))}
	}

	if err := s.value(); err != nil {
		return err
	}

	s.space()

	if r := s.next(); r != end {
		if isTokenStart(r) {
			return s.token(r)
		}

		return s.unexpected(r, ": expected a valid value "+literals)
	}

	return nil
}

// value reads a value. Its first character is not a space.
func (s *scanner) value() *Error {
	switch r := s.next(); {
	case r == '{':
		return s.nested(s.object)
	case r == '[':
		return s.nested(s.array)
	case r == '"':
		return s.string("was expecting closing quote for a string value")
	case r == '-' || isDigit(r):
		return s.number(r)
	case isTokenStart(r):
		return s.word(r)
	default:
		return s.unexpected(r, ": expected a valid value "+literals)
	}
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// isTokenStart reports whether a character starts an identifier in Java.
func isTokenStart(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) }
