package pattern

import (
	"errors"
	"fmt"
	"slices"
)

// Match reports whether an event, as the JSON of its envelope, matches. It returns an error
// if the event is not a JSON object.
func (p *Pattern) Match(event []byte) (bool, error) {
	value, err := decode(event)
	if err != nil {
		return false, fmt.Errorf("read the event: %w", err)
	}

	object, ok := value.(map[string]any)
	if !ok {
		return false, errors.New("read the event: it must be an object")
	}

	return p.root.match(object), nil
}

func (p *objectPattern) match(object map[string]any) bool {
	for name, field := range p.fields {
		if !field.match(object[name]) {
			return false
		}
	}

	for _, alternatives := range p.alternatives {
		if !slices.ContainsFunc(alternatives, func(a *objectPattern) bool { return a.match(object) }) {
			return false
		}
	}

	return true
}

// match compares the event's value of the field; nil means that the field is absent.
func (f fieldPattern) match(value any) bool {
	if f.object == nil {
		return f.matchLeaf(value)
	}

	switch value := value.(type) {
	case map[string]any:
		return f.object.match(value)
	case []any: // One element must match as a whole.
		return slices.ContainsFunc(value, f.match) || (len(value) == 0 && f.object.match(nil))
	default: // A value that is not an object has no fields. {"exists": false} matches it.
		return f.object.match(nil)
	}
}

// matchLeaf compares a leaf. If the value is an array, one of its elements must match. An
// object, or an array without leaves, is not a leaf: for a leaf's pattern the field does
// not exist.
func (f fieldPattern) matchLeaf(value any) bool {
	found := false

	for leaf := range leaves(value) {
		found = true

		if slices.ContainsFunc(f.matchers, func(m matcher) bool { return m.match(leaf) }) {
			return true
		}
	}

	return !found && slices.ContainsFunc(f.matchers, func(m matcher) bool { return m.match(nil) })
}

// leaves yields the strings, numbers, booleans and nulls in a value.
func leaves(value any) func(yield func(any) bool) {
	return func(yield func(any) bool) { walk(value, yield) }
}

func walk(value any, yield func(any) bool) bool {
	switch value := value.(type) {
	case nil, map[string]any:
		return true
	case []any:
		for _, element := range value {
			if !walk(element, yield) {
				return false
			}
		}

		return true
	default:
		return yield(value)
	}
}
