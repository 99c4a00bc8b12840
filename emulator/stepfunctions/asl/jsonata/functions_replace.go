package jsonata

import (
	"strconv"
	"strings"
)

// replaceAll implements $replace(text, pattern, replacement, limit?).
func replaceAll(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	limit, err := a.limit(3)
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

// growingText is a text that is built within the budget.
type growingText struct {
	e    *evaluation
	text strings.Builder
}

func (g *growingText) add(parts ...string) error {
	if err := g.e.step(); err != nil {
		return err
	}

	const growth = 3 // The builder's old buffer and its new buffer.

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

// replacement returns the replacement of a match. It is the result of a function, or a text
// in which $0 is the match, $1 its first group, and $$ a dollar sign.
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

// group returns the text that a $ and the following characters insert, and the rest of the
// replacement. The longest number that names a group is used.
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
