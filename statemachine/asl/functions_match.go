package asl

import (
	"errors"
	"math"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf16"
)

// matcher is a regular expression as a function.
type matcher struct{ expression *regexp.Regexp }

var (
	errEmptyPattern = errors.New("the pattern of $replace must not be empty")
	errReplacement  = errors.New("the function of $replace must return a string")
)

// regex makes a function of a regular expression: called with a text, it gives the
// first match.
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

// bytesPerStep is how many bytes a program of one instruction reads in a step.
const bytesPerStep = 64

// find gives the positions of at most so many matches, and of their groups. The time
// that Go's matcher takes is at most in proportion to text and program.
func (m *matcher) find(e *evaluation, text string, limit int) ([][]int, error) {
	if err := e.work(int(min(float64(len(text))*float64(m.instructions())/bytesPerStep, maxEvaluationSteps+1))); err != nil {
		return nil, err
	}

	const pair, header = 32, 64 // Two numbers with room to grow, and a slice in a growing one.

	size := (m.expression.NumSubexp()+1)*pair + header
	affordable := e.bytes / size

	found := m.expression.FindAllStringSubmatchIndex(text, min(limit, affordable+1))

	return found, e.takeItems(len(found), size)
}

// instructions is the length of the pattern's program.
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

// maxRegexCost stands for a program whose length is not known.
const maxRegexCost = 1 << 20

// object is a match as a value.
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

// limit is an optional count that must not be negative.
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

// pattern is the second argument as a regular expression.
func (a *arguments) pattern() (*matcher, error) {
	fn, ok := a.raw(1).(*function)
	if !ok || fn.pattern == nil {
		return nil, a.wrong("a string or a regular expression as the pattern")
	}

	return fn.pattern, nil
}

