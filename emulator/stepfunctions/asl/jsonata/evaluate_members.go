package jsonata

import (
	"maps"
	"slices"
)

// member returns a member of an object, or the members of the objects in an array.
func (e *evaluation) member(input any, name string) (any, error) {
	switch input := input.(type) {
	case map[string]any:
		if value, ok := input[name]; ok {
			return value, nil
		}

		return undefined{}, nil
	case []any:
		results := &sequence{}
		if err := e.members(input, name, results); err != nil {
			return nil, err
		}

		return results, nil
	default:
		return undefined{}, nil
	}
}

func (e *evaluation) members(list []any, name string, results *sequence) error {
	for _, item := range list {
		if err := e.step(); err != nil {
			return err
		}

		var err error

		switch item := item.(type) {
		case map[string]any:
			value, ok := item[name]
			if !ok {
				continue
			}

			if inner, isList := value.([]any); isList {
				err = e.pushAll(results, inner)
			} else {
				err = e.push(results, value)
			}
		case []any:
			err = e.members(item, name, results)
		}

		if err != nil {
			return err
		}
	}

	return nil
}

// wildcard evaluates *: all members of an object, with flattened arrays.
func (e *evaluation) wildcard(input any) (any, error) {
	results := &sequence{}

	switch input := input.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(input)) {
			if err := e.flatten(input[name], results); err != nil {
				return nil, err
			}
		}
	case []any:
		if err := e.flatten(input, results); err != nil {
			return nil, err
		}
	}

	return results, nil
}

func (e *evaluation) flatten(value any, results *sequence) error {
	list, ok := value.([]any)
	if !ok {
		return e.push(results, value)
	}

	for _, item := range list {
		if err := e.step(); err != nil {
			return err
		}

		if err := e.flatten(item, results); err != nil {
			return err
		}
	}

	return nil
}

// descendants evaluates **: the value and all values below it, without the arrays
// themselves.
func (e *evaluation) descendants(input any) (any, error) {
	results := &sequence{}

	return results, e.descend(input, results)
}

func (e *evaluation) descend(value any, results *sequence) error {
	if err := e.step(); err != nil {
		return err
	}

	switch value := value.(type) {
	case undefined:
		return nil
	case []any:
		for _, item := range value {
			if err := e.descend(item, results); err != nil {
				return err
			}
		}

		return nil
	case map[string]any:
		if err := e.push(results, value); err != nil {
			return err
		}

		for _, name := range slices.Sorted(maps.Keys(value)) {
			if err := e.descend(value[name], results); err != nil {
				return err
			}
		}

		return nil
	default:
		return e.push(results, value)
	}
}
