package expression

import (
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEnd     tokenKind = iota
	tokenWord              // a keyword, a function or an attribute's name
	tokenName              // #placeholder of a name
	tokenValue             // :placeholder of a value
	tokenIndex             // digits
	tokenSign              // ( ) [ ] , . = <> < <= > >= + -
	tokenIllegal           // characters that no expression can contain; the parser rejects them at their position
)

// token is a piece of the text between start and end.
type token struct {
	kind       tokenKind
	text       string
	start, end int
}

// isKeyword compares case-insensitively, as DynamoDB does for keywords (but not for
// functions).
func (t token) isKeyword(word string) bool {
	return t.kind == tokenWord && strings.EqualFold(t.text, word)
}

func (t token) isSign(sign string) bool { return t.kind == tokenSign && t.text == sign }

// tokenize splits the text into tokens. The last token is always tokenEnd.
func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/3+1) // A token and its space take about three bytes.

	for at := 0; at < len(text); {
		if strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++

			continue
		}

		kind, length := nextToken(text[at:])
		tokens = append(tokens, token{kind: kind, text: text[at : at+length], start: at, end: at + length})
		at += length
	}

	return append(tokens, token{kind: tokenEnd, text: "<EOF>", start: len(text), end: len(text)})
}

// nextToken returns the first token of rest, which is not empty.
func nextToken(rest string) (tokenKind, int) {
	switch first := rest[0]; {
	case isLetter(first):
		return tokenWord, wordLength(rest)
	case first == '#' || first == ':':
		return placeholderToken(rest)
	case isDigit(first):
		// "5star" is one invalid word, not a number and a name.
		length := wordLength(rest)
		if strings.Trim(rest[:length], "0123456789") != "" {
			return tokenIllegal, length
		}

		return tokenIndex, length
	case strings.HasPrefix(rest, "<>"), strings.HasPrefix(rest, "<="), strings.HasPrefix(rest, ">="):
		return tokenSign, len("<>")
	case strings.IndexByte("()[],.=<>+-", first) >= 0:
		return tokenSign, 1
	default:
		_, length := utf8.DecodeRuneInString(rest)

		return tokenIllegal, length
	}
}

func placeholderToken(rest string) (tokenKind, int) {
	length := 1 + wordLength(rest[1:])

	switch {
	case length == 1:
		return tokenIllegal, length
	case rest[0] == '#':
		return tokenName, length
	default:
		return tokenValue, length
	}
}

// wordLength is the length of the run of letters, digits and underscores at the start.
func wordLength(text string) int {
	length := 0
	for length < len(text) && (isLetter(text[length]) || isDigit(text[length]) || text[length] == '_') {
		length++
	}

	return length
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
