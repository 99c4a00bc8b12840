package jsonata

import (
	"fmt"
	"math"
)

// toBoolean implements $boolean(value).
func toBoolean(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	if isFunction(a.values[0]) {
		return false, nil
	}

	return a.truth(a.values[0])
}

func not(a *arguments) (any, error) {
	value, err := toBoolean(a)
	if holds, ok := value.(bool); ok {
		return !holds, err
	}

	return value, err
}

func exists(a *arguments) (any, error) { return a.has(0), nil }

// typeOf implements $type(value).
func typeOf(a *arguments) (any, error) {
	switch value := a.values[0].(type) {
	case undefined:
		return undefined{}, nil
	case nil:
		return "null", nil
	case float64:
		if math.IsInf(value, 0) {
			return nil, fault("D1001").about(value)
		}

		return "number", nil
	case string:
		return "string", nil
	case bool:
		return "boolean", nil
	case []any, *array:
		return "array", nil
	case *Object:
		return "object", nil
	default:
		return "function", nil
	}
}

// throw implements $error(message?).
func throw(a *arguments) (any, error) {
	return nil, a.told(0, "D3137", "$error() function evaluated")
}

// assert implements $assert(condition, message?).
func assert(a *arguments) (any, error) {
	if a.values[0] == true {
		return undefined{}, nil
	}

	return nil, a.told(1, "D3141", "$assert() statement failed")
}

// maxMessage limits the message of an author's error, in characters, because the message
// becomes part of a cause.
const maxMessage = 8 << 10

// told returns a failure with an optional message.
func (a *arguments) told(i int, code, usual string) error {
	out := fault(code)
	if out.message, _ = a.values[i].(string); out.message == "" {
		out.message = usual
	}

	out.message = fmt.Sprintf("%.*s", maxMessage, out.message)

	return out
}
