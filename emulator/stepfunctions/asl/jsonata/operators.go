package jsonata

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Operators of JSONata 1.7 and later that jsonata-go does not have. It would parse some of
// their uses as other operators, so they are rejected by name.
// https://docs.jsonata.org/path-operators
var (
	errFocus  = errors.New("the operator @ (context variable binding) is not supported")
	errIndex  = errors.New("the operator # (positional variable binding) is not supported")
	errParent = errors.New("the operator % (parent) is not supported; % between two numbers is")
)

// checkOperators rejects the operators above and removes comments, which jsonata-go does
// not support either.
func checkOperators(source string) (string, error) {
	var out strings.Builder

	last := rune(0) // The last character that was not a space.

	for i := 0; i < len(source); {
		length, kind := scan(source[i:], last)

		switch kind {
		case scanComment:
			out.WriteByte(' ')
		case scanFocus:
			return "", errFocus
		case scanIndex:
			return "", errIndex
		case scanParent:
			return "", errParent
		case scanOpen:
			return "", fmt.Errorf("%w at %q", errOpenToken, source[i:])
		case scanSpace:
			out.WriteString(source[i : i+length])
		case scanText:
			out.WriteString(source[i : i+length])
			last = rune(source[i+length-1])
		}

		i += length
	}

	return out.String(), nil
}

var errOpenToken = errors.New("a comment or a quoted text is not closed")

type scanKind int

const (
	scanText scanKind = iota
	scanSpace
	scanComment
	scanFocus
	scanIndex
	scanParent
	scanOpen
)

// scan returns the length and the kind of the next token.
func scan(text string, last rune) (int, scanKind) {
	switch c := text[0]; {
	case unicode.IsSpace(rune(c)):
		return 1, scanSpace
	case strings.HasPrefix(text, "/*"):
		end := strings.Index(text, "*/")
		if end < 0 {
			return len(text), scanOpen
		}

		return end + len("*/"), scanComment
	case c == '"', c == '\'', c == '`':
		return quoted(text, c)
	case c == '/' && prefixPosition(last):
		return quoted(text, c) // A regular expression.
	case c == '@':
		return 1, scanFocus
	case c == '#':
		return 1, scanIndex
	case c == '%' && prefixPosition(last):
		return 1, scanParent
	default:
		return 1, scanText
	}
}

func quoted(text string, quote byte) (int, scanKind) {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote != '`':
			i++
		case text[i] == quote:
			return i + 1, scanText
		}
	}

	return len(text), scanOpen
}

// prefixPosition reports whether an operand can begin after the character last.
func prefixPosition(last rune) bool {
	return last == 0 || strings.ContainsRune(".([{,;:?=<>&+-*/%~|!", last)
}
