package jsonata

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// matcher is a regular expression. As a function, it returns the first match in a text.
// https://docs.jsonata.org/regex
type matcher struct {
	source     string
	expression *regexp.Regexp
	cost       int // The number of instructions of its program.
}

// nextMatch is the function "next" of a match.
type nextMatch struct {
	of   *matcher
	text string
	at   int
}

// newMatcher translates a regular expression of JavaScript. Go's expressions take a time
// that is at most proportional to the text. They have no look-around and no references to
// groups.
func newMatcher(source, flags string) (*matcher, error) {
	translated, err := translate(source)
	if err != nil {
		return nil, err
	}

	if flags != "" {
		translated = "(?" + flags + ")" + translated
	}

	expression, err := regexp.Compile(translated)
	if err != nil {
		return nil, fmt.Errorf("the regular expression /%s/ is not supported (look-around, references and repetitions over 1000 are not): %w", source, err)
	}

	out := &matcher{source: source, expression: expression, cost: maxRegexCost}

	if parsed, err := syntax.Parse(translated, syntax.Perl); err == nil {
		if program, err := syntax.Compile(parsed.Simplify()); err == nil {
			out.cost = len(program.Inst)
		}
	}

	return out, nil
}

// maxRegexCost is the cost of a program whose length is not known.
const maxRegexCost = 1 << 20

// Classes that differ between JavaScript and Go.
// https://tc39.es/ecma262/#sec-compiletocharset
const (
	spaces   = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	lineEnds = `\n\r\x{2028}\x{2029}`
)

// translate returns an expression of JavaScript in Go's syntax.
func translate(source string) (string, error) {
	var out strings.Builder

	inClass := false

	for i := 0; i < len(source); i++ {
		rest := source[i:]

		switch c := source[i]; {
		case c == '\\':
			text, size, err := translateEscape(rest, inClass)
			if err != nil {
				return "", err
			}

			out.WriteString(text)

			i += size - 1
		case inClass:
			if c == '[' {
				out.WriteByte('\\')
			}

			inClass = c != ']'
			out.WriteByte(c)
		case strings.HasPrefix(rest, "[^]"):
			out.WriteString(`[\x{0}-\x{10ffff}]`)

			i += len("[^]") - 1
		case strings.HasPrefix(rest, "[]"):
			out.WriteString(`[^\x{0}-\x{10ffff}]`)

			i++
		case c == '[':
			inClass = true

			out.WriteByte(c)
		case c == '.':
			out.WriteString("[^" + lineEnds + "]")
		case c == '{' && !quantifier.MatchString(rest), c == '}' && !closesQuantifier(source[:i]), c == ']':
			out.WriteString(`\` + string(c))
		default:
			out.WriteByte(c)
		}
	}

	return out.String(), nil
}

var (
	quantifier     = regexp.MustCompile(`^\{\d+(,\d*)?\}`)
	openQuantifier = regexp.MustCompile(`\{\d+(,\d*)?$`)
)

func closesQuantifier(before string) bool { return openQuantifier.MatchString(before) }

// errReference means that a regular expression refers to one of its groups.
type errReference struct{ text string }

func (e *errReference) Error() string {
	return "the reference " + e.text + " in a regular expression is not supported"
}

// translateEscape returns the escape sequence at the start of a text in Go's syntax, and its
// length.
func translateEscape(text string, inClass bool) (string, int, error) {
	if len(text) < len(`\x`) {
		return `\\`, 1, nil
	}

	size := 1 + characterLength(text[1:])

	switch c := text[1]; {
	case c >= '1' && c <= '9' && !inClass, c == 'k' && strings.HasPrefix(text[2:], "<"):
		return "", 0, &errReference{text[:size]}
	case c == 'c' && len(text) > len(`\c`):
		const control = 0x1F

		return fmt.Sprintf(`\x{%x}`, text[2]&control), size + 1, nil
	case c == 'x':
		return hexEscape(text, len(`\xXX`))
	case c == 'u':
		return hexEscape(text, len(`\uXXXX`))
	default:
		return simpleEscape(text[:size], inClass), size, nil
	}
}

// simpleEscape returns an escape of one character in Go's syntax.
func simpleEscape(text string, inClass bool) string {
	switch text {
	case `\s`:
		if inClass {
			return spaces
		}

		return "[" + spaces + "]"
	case `\S`:
		if inClass {
			return text
		}

		return "[^" + spaces + "]"
	case `\b`:
		if inClass {
			return `\x{8}`
		}

		return text
	case `\0`:
		return `\x{0}`
	case `\d`, `\D`, `\w`, `\W`, `\B`, `\n`, `\r`, `\t`, `\f`, `\v`, `\-`:
		return text
	default:
		return regexp.QuoteMeta(text[1:])
	}
}

func hexEscape(text string, size int) (string, int, error) {
	if len(text) < size || strings.Trim(text[2:size], "0123456789abcdefABCDEF") != "" {
		return text[1:2], 2, nil //nolint:mnd // JavaScript takes it as the letter.
	}

	return `\x{` + text[2:size] + `}`, size, nil
}
