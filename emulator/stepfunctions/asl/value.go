package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Values are JSON as Go decodes it: nil, bool, float64, string, []any and map[string]any.
// Numbers are float64, as in AWS's JSONata. Go prints them as JavaScript does (an integer
// below 1e21 has no exponent).

// errTrailingData means that a text contains more than one JSON value.
var errTrailingData = errors.New("more than one JSON value")

// decode reads one JSON value.
func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))

	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("decode JSON: %w", err)
	}

	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailingData
	}

	return value, nil
}

// encode writes a value as compact JSON. It does not escape <, > and &, so that a key such
// as "a&b.jpg" is readable in a history.
func encode(value any) (json.RawMessage, error) {
	var out bytes.Buffer

	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}

	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// compact returns text without insignificant white space. It fails if text is not JSON.
func compact(text []byte) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}

	return out.Bytes(), nil
}

// errFunction means that the result of an expression is a function, which is not JSON.
var errFunction = errors.New("the result is a function")

// marshalPlain returns the JSON for $string: JavaScript's JSON, with numbers of 15 digits.
func marshalPlain(value any, indent bool) (string, error) {
	text, err := encode(rounded(value))
	if err != nil || !indent {
		return string(text), err
	}

	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return "", fmt.Errorf("indent: %w", err)
	}

	return out.String(), nil
}
