package asl

import (
	"errors"
	"fmt"
	"slices"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// template is a JSON value in which strings can be expressions.
// https://states-language.net/spec.html#jsonata
type template struct {
	expression *jsonata.Expression  // One expression, or
	object     map[string]*template // an object that contains expressions, or
	array      []*template          // an array that contains expressions, or
	literal    any                  // plain JSON.
	keys       []string             // The object's keys, sorted, so that errors come in a fixed order.
}

// compileTemplate parses a field's value and reports problems to p.
func (p *parser) compileTemplate(path string, value any, reach reach) *template {
	switch value := value.(type) {
	case string:
		if !isExpression(value) {
			return &template{literal: value}
		}

		compiled, err := compile(value, reach)
		if err != nil {
			p.problemf(path, "%v", err)
		}

		return &template{expression: compiled}
	case []any:
		out := &template{array: make([]*template, len(value))}
		for i, item := range value {
			out.array[i] = p.compileTemplate(fmt.Sprintf("%s/%d", path, i), item, reach)
		}

		return out
	case map[string]any:
		out := &template{object: make(map[string]*template, len(value)), keys: sortedKeys(value)}
		for _, key := range out.keys {
			out.object[key] = p.compileTemplate(path+"/"+pointerToken(key), value[key], reach)
		}

		return out
	default:
		return &template{literal: value}
	}
}

// fieldError is an evaluation error with its field, such as "Arguments/Payload".
type fieldError struct {
	location string
	cause    string
	parsed   bool // The expression had a result, and the state could not parse it.
}

func (e *fieldError) Error() string { return e.cause }

// eval returns the template's value. Its error is always a *fieldError, in AWS's words.
func (t *template) eval(s *scope, location string) (any, error) {
	switch {
	case t.expression != nil:
		value, err := t.expression.Eval(s.values())
		if err != nil {
			return nil, newFieldError(err, location)
		}

		return value, nil
	case t.object != nil:
		out := make(map[string]any, len(t.object))

		for _, key := range t.keys {
			value, err := t.object[key].eval(s, location+"/"+key)
			if err != nil {
				return nil, err
			}

			out[key] = value
		}

		return out, nil
	case t.array != nil:
		out := make([]any, len(t.array))

		for i, item := range t.array {
			value, err := item.eval(s, fmt.Sprintf("%s[%d]", location, i))
			if err != nil {
				return nil, err
			}

			out[i] = value
		}

		return out, nil
	default:
		return t.literal, nil
	}
}

func newFieldError(err error, location string) *fieldError {
	var failed *jsonata.EvaluationError
	if !errors.As(err, &failed) {
		return &fieldError{location: location, cause: err.Error()}
	}

	if failed.Undefined {
		return &fieldError{location: location, cause: fmt.Sprintf(
			"The JSONata expression '%s' specified for the field '%s' returned nothing (undefined).", failed.Source, location)}
	}

	return &fieldError{location: location, cause: fmt.Sprintf(
		"The JSONata expression '%s' specified for the field '%s' threw an error during evaluation. %s",
		failed.Source, location, failed.Reason)}
}

func sortedKeys[V any](object map[string]V) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}

	slices.Sort(keys)

	return keys
}
