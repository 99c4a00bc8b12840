package asl

import (
	"fmt"
	"math"
	"strings"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// unexpected returns the error for a field whose value has another type than the expected
// one, in AWS's words.
func (t *template) unexpected(location, expected string, value any) *fieldError {
	source := "The value"
	if t.expression != nil {
		source = fmt.Sprintf("The JSONata expression '%s'", t.expression.Source())
	}

	return &fieldError{location: location, cause: fmt.Sprintf(
		"%s specified for the field '%s' returned an unexpected result type. Expected '%s', but was '%s' for value: %s",
		source, location, expected, typeOf(value), textOf(value))}
}

// typeOf returns the JSON type of a value.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		return "number"
	default:
		return "object"
	}
}

// maxShownBytes limits a value in an error, so that the cause of a failure stays readable.
const maxShownBytes = 16 << 10

// textOf returns a value as JSON, for an error.
func textOf(value any) string {
	text, err := jsonata.Encode(value)
	if err != nil {
		return fmt.Sprint(value)
	}

	if len(text) > maxShownBytes {
		return strings.ToValidUTF8(string(text[:maxShownBytes]), "") + "…"
	}

	return string(text)
}

// number evaluates a field that takes a number.
func (t *template) number(s *scope, location string, least, most float64) (float64, error) {
	value, err := t.eval(s, location)
	if err != nil {
		return 0, err
	}

	number, ok := value.(float64)
	if !ok {
		return 0, t.unexpected(location, "number", value)
	}

	if number < least || number > most {
		return 0, outOfRange(location, "number", least, most, value)
	}

	return number, nil
}

func outOfRange(location, kind string, least, most float64, value any) *fieldError {
	return &fieldError{location: location, cause: fmt.Sprintf(
		"The field '%s' must be a %s between %.0f and %.0f, and is %s.", location, kind, least, most, textOf(value))}
}

// seconds evaluates a field that takes a whole number up to maxSeconds, usually a number of
// seconds.
func (t *template) seconds(s *scope, location string, least float64) (float64, error) {
	number, err := t.number(s, location, math.Inf(-1), math.Inf(1))
	if err != nil {
		return 0, err
	}

	if number != math.Trunc(number) || number < least || number > maxSeconds {
		return 0, outOfRange(location, "whole number", least, maxSeconds, number)
	}

	return number, nil
}

// text evaluates a field that takes a string.
func (t *template) text(s *scope, location string) (string, error) {
	value, err := t.eval(s, location)
	if err != nil {
		return "", err
	}

	text, ok := value.(string)
	if !ok {
		return "", t.unexpected(location, "string", value)
	}

	return text, nil
}

// percentage returns an optional number between 0 and 100, or an expression for it.
func (o *object) percentage(name string) *template {
	switch value := o.fields[name].(type) {
	case string:
		if isExpression(value) {
			return o.template(name, reach{})
		}
	case float64:
		o.read[name] = true

		if value >= 0 && value <= wholePercent {
			return &template{literal: value}
		}
	}

	if _, there := o.take(name); there {
		o.problemf(name, "%s must be a number between 0 and %d, or an expression", name, wholePercent)
	}

	return nil
}
