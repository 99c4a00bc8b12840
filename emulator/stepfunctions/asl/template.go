package asl

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// template is a JSON value in which strings can be expressions.
// https://states-language.net/spec.html#jsonata
type template struct {
	expression *jsonata.Expression  // One expression, or
	object     map[string]*template // an object that contains expressions, or
	array      []*template          // an array that contains expressions, or
	literal    any                  // plain JSON.
	keys       []string             // The object's keys, in the order of the definition.
}

// compileTemplate parses a field's value and reports problems to p.
func (p *parser) compileTemplate(path string, value any, reach reach) *template {
	switch value := value.(type) {
	case string:
		if !isExpression(value) {
			return &template{literal: value}
		}

		return &template{expression: p.expression(path, value, reach)}
	case []any:
		out := &template{array: make([]*template, len(value))}
		for i, item := range value {
			out.array[i] = p.compileTemplate(fmt.Sprintf("%s/%d", path, i), item, reach)
		}

		return out
	case map[string]any:
		out := &template{object: make(map[string]*template, len(value)), keys: p.keys(path, value)}
		for _, key := range out.keys {
			out.object[key] = p.compileTemplate(path+"/"+pointerToken(key), value[key], reach)
		}

		return out
	default:
		return &template{literal: value}
	}
}

// keys returns the keys of an object of the definition in their order.
func (p *parser) keys(path string, object map[string]any) []string {
	value := p.text

	for token := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch inner := value.(type) {
		case *jsonata.Object:
			value, _ = inner.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i >= len(inner) {
				return sortedKeys(object)
			}

			value = inner[i]
		}
	}

	ordered, ok := value.(*jsonata.Object)
	if !ok || ordered.Len() != len(object) {
		return sortedKeys(object)
	}

	out := make([]string, 0, len(object))
	for key := range ordered.All() {
		out = append(out, key)
	}

	return out
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
		out := jsonata.NewObject(len(t.keys))

		for _, key := range t.keys {
			value, err := t.object[key].eval(s, location+"/"+key)
			if err != nil {
				return nil, err
			}

			out.Set(key, value)
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

	switch {
	case failed.Undefined:
		return &fieldError{location: location, cause: fmt.Sprintf(
			"The JSONata expression '%s' specified for the field '%s' returned nothing (undefined).", failed.Source, location)}
	case failed.Function:
		return &fieldError{location: location, cause: fmt.Sprintf(
			"The JSONata expression '%s' specified for the field '%s' returned an unsupported result type.", failed.Source, location)}
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
