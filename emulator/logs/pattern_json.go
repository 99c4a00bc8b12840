package logs

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"triptych/emulator/wildcard"
)

// parseJSONPattern parses a pattern such as { $.level = "ERROR" && $.ms > 5 }.
func parseJSONPattern(text string) (func(message string) bool, error) {
	body, found := strings.CutSuffix(strings.TrimPrefix(text, "{"), "}")
	if !found {
		return nil, invalid("Invalid filter pattern: a brace has no end")
	}

	p := &patternParser{rest: body}

	test, err := p.either()
	if err != nil {
		return nil, err
	}

	if p.skip(); p.rest != "" {
		return nil, p.fail("the end")
	}

	return func(message string) bool {
		var value any

		return json.Unmarshal([]byte(message), &value) == nil && test(value)
	}, nil
}

type jsonTest func(value any) bool

type patternParser struct {
	rest  string
	depth int
}

func (p *patternParser) skip() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

func (p *patternParser) accept(token string) bool {
	p.skip()

	rest, found := strings.CutPrefix(p.rest, token)
	if found {
		p.rest = rest
	}

	return found
}

func (p *patternParser) fail(want string) error {
	return invalid("Invalid filter pattern: want %s at %q", want, p.rest)
}

func (p *patternParser) either() (jsonTest, error) {
	left, err := p.both()

	for err == nil && p.accept("||") {
		var right jsonTest

		first := left
		if right, err = p.both(); err == nil {
			left = func(v any) bool { return first(v) || right(v) }
		}
	}

	return left, err
}

func (p *patternParser) both() (jsonTest, error) {
	left, err := p.one()

	for err == nil && p.accept("&&") {
		var right jsonTest

		first := left
		if right, err = p.one(); err == nil {
			left = func(v any) bool { return first(v) && right(v) }
		}
	}

	return left, err
}

func (p *patternParser) one() (jsonTest, error) {
	const maxDepth = 32

	if !p.accept("(") {
		return p.comparison()
	}

	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("fewer parentheses")
	}

	test, err := p.either()
	if err == nil && !p.accept(")") {
		err = p.fail(")")
	}

	return test, err
}

// comparison parses a selector, an operator and a value.
func (p *patternParser) comparison() (jsonTest, error) {
	if !p.accept("$") {
		return nil, p.fail("a selector that begins with $")
	}

	path, err := p.path()
	if err != nil {
		return nil, err
	}

	switch {
	case p.accept("NOT EXISTS"):
		return func(v any) bool { _, found := lookUp(v, path); return !found }, nil
	case p.accept("EXISTS"):
		return func(v any) bool { _, found := lookUp(v, path); return found }, nil
	case p.accept("IS"):
		return p.is(path)
	}

	for _, operator := range []string{"!=", ">=", "<=", "=", ">", "<"} {
		if p.accept(operator) {
			return p.compare(path, operator)
		}
	}

	return nil, p.fail("an operator")
}

// path parses .name and [index] parts.
func (p *patternParser) path() ([]string, error) {
	var path []string

	for {
		switch {
		case strings.HasPrefix(p.rest, "."):
			p.rest = p.rest[1:]

			end := strings.IndexFunc(p.rest, func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
			})
			if end < 0 {
				end = len(p.rest)
			}

			if end == 0 {
				return nil, p.fail("a name")
			}

			path, p.rest = append(path, p.rest[:end]), p.rest[end:]
		case strings.HasPrefix(p.rest, "["):
			index, rest, found := strings.Cut(p.rest[1:], "]")
			if !found {
				return nil, p.fail("]")
			}

			path, p.rest = append(path, strings.Trim(index, `"'`)), rest
		default:
			return path, nil
		}
	}
}

func lookUp(value any, path []string) (any, bool) {
	for _, name := range path {
		switch container := value.(type) {
		case map[string]any:
			inner, found := container[name]
			if !found {
				return nil, false
			}

			value = inner
		case []any:
			index, err := strconv.Atoi(name)
			if err != nil || index < 0 || index >= len(container) {
				return nil, false
			}

			value = container[index]
		default:
			return nil, false
		}
	}

	return value, true
}

func (p *patternParser) is(path []string) (jsonTest, error) {
	for text, want := range map[string]any{"NULL": nil, "TRUE": true, "FALSE": false} {
		if p.accept(text) {
			return func(v any) bool { got, found := lookUp(v, path); return found && got == want }, nil
		}
	}

	return nil, p.fail("NULL, TRUE or FALSE")
}

// compare parses the value of a comparison: a number, a word, or a text in quotes, which may
// have wildcards.
func (p *patternParser) compare(path []string, operator string) (jsonTest, error) {
	p.skip()

	var text string

	if strings.HasPrefix(p.rest, `"`) {
		var err error
		if text, p.rest, err = cutTerm(p.rest); err != nil {
			return nil, err
		}
	} else {
		end := strings.IndexFunc(p.rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("&|()=<>", r) })
		if end < 0 {
			end = len(p.rest)
		}

		text, p.rest = p.rest[:end], p.rest[end:]
	}

	if text == "" {
		return nil, p.fail("a value")
	}

	number, notNumber := strconv.ParseFloat(text, 64)

	return func(v any) bool {
		got, found := lookUp(v, path)
		if !found {
			return false
		}

		if value, is := got.(float64); is && notNumber == nil {
			return map[string]bool{
				"=": value == number, "!=": value != number, ">": value > number, ">=": value >= number, "<": value < number, "<=": value <= number,
			}[operator]
		}

		value, is := got.(string)
		if !is {
			return operator == "!="
		}

		switch operator {
		case "=":
			return wildcard.Match(text, value)
		case "!=":
			return !wildcard.Match(text, value)
		default:
			return false
		}
	}, nil
}
