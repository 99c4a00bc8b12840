package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// tokenKind is the kind of a token.
type tokenKind int

const (
	endToken tokenKind = iota
	operatorToken
	nameToken
	variableToken
	stringToken
	numberToken
	valueToken // true, false or null.
	regexToken
)

// token is a token of an expression.
type token struct {
	kind  tokenKind
	text  string // An operator, a name or a string.
	value any    // A number, a literal value or a *matcher.
}

// id is the symbol of a token: an operator, or "" for an operand.
func (t *token) id() string {
	switch t.kind {
	case operatorToken:
		return t.text
	case endToken:
		return "(end)"
	default:
		return ""
	}
}

// shown returns a token's value for messages.
func (t *token) shown() any {
	switch t.kind {
	case endToken:
		return "(end)"
	case numberToken, valueToken:
		return t.value
	case regexToken:
		return NewObject(0)
	default:
		return t.text
	}
}

// stops are the characters that end a name: those with which operators begin.
const stops = ".[]{}(),@#;:?+-*/%|=<>^&!~"

const blanks = " \t\n\r\v"

// lexer reads the tokens of an expression.
type lexer struct {
	source string
	at     int
}

var numberPattern = regexp.MustCompile(`^-?(0|([1-9][0-9]*))(\.[0-9]+)?([Ee][-+]?[0-9]+)?`)

// next returns the next token. After an operand, a slash is an operator. Otherwise a slash
// begins a regular expression.
func (l *lexer) next(afterOperand bool) (token, error) {
	if err := l.skip(); err != nil {
		return token{}, err
	}

	if l.at >= len(l.source) {
		return token{}, nil
	}

	rest := l.source[l.at:]

	if rest[0] == '/' && !afterOperand {
		l.at++

		pattern, err := l.regex()

		return token{kind: regexToken, value: pattern}, err
	}

	for _, operator := range [...]string{"..", ":=", "!=", ">=", "<=", "**", "~>"} {
		if strings.HasPrefix(rest, operator) {
			l.at += len(operator)

			return token{kind: operatorToken, text: operator}, nil
		}
	}

	switch c := rest[0]; {
	case strings.IndexByte(stops, c) >= 0:
		l.at++

		return token{kind: operatorToken, text: rest[:1]}, nil
	case c == '"' || c == '\'':
		l.at++

		text, err := l.string(c)

		return token{kind: stringToken, text: text}, err
	case c == '`':
		end := strings.IndexByte(rest[1:], '`')
		if end < 0 {
			return token{}, fault("S0105")
		}

		l.at += end + 2 //nolint:mnd // Both quotes.

		return token{kind: nameToken, text: rest[1 : end+1]}, nil
	}

	if digits := numberPattern.FindString(rest); digits != "" {
		number, err := strconv.ParseFloat(digits, 64)
		if err != nil || math.IsInf(number, 0) {
			return token{}, fault("S0102").at(digits)
		}

		l.at += len(digits)

		return token{kind: numberToken, value: number}, nil
	}

	return l.name(rest), nil
}

// skip skips white space and comments.
func (l *lexer) skip() error {
	for {
		rest := strings.TrimLeft(l.source[l.at:], blanks)
		l.at = len(l.source) - len(rest)

		if !strings.HasPrefix(rest, "/*") {
			return nil
		}

		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			return fault("S0106")
		}

		l.at += end + len("/**/")
	}
}

func (l *lexer) name(rest string) token {
	end := strings.IndexAny(rest, blanks+stops)
	if end < 0 {
		end = len(rest)
	}

	l.at += end
	name := rest[:end]

	if variable, ok := strings.CutPrefix(name, "$"); ok {
		return token{kind: variableToken, text: variable}
	}

	switch name {
	case "or", "in", "and":
		return token{kind: operatorToken, text: name}
	case "true", "false":
		return token{kind: valueToken, value: name == "true"}
	case "null":
		return token{kind: valueToken}
	default:
		return token{kind: nameToken, text: name}
	}
}

// string reads the rest of a string literal.
func (l *lexer) string(quote byte) (string, error) {
	var out []byte

	for ; l.at < len(l.source); l.at++ {
		switch c := l.source[l.at]; c {
		case quote:
			l.at++

			return string(out), nil
		case '\\':
			l.at++

			var err error
			if out, err = l.escape(out); err != nil {
				return "", err
			}
		default:
			out = append(out, c)
		}
	}

	return "", fault("S0101")
}

// escape appends the character of an escape sequence, and leaves the lexer at its end.
func (l *lexer) escape(out []byte) ([]byte, error) {
	if l.at >= len(l.source) {
		return nil, fault("S0103").at("")
	}

	c := l.source[l.at]

	if at := strings.IndexByte(`"\/bfnrt`, c); at >= 0 {
		return append(out, "\"\\/\b\f\n\r\t"[at]), nil
	}

	if c != 'u' {
		return nil, fault("S0103").at(string([]rune(l.source[l.at:])[0]))
	}

	const digits = 4

	unit, err := strconv.ParseUint(l.source[l.at+1:min(len(l.source), l.at+1+digits)], 16, 16)
	if err != nil {
		return nil, fault("S0104")
	}

	l.at += min(digits, len(l.source)-l.at-1)

	return appendUnit(out, rune(unit)), nil
}

// regex reads the rest of a regular expression.
func (l *lexer) regex() (*matcher, error) {
	depth := 0

	for start := l.at; l.at < len(l.source); l.at++ {
		c := l.source[l.at]
		escaped := l.at > start && l.source[l.at-1] == '\\'

		switch {
		case c == '/' && depth == 0 && !l.oddBackslashes(start):
			pattern := l.source[start:l.at]
			if pattern == "" {
				return nil, fault("S0301")
			}

			l.at++
			flags := len(l.source[l.at:]) - len(strings.TrimLeft(l.source[l.at:], "im"))
			l.at += flags

			return newMatcher(pattern, l.source[l.at-flags:l.at])
		case strings.IndexByte("([{", c) >= 0 && !escaped:
			depth++
		case strings.IndexByte(")]}", c) >= 0 && !escaped:
			depth--
		}
	}

	return nil, fault("S0302")
}

// oddBackslashes reports whether the character at the position is escaped.
func (l *lexer) oddBackslashes(start int) bool {
	before := l.source[start:l.at]

	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}
