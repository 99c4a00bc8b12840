package jsonata

import (
	"strings"
	"unicode/utf16"
)

// matchAll implements $match(text, pattern, limit?).
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

// utf16Length returns the length of a text in JavaScript.
func utf16Length(text string) int {
	length := 0
	for _, r := range text {
		length += max(1, utf16.RuneLen(r))
	}

	return length
}

// containsText implements $contains(text, pattern).
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

// split implements $split(text, separator, limit?).
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
