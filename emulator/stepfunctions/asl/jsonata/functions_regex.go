package jsonata

import (
	"errors"
	"math"
	"regexp"
	"regexp/syntax"
)

// matcher is a regular expression that can be used as a function.
type matcher struct{ expression *regexp.Regexp }

var (
	errEmptyPattern = errors.New("the pattern of $replace must not be empty")
	errReplacement  = errors.New("the function of $replace must return a string")
)

// regex returns the function of a regular expression. Called with a text, the function
// returns the first match.
func (e *evaluation) regex(expression *regexp.Regexp) *function {
	m := &matcher{expression: expression}

	native := func(a *arguments) (any, error) {
		text, ok := a.raw(0).(string)
		if !ok {
			return undefined{}, nil
		}

		found, err := m.find(a.e, text, 1)
		if err != nil || len(found) == 0 {
			return undefined{}, err
		}

		return m.object(a.e, text, found[0], "start", float64(found[0][0]))
	}

	return &function{name: "regex", arity: 1, native: native, pattern: m}
}

// bytesPerStep is the number of bytes that a program of one instruction reads in a step.
const bytesPerStep = 64

// find returns the positions of up to limit matches, and of their groups. The time of Go's
// matcher is at most proportional to the sizes of the text and the program.
func (m *matcher) find(e *evaluation, text string, limit int) ([][]int, error) {
	if err := e.work(int(min(float64(len(text))*float64(m.instructions())/bytesPerStep, maxEvaluationSteps+1))); err != nil {
		return nil, err
	}

	const pair, header = 32, 64 // Two numbers with room to grow, and a slice in a growing slice.

	size := (m.expression.NumSubexp()+1)*pair + header
	affordable := e.bytes / size

	found := m.expression.FindAllStringSubmatchIndex(text, min(limit, affordable+1))

	return found, e.takeItems(len(found), size)
}

// instructions returns the length of the pattern's program.
func (m *matcher) instructions() int {
	parsed, err := syntax.Parse(m.expression.String(), syntax.Perl)
	if err != nil {
		return maxRegexCost
	}

	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return maxRegexCost
	}

	return len(program.Inst)
}

// maxRegexCost is the cost of a program whose length is not known.
const maxRegexCost = 1 << 20

// object returns a match as a value.
func (m *matcher) object(e *evaluation, text string, at []int, position string, start float64) (map[string]any, error) {
	groups := []any{}

	for i := 2; i < len(at); i += 2 {
		group := ""
		if at[i] >= 0 {
			group = text[at[i]:at[i+1]]
		}

		groups = append(groups, group)
	}

	const members = 4
	if err := e.take(members*memberBytes + len(at)*itemBytes); err != nil {
		return nil, err
	}

	return map[string]any{"match": text[at[0]:at[1]], position: start, "groups": groups}, nil
}

// limit returns an optional count that must not be negative.
func (a *arguments) limit(i int) (int, error) {
	if !a.has(i) {
		return math.MaxInt32, nil
	}

	number, err := a.number(i)
	if err != nil {
		return 0, err
	}

	if number < 0 {
		return 0, a.wrong("a limit that is not negative")
	}

	return int(min(number, math.MaxInt32)), nil
}

// pattern returns the second argument as a regular expression.
func (a *arguments) pattern() (*matcher, error) {
	fn, ok := a.raw(1).(*function)
	if !ok || fn.pattern == nil {
		return nil, a.wrong("a string or a regular expression as the pattern")
	}

	return fn.pattern, nil
}
