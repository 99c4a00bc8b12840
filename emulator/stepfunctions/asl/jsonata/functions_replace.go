package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// contains implements $contains(text, pattern).
func contains(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		if part, ok := a.values[1].(string); ok {
			return strings.Contains(text, part), nil
		}

		if pattern, ok := a.values[1].(*matcher); ok {
			found, err := pattern.find(a.evaluation, text, 1)

			return len(found) > 0, err
		}

		if !isFunction(a.values[1]) {
			return nil, a.wrong(1)
		}

		found, err := a.occurrences(text, 1)

		return len(found) > 0, err
	})
}

// split implements $split(text, separator, limit?).
func split(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		limit, err := a.limit(2, "D3020")
		if err != nil {
			return nil, err
		}

		if separator, ok := a.values[1].(string); ok {
			// JavaScript's split rounds the limit down. The loops over matches round it up.
			if limit < math.MaxInt32 {
				limit = int(math.Trunc(a.values[2].(float64))) //nolint:forcetypeassert // limit has read it.
			}

			return a.splitText(text, separator, limit)
		}

		if !isFunction(a.values[1]) {
			return nil, a.wrong(1)
		}

		found, err := a.occurrences(text, limit)
		if err != nil {
			return nil, err
		}

		out, last := &array{}, 0

		for _, o := range found {
			if err := a.push(out, text[last:max(last, o.start)]); err != nil {
				return nil, err
			}

			last = o.end
		}

		if len(out.items) < limit {
			err = a.push(out, text[last:])
		}

		return out, err
	})
}

func (a *arguments) splitText(text, separator string, limit int) (any, error) {
	out := &array{}

	if separator == "" {
		if err := a.takeItems(len(text), 2*itemBytes); err != nil {
			return nil, err
		}

		out.items = appendUnits(out.items, text)
		out.items = out.items[:min(limit, len(out.items))]

		return out, a.work(len(out.items))
	}

	for len(out.items) < limit {
		before, after, found := strings.Cut(text, separator)
		if err := a.push(out, before); err != nil {
			return nil, err
		}

		if err := a.step(); err != nil {
			return nil, err
		}

		if !found {
			break
		}

		text = after
	}

	return out, nil
}

// replace implements $replace(text, pattern, replacement, limit?).
func replace(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		if a.values[1] == "" {
			return nil, fault("D3010").about("")
		}

		limit, err := a.limit(3, "D3011") //nolint:mnd // The argument.
		if err != nil {
			return nil, err
		}

		if pattern, ok := a.values[1].(string); ok {
			return a.replaceText(text, pattern, limit)
		}

		if !isFunction(a.values[1]) {
			return nil, a.wrong(1)
		}

		found, err := a.occurrences(text, limit)
		if err != nil {
			return nil, err
		}

		out := &growingText{e: a.evaluation}
		last := 0

		for i := range found {
			replacement, err := a.replacement(text, &found[i])
			if err != nil {
				return nil, err
			}

			if err := out.add(text[last:max(last, found[i].start)], replacement); err != nil {
				return nil, err
			}

			last = min(len(text), found[i].start+len(found[i].match))
		}

		if err := out.add(text[last:]); err != nil {
			return nil, err
		}

		return out.text.String(), nil
	})
}

func (a *arguments) replaceText(text, pattern string, limit int) (any, error) {
	out := &growingText{e: a.evaluation}

	for ; limit > 0; limit-- {
		before, after, found := strings.Cut(text, pattern)
		if !found {
			break
		}

		replacement, ok := a.values[2].(string)
		if !ok {
			return nil, fault("D3012").about(a.values[2])
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

// replacement returns the replacement of a match. It is the result of a function, or a text
// in which $0 is the match, $1 its first group, and $$ a dollar sign.
// https://docs.jsonata.org/string-functions#replace
func (a *arguments) replacement(text string, o *occurrence) (string, error) {
	template, ok := a.values[2].(string)
	if !ok {
		return a.replacementBy(text, o)
	}

	out := &growingText{e: a.evaluation}

	for {
		before, after, found := strings.Cut(template, "$")
		if err := out.add(before); err != nil || !found {
			return out.text.String(), err
		}

		inserted, rest := insertion(after, o)
		if err := out.add(inserted); err != nil {
			return "", err
		}

		template = rest
	}
}

// replacementBy calls the function that returns the replacement.
func (a *arguments) replacementBy(text string, o *occurrence) (string, error) {
	value := o.value

	if m, ok := a.values[1].(*matcher); ok {
		object, err := m.matchObject(a.evaluation, text, o.at, int(o.index))
		if err != nil {
			return "", err
		}

		value = object
	}

	result, err := a.invokeWith(2, value)
	if err != nil {
		return "", err
	}

	replacement, ok := result.(string)
	if !ok {
		return "", fault("D3012").about(result)
	}

	return replacement, nil
}

// insertion returns the text that a $ and the following characters insert, and the rest of
// the template. The longest number that names a group is used.
func insertion(after string, o *occurrence) (string, string) {
	switch {
	case strings.HasPrefix(after, "$"):
		return "$", after[1:]
	case strings.HasPrefix(after, "0"):
		return o.match, after[1:]
	}

	groups := len(o.groups.items)
	most := max(1, len(strconv.Itoa(groups)))
	digits := min(most, len(after)-len(strings.TrimLeft(after, "0123456789")))

	if digits == 0 {
		return "$", after
	}

	number, _ := strconv.Atoi(after[:digits]) // Digits.
	if digits > 1 && digits == most && number > groups {
		number, _ = strconv.Atoi(after[:digits-1]) // Digits.
	}

	rest := after[len(strconv.Itoa(number)):]

	if number < 1 || number > groups {
		return "", rest
	}

	text, _ := o.groups.items[number-1].(string)

	return text, rest
}