// matchAll is $match(text, pattern, limit?).
func matchAll(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	pattern, err := a.pattern()
	if err != nil {
		return nil, err
	}

	limit, err := a.limit(2)
	if err != nil {
		return nil, err
	}

	found, err := pattern.find(a.e, text, limit)
	if err != nil {
		return nil, err
	}

	out := &sequence{}
	units, last := 0, 0

	for _, at := range found {
		units += utf16Length(text[last:at[0]])
		last = at[0]

		object, err := pattern.object(a.e, text, at, "index", float64(units))
		if err != nil {
			return nil, err
		}

		if err := a.e.push(out, object); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// utf16Length is the length that JavaScript gives a text.
func utf16Length(text string) int {
	length := 0
	for _, r := range text {
		length += max(1, utf16.RuneLen(r))
	}

	return length
}

// containsText is $contains(text, pattern).
func containsText(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	if part, ok := a.raw(1).(string); ok {
		return strings.Contains(text, part), nil
	}

	pattern, err := a.pattern()
	if err != nil {
		return nil, err
	}

	found, err := pattern.find(a.e, text, 1)

	return len(found) > 0, err
}

// split is $split(text, separator, limit?).
func split(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	limit, err := a.limit(2)
	if err != nil {
		return nil, err
	}

	if separator, ok := a.raw(1).(string); ok {
		pieces := min(strings.Count(text, separator)+1, limit)
		if err := a.e.takeItems(pieces, 2*itemBytes); err != nil {
			return nil, err
		}

		out := []any{}

		for _, piece := range strings.SplitN(text, separator, pieces+1) {
			if len(out) < pieces && (separator != "" || piece != "") {
				out = append(out, piece)
			}
		}

		return out, nil
	}

	pattern, err := a.pattern()
	if err != nil {
		return nil, err
	}

	found, err := pattern.find(a.e, text, limit)
	if err != nil {
		return nil, err
	}

	if err := a.e.takeItems(len(found)+1, itemBytes); err != nil {
		return nil, err
	}

	out, last := []any{}, 0

	for _, at := range found {
		out = append(out, text[last:at[0]])
		last = at[1]
	}

	if len(out) < limit {
		out = append(out, text[last:])
	}

	return out, nil
}

// replaceAll is $replace(text, pattern, replacement, limit?).
func replaceAll(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	limit, err := a.limit(3) //nolint:mnd // The fourth argument.
	if err != nil {
		return nil, err
	}

	if pattern, ok := a.raw(1).(string); ok {
		return a.replaceText(text, pattern, limit)
	}

	pattern, err := a.pattern()
	if err != nil {
		return nil, err
	}

	found, err := pattern.find(a.e, text, limit)
	if err != nil {
		return nil, err
	}

	out := &growingText{e: a.e}
	last := 0

	for _, at := range found {
		replacement, err := a.replacement(pattern, text, at)
		if err != nil {
			return nil, err
		}

		if err := out.add(text[last:at[0]], replacement); err != nil {
			return nil, err
		}

		last = at[1]
	}

	if err := out.add(text[last:]); err != nil {
		return nil, err
	}

	return out.text.String(), nil
}

func (a *arguments) replaceText(text, pattern string, limit int) (any, error) {
	if pattern == "" {
		return nil, errEmptyPattern
	}

	out := &growingText{e: a.e}

	for ; limit > 0; limit-- {
		before, after, found := strings.Cut(text, pattern)
		if !found {
			break
		}

		replacement, ok := a.raw(2).(string)
		if !ok {
			value, err := a.callText(2, []any{pattern})
			if err != nil {
				return nil, err
			}

			replacement = value
		}

		if err := out.add(before, replacement); err != nil {
			return nil, err
		}

		text = after
	}

	if err := out.add(text); err != nil {
		return nil, err
	}

	return out.text.String(), nil
}

// growingText is a text that is put together within the budget.
type growingText struct {
	e    *evaluation
	text strings.Builder
}

func (g *growingText) add(parts ...string) error {
	if err := g.e.step(); err != nil {
		return err
	}

	const growth = 3 // A builder's old room and its new one.

	for _, part := range parts {
		if err := g.e.takeItems(len(part), growth); err != nil {
			return err
		}

		g.text.WriteString(part)
	}

	return nil
}

// callText calls argument i, a function that must return a string.
func (a *arguments) callText(i int, args []any) (string, error) {
	fn, err := a.function(i)
	if err != nil {
		return "", err
	}

	value, err := a.e.call(fn, args, a.input)
	if err != nil {
		return "", err
	}

	text, ok := value.(string)
	if !ok {
		return "", errReplacement
	}

	return text, nil
}

// replacement is what stands for a match: a function's result, or a text in which
// $0 is the match, $1 its first group, and $$ a dollar sign.
// https://docs.jsonata.org/string-functions#replace
func (a *arguments) replacement(pattern *matcher, text string, at []int) (string, error) {
	template, ok := a.raw(2).(string)
	if !ok {
		match, err := pattern.object(a.e, text, at, "start", float64(at[0]))
		if err != nil {
			return "", err
		}

		match["end"] = float64(at[1])

		return a.callText(2, []any{match})
	}

	out := &growingText{e: a.e}

	for {
		before, after, found := strings.Cut(template, "$")
		if err := out.add(before); err != nil || !found {
			return out.text.String(), err
		}

		inserted, rest := group(after, text, at)
		if err := out.add(inserted); err != nil {
			return "", err
		}

		template = rest
	}
}

// group is what a $ and the characters after it insert, and what comes then. The
// longest number that names a group counts.
func group(after, text string, at []int) (string, string) {
	if strings.HasPrefix(after, "$") {
		return "$", after[1:]
	}

	digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
	if digits == 0 {
		return "$", after
	}

	last := len(at)/2 - 1

	for length := min(digits, len(strconv.Itoa(last))); length > 0; length-- {
		number, err := strconv.Atoi(after[:length])
		if err != nil || number > last {
			if length > 1 {
				continue
			}

			return "", after[1:]
		}

		if at[2*number] < 0 {
			return "", after[length:]
		}

		return text[at[2*number]:at[2*number+1]], after[length:]
	}

	return "", after[1:]
}
