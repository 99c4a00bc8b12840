package jsonata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// undefined is the value of an expression that has no value.
type undefined struct{}

// array is an array that an expression has built. An array of the input is a []any.
type array struct {
	items    []any
	sequence bool // A result of zero, one or many values. https://docs.jsonata.org/processing#sequences
	keep     bool // A sequence of one value stays an array.
	cons     bool // Built by an array constructor in a path, which does not flatten it.
	tuples   bool // The items are *tuple.
	outer    bool // The input of the expression, which is an array, as a sequence of one value.
}

// tuple is an item of a path that binds variables (@, #) or refers to a parent (%). A tuple
// is never changed after it was built.
type tuple struct {
	context any
	names   []string
	values  []any
}

func isUndefined(value any) bool {
	_, ok := value.(undefined)

	return ok
}

// items returns the items of an array.
func items(value any) ([]any, bool) {
	switch value := value.(type) {
	case []any:
		return value, true
	case *array:
		return value.items, true
	default:
		return nil, false
	}
}

// listed returns the items of an array, or any other value as the only item.
func listed(value any) []any {
	if list, ok := items(value); ok {
		return list
	}

	return []any{value}
}

// asSequence returns the array if a value is a sequence.
func asSequence(value any) (*array, bool) {
	list, ok := value.(*array)

	return list, ok && list.sequence
}

// singleton returns a sequence of one value.
func singleton(value any) *array { return &array{items: []any{value}, sequence: true} }

func hasTuples(value any) bool {
	list, ok := value.(*array)

	return ok && list.tuples
}

// with returns a copy of the tuple with one more variable.
func (t *tuple) with(name string, value any) *tuple {
	out := &tuple{context: t.context, names: append([]string(nil), t.names...), values: append([]any(nil), t.values...)}
	out.bind(name, value)

	return out
}

func (t *tuple) bind(name string, value any) {
	for i, other := range t.names {
		if other == name {
			t.values[i] = value

			return
		}
	}

	t.names, t.values = append(t.names, name), append(t.values, value)
}

// isFunction reports whether a value is a function.
func isFunction(value any) bool {
	switch value.(type) {
	case *lambda, *builtin, *matcher, *transformer, *nextMatch:
		return true
	default:
		return false
	}
}

// Decode reads one JSON value. Objects are *Object, arrays are []any, numbers are float64.
// The members of an object have the order that they have in JavaScript: names that are
// array indices come first.
func Decode(text []byte) (any, error) { return decode(text, false) }

// DecodeAsRead is [Decode], but the members of an object have the order of the text.
func DecodeAsRead(text []byte) (any, error) { return decode(text, true) }

func decode(text []byte, asRead bool) (any, error) {
	if !json.Valid(text) {
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			return nil, fmt.Errorf("decode JSON: %w", err)
		}
	}

	d := &decoder{text: text, asRead: asRead}

	return d.value(), nil
}

// Encode writes a value as compact JSON. It does not escape <, > and &, so that a key such
// as "a&b.jpg" is readable in a history.
func Encode(value any) (json.RawMessage, error) {
	switch value.(type) {
	case nil, bool, float64, string, []any, *Object:
		return appendJSON(nil, value)
	}

	var out bytes.Buffer

	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}

	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// numeric returns the number of a value. Infinity is an error.
func numeric(value any) (float64, bool, error) {
	number, ok := value.(float64)
	if !ok || math.IsNaN(number) {
		return 0, false, nil
	}

	if math.IsInf(number, 0) {
		return 0, false, fault("D1001").about(number)
	}

	return number, true, nil
}
