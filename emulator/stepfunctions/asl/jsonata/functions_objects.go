package jsonata

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The members of an object are in alphabetical order. JSONata keeps the order of insertion,
// which is lost here. The alphabetical order is at least the same every time.

// objects adds the objects of a value: the value itself, or the objects in an array.
func (e *evaluation) objects(value any, out *sequence) error {
	switch value := value.(type) {
	case map[string]any:
		return e.push(out, value)
	case []any:
		for _, item := range value {
			if err := e.step(); err != nil {
				return err
			}

			if err := e.objects(item, out); err != nil {
				return err
			}
		}
	}

	return nil
}

// eachMember calls visit for every member of the objects in the first argument, and returns
// the number of objects.
func (a *arguments) eachMember(visit func(name string, value any) error) (int, error) {
	found := &sequence{}
	if err := a.e.objects(a.values[0], found); err != nil {
		return 0, err
	}

	for _, item := range found.items {
		object, _ := item.(map[string]any)
		if err := a.e.takeItems(len(object), itemBytes); err != nil {
			return 0, err
		}

		for _, name := range slices.Sorted(maps.Keys(object)) {
			if err := a.e.step(); err != nil {
				return 0, err
			}

			if err := visit(name, object[name]); err != nil {
				return 0, err
			}
		}
	}

	return len(found.items), nil
}

// keys implements $keys(object). For an array it returns the names of all its objects.
func keys(a *arguments) (any, error) {
	out := &sequence{}
	seen := map[string]bool{}

	_, err := a.eachMember(func(name string, _ any) error {
		if seen[name] {
			return nil
		}

		seen[name] = true

		if err := a.e.take(memberBytes + len(name)); err != nil {
			return err
		}

		return a.e.push(out, name)
	})

	return out, err
}

// spread implements $spread(object), which returns one object for every member.
func spread(a *arguments) (any, error) {
	out := &sequence{}

	found, err := a.eachMember(func(name string, value any) error {
		if err := a.e.take(2 * memberBytes); err != nil {
			return err
		}

		return a.e.push(out, map[string]any{name: value})
	})
	if err != nil {
		return nil, err
	}

	if _, isFunction := a.values[0].(*function); isFunction {
		return "", nil
	}

	if found == 0 {
		return a.values[0], nil
	}

	return out, nil
}

// merge implements $merge(array), which returns one object with the members of all objects.
func merge(a *arguments) (any, error) {
	out := map[string]any{}

	_, err := a.eachMember(func(name string, value any) error {
		out[name] = value

		return a.e.take(2 * memberBytes)
	})

	return out, err
}

// lookupMember implements $lookup(object, name).
func lookupMember(a *arguments) (any, error) {
	name, err := a.text(1)
	if err != nil {
		return nil, err
	}

	return a.e.member(a.values[0], name)
}

// each implements $each(object, function), which returns the function's result for every
// member.
func each(a *arguments) (any, error) {
	fn, err := a.function(1)
	if err != nil {
		return nil, err
	}

	out := &sequence{}

	_, err = a.eachMember(func(name string, value any) error {
		result, err := a.callWith(fn, value, name, a.values[0])
		if err != nil {
			return err
		}

		if _, none := result.(undefined); none {
			return nil
		}

		return a.e.push(out, result)
	})

	return out, err
}

// sift implements $sift(object, function), which returns the members for which the function
// is true.
func sift(a *arguments) (any, error) {
	fn, err := a.function(1)
	if err != nil {
		return nil, err
	}

	out := map[string]any{}

	_, err = a.eachMember(func(name string, value any) error {
		result, err := a.callWith(fn, value, name, a.values[0])
		if err != nil {
			return err
		}

		yes, err := a.e.truthy(result)
		if err != nil || !yes {
			return err
		}

		out[name] = value

		return a.e.take(2 * memberBytes)
	})
	if err != nil {
		return nil, err
	}

	if len(out) == 0 {
		return undefined{}, nil
	}

	return out, nil
}

// clone implements $clone(value). It returns the value itself, because values are never
// changed.
func clone(a *arguments) (any, error) { return a.values[0], nil }

func toBoolean(a *arguments) (any, error) { return a.e.truthy(a.values[0]) }

func not(a *arguments) (any, error) {
	yes, err := a.e.truthy(a.values[0])

	return !yes, err
}

func exists(a *arguments) (any, error) { return a.has(0), nil }

// typeOf implements $type(value).
func typeOf(a *arguments) (any, error) {
	return typeWords(typeLetter(a.values[0])), nil
}

// errAssert and errThrown are the errors of $assert and $error without a message.
var (
	errAssert = errors.New("$assert() statement failed")
	errThrown = errors.New("$error() function evaluated")
)

// raisedError is a message from the definition's author.
type raisedError struct{ message string }

func (e *raisedError) Error() string { return e.message }

func (a *arguments) raised(i int) error {
	text, err := a.e.textOf(a.values[i], false)
	if err != nil {
		return err
	}

	return &raisedError{message: fmt.Sprintf("%.*s", maxMessage, text)}
}

// maxMessage limits the message of an author's error, in characters, because the message
// becomes part of a cause.
const maxMessage = 8 << 10

// assert implements $assert(condition, message?).
func assert(a *arguments) (any, error) {
	holds, ok := a.raw(0).(bool)

	switch {
	case !ok:
		return nil, a.wrong("a boolean as argument 1")
	case holds:
		return undefined{}, nil
	case a.has(1):
		return nil, a.raised(1)
	default:
		return nil, errAssert
	}
}

// throw implements $error(message?).
func throw(a *arguments) (any, error) {
	if a.has(0) {
		return nil, a.raised(0)
	}

	return nil, errThrown
}
