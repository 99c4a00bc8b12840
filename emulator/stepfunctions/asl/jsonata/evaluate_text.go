package jsonata

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// precision is the number of significant digits that numbers have in a text.
// https://docs.jsonata.org/string-functions#string
const precision = 15

// rounded returns a number with 15 significant digits.
func rounded(number float64) float64 {
	if number == math.Trunc(number) && math.Abs(number) < 1e15 {
		return number
	}

	short, err := strconv.ParseFloat(strconv.FormatFloat(number, 'e', precision-1, 64), 64)
	if err != nil {
		return number
	}

	return short
}

// text returns a value as $string does.
func (e *evaluation) text(value any, pretty bool) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case float64:
		if math.IsInf(value, 0) || math.IsNaN(value) {
			return "", fault("D3001").about(value)
		}

		return string(appendNumber(nil, rounded(value))), e.take(itemBytes)
	case bool:
		return strconv.FormatBool(value), nil
	case nil:
		return "null", nil
	case *array:
		if value.outer {
			return e.text(value.items[0], pretty)
		}
	}

	if isFunction(value) {
		return "", nil
	}

	out, err := e.appendText(nil, value, 0)
	if err != nil {
		return "", err
	}

	if err := e.take(2 * len(out)); err != nil {
		return "", err
	}

	if !pretty {
		return string(out), nil
	}

	if err := e.takeIndents(value, 0); err != nil {
		return "", err
	}

	return indented(out)
}

// takeIndents deducts the white space of an indented text.
func (e *evaluation) takeIndents(value any, depth int) error {
	const growth = 6 // Two spaces for each level, in a buffer that grows.

	if err := e.take(growth * (depth + 1)); err != nil {
		return err
	}

	list, _ := items(value)
	if object, ok := value.(*Object); ok {
		list = object.values
	}

	for _, item := range list {
		if err := e.takeIndents(item, depth+1); err != nil {
			return err
		}
	}

	return nil
}

// appendText appends the JSON of a value. It deducts the size from the budget.
func (e *evaluation) appendText(out []byte, value any, depth int) ([]byte, error) {
	if err := e.step(); err != nil {
		return nil, err
	}

	if depth > maxResultDepth {
		return nil, errEvaluationDepth
	}

	before := len(out)

	var err error

	switch value := value.(type) {
	case float64:
		if math.IsInf(value, 0) {
			return nil, fault("D1001").about(value)
		}

		out, err = appendJSON(out, rounded(value))
	case string:
		const escapes = 6 // The size of an escape sequence.
		if err := e.takeItems(len(value), escapes); err != nil {
			return nil, err
		}

		out = appendQuoted(out, value)
	case *Object:
		return e.appendObject(out, value, depth)
	case []any:
		return e.appendList(out, value, depth)
	case *array:
		return e.appendList(out, value.items, depth)
	default:
		if isFunction(value) {
			out = append(out, `""`...)
		} else {
			out, err = appendJSON(out, value)
		}
	}

	if err != nil {
		return nil, err
	}

	return out, e.take(3 * (len(out) - before + 1))
}

func (e *evaluation) appendList(out []byte, list []any, depth int) ([]byte, error) {
	var err error

	out = append(out, '[')

	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}

		if out, err = e.appendText(out, item, depth+1); err != nil {
			return nil, err
		}
	}

	return append(out, ']'), nil
}

func (e *evaluation) appendObject(out []byte, object *Object, depth int) ([]byte, error) {
	var err error

	out = append(out, '{')
	first := true

	for name, value := range object.All() {
		if isUndefined(value) {
			continue
		}

		if !first {
			out = append(out, ',')
		}

		first = false

		if out, err = e.appendText(out, name, depth+1); err != nil {
			return nil, err
		}

		if out, err = e.appendText(append(out, ':'), value, depth+1); err != nil {
			return nil, err
		}
	}

	return append(out, '}'), nil
}

// concatenate evaluates &.
func (e *evaluation) concatenate(left, right any) (any, error) {
	var parts [2]string

	for i, value := range []any{left, right} {
		if isUndefined(value) {
			continue
		}

		var err error
		if parts[i], err = e.text(value, false); err != nil {
			return nil, err
		}
	}

	if err := e.take(len(parts[0]) + len(parts[1])); err != nil {
		return nil, err
	}

	return glued(parts[0], parts[1]), nil
}

// errFunction means that the result of an expression is a function, which is not JSON.
var errFunction = errors.New("the result is a function")

// jsonItemBytes is the size of a value in JSON, without its text.
const jsonItemBytes = 8

// export returns a result in the types of [Decode], and deducts its size from the budget.
func (e *evaluation) export(value any) (any, error) { return e.exportAt(value, 0) }

func (e *evaluation) exportAt(value any, depth int) (any, error) {
	if err := e.step(); err != nil {
		return nil, err
	}

	if depth > maxResultDepth {
		return nil, fmt.Errorf("%w: it nests more than %d levels", errResult, maxResultDepth)
	}

	size := jsonItemBytes

	switch inner := value.(type) {
	case float64:
		if math.IsInf(inner, 0) || math.IsNaN(inner) {
			return nil, fault("D1001").about(inner)
		}

		size += jsonItemBytes
	case string:
		size += len(inner)
	case *Object:
		for _, name := range inner.names {
			size += len(name)
		}
	}

	if e.results -= size; e.results < 0 {
		return nil, fmt.Errorf("%w: it is over %d MiB", errResult, maxResultBytes>>20)
	}

	return e.exportParts(value, depth)
}

func (e *evaluation) exportParts(value any, depth int) (any, error) {
	switch inner := value.(type) {
	case *Object:
		return value, e.exportAll(inner.values, depth)
	case []any:
		return value, e.exportAll(inner, depth)
	case *array:
		if inner.items == nil {
			return []any{}, nil
		}

		return inner.items, e.exportAll(inner.items, depth)
	case undefined:
		if depth > 0 {
			return nil, nil //nolint:nilnil // JSON's null.
		}

		return value, nil
	case nil, bool, float64, string:
		return value, nil
	default:
		return nil, errFunction
	}
}

// exportAll replaces values by their exported form. Values of the input do not change.
func (e *evaluation) exportAll(list []any, depth int) error {
	for i, item := range list {
		value, err := e.exportAt(item, depth+1)
		if err != nil {
			return err
		}

		switch item.(type) {
		case *array, undefined, *tuple:
			list[i] = contextOf(value)
		}
	}

	return nil
}
