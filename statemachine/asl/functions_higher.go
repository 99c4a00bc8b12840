package asl

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/blues/jsonata-go/jlib"
	"github.com/blues/jsonata-go/jtypes"
)

// sequence is what JSONata makes of a result that may have none, one or many
// values: one stands for itself. jsonata-go forgets this for some functions.
// https://docs.jsonata.org/processing#sequences
func sequence(result any, err error) (reflect.Value, error) {
	if err != nil {
		if errors.Is(err, jtypes.ErrUndefined) {
			err = nil
		}

		return reflect.Value{}, err
	}

	v := jtypes.Resolve(reflect.ValueOf(result))
	if !jtypes.IsArray(v) {
		return v, nil
	}

	switch v.Len() {
	case 0:
		return reflect.Value{}, nil
	case 1:
		return v.Index(0), nil
	default:
		return v, nil
	}
}

func listAndFunction(name string, args []reflect.Value) (reflect.Value, jtypes.Callable, error) {
	const arity = 2
	if len(args) == arity {
		if fn, ok := jtypes.AsCallable(args[1]); ok {
			return args[0], fn, nil
		}
	}

	return reflect.Value{}, nil, &argumentError{function: name, expected: "an array and a function"}
}

func mapItems(args []reflect.Value) (reflect.Value, error) {
	list, fn, err := listAndFunction("map", args)
	if err != nil || !list.IsValid() {
		return reflect.Value{}, err
	}

	return sequence(jlib.Map(list, fn))
}

func filterItems(args []reflect.Value) (reflect.Value, error) {
	list, fn, err := listAndFunction("filter", args)
	if err != nil || !list.IsValid() {
		return reflect.Value{}, err
	}

	return sequence(jlib.Filter(list, fn))
}

// single is $single(array, function?): the one item, or a failure.
func single(args []reflect.Value) (reflect.Value, error) {
	if len(args) == 1 && args[0].IsValid() {
		if list := jtypes.Resolve(args[0]); !jtypes.IsArray(list) {
			return list, nil
		} else if list.Len() == 1 {
			return list.Index(0), nil
		}

		return reflect.Value{}, &argumentError{function: "single", expected: "exactly one value"}
	}

	list, fn, err := listAndFunction("single", args)
	if err != nil || !list.IsValid() {
		return reflect.Value{}, err
	}

	return sequence(jlib.Single(list, fn))
}

// matchAll is $match(text, pattern, limit?).
func matchAll(args []reflect.Value) (reflect.Value, error) {
	const most = 3
	if len(args) < most-1 || len(args) > most {
		return reflect.Value{}, &argumentError{function: nameMatch, expected: "a string, a pattern and perhaps a limit"}
	}

	if !args[0].IsValid() {
		return reflect.Value{}, nil
	}

	text, isText := jtypes.AsString(args[0])
	pattern, isPattern := jtypes.AsCallable(args[1])

	if !isText || !isPattern {
		return reflect.Value{}, &argumentError{function: nameMatch, expected: "a string and a pattern"}
	}

	var limit jtypes.OptionalInt

	if len(args) == most && args[2].IsValid() {
		number, ok := jtypes.AsNumber(args[2])
		if !ok {
			return reflect.Value{}, &argumentError{function: nameMatch, expected: "a number as the limit"}
		}

		limit = jtypes.NewOptionalInt(int(number))
	}

	return sequence(jlib.Match(text, pattern, limit))
}

// members are an object's names in order. JSONata has them as they were inserted;
// that is lost here, and the alphabet is at least the same order every time.
func members(object reflect.Value) []reflect.Value {
	names := object.MapKeys()
	slices.SortFunc(names, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })

	return names
}

// objects are the objects in a value: itself, or those in the array.
func objects(value reflect.Value) []reflect.Value {
	value = jtypes.Resolve(value)

	switch {
	case jtypes.IsMap(value):
		return []reflect.Value{value}
	case jtypes.IsArray(value):
		var out []reflect.Value
		for i := range value.Len() {
			out = append(out, objects(value.Index(i))...)
		}

		return out
	default:
		return nil
	}
}

// keys is $keys(object): the names, of all objects if it is an array.
func keys(args []reflect.Value) (reflect.Value, error) {
	if len(args) != 1 {
		return reflect.Value{}, &argumentError{function: "keys", expected: "an object"}
	}

	out := []any{}

	for _, object := range objects(args[0]) {
		for _, name := range members(object) {
			if !slices.Contains(out, any(name.String())) {
				out = append(out, name.String())
			}
		}
	}

	return sequence(out, nil)
}

// spread is $spread(object): an object for every member.
func spread(args []reflect.Value) (reflect.Value, error) {
	if len(args) != 1 {
		return reflect.Value{}, &argumentError{function: "spread", expected: "an object"}
	}

	found := objects(args[0])
	if len(found) == 0 {
		return args[0], nil
	}

	out := []any{}

	for _, object := range found {
		for _, name := range members(object) {
			out = append(out, map[string]any{name.String(): object.MapIndex(name).Interface()})
		}
	}

	return sequence(out, nil)
}

// each is $each(object, function): the function's result for every member.
func each(args []reflect.Value) (reflect.Value, error) {
	object, fn, err := listAndFunction("each", args)
	if err != nil || !object.IsValid() {
		return reflect.Value{}, err
	}

	object = jtypes.Resolve(object)
	if !jtypes.IsMap(object) {
		return reflect.Value{}, &argumentError{function: "each", expected: "an object and a function"}
	}

	out := []any{}

	for _, name := range members(object) {
		given := []reflect.Value{object.MapIndex(name), name, object}

		result, err := fn.Call(given[:min(len(given), fn.ParamCount())])
		if err != nil {
			return reflect.Value{}, err //nolint:wrapcheck // The author's own function.
		}

		if result.IsValid() {
			out = append(out, result.Interface())
		}
	}

	return sequence(out, nil)
}
