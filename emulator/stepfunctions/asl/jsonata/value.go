package jsonata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// errTrailingData means that a text contains more than one JSON value.
var errTrailingData = errors.New("more than one JSON value")

// Decode reads one JSON value.
func Decode(text []byte) (any, error) {
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

// Encode writes a value as compact JSON. It does not escape <, > and &, so that a key such
// as "a&b.jpg" is readable in a history.
func Encode(value any) (json.RawMessage, error) {
	var out bytes.Buffer

	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}

	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// errFunction means that the result of an expression is a function, which is not JSON.
var errFunction = errors.New("the result is a function")

// marshalPlain returns the JSON for $string: JavaScript's JSON, with numbers of 15 digits.
func marshalPlain(value any, indent bool) (string, error) {
	text, err := Encode(rounded(value))
	if err != nil || !indent {
		return string(text), err
	}

	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return "", fmt.Errorf("indent: %w", err)
	}

	return out.String(), nil
}
