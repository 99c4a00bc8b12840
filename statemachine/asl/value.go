package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/blues/jsonata-go/jtypes"
)

// Values are JSON as Go decodes it: nil, bool, float64, string, []any and
// map[string]any. Numbers are float64, as they are in the JSONata of AWS; Go
// prints them as JavaScript does (an integer below 1e21 has no exponent).

// errTrailingData says that more than one JSON value stood in a text.
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

// encode writes a value as compact JSON without escaping <, > and &: a key such as
// "a&b.jpg" should be readable in a history.
func encode(value any) (json.RawMessage, error) {
	var out bytes.Buffer

	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}

	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// compact is text without insignificant space; it fails if text is not JSON.
func compact(text []byte) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}

	return out.Bytes(), nil
}

// toQuery makes a value fit for jsonata-go, for which a nil interface is
// "undefined": its null is a nil *any. Maps and slices are copied.
func toQuery(value any) any {
	switch value := value.(type) {
	case nil:
		return (*any)(nil)
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = toQuery(item)
		}

		return out
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, item := range value {
			out[key] = toQuery(item)
		}

		return out
	default:
		return value
	}
}

// errFunction says that an expression came to a function, which is not JSON.
var errFunction = errors.New("the result is a function")

// fromQuery turns what jsonata-go returns (whose functions give ints, []string and
// so on) back into plain JSON values.
func fromQuery(value any) (any, error) {
	switch value := value.(type) {
	case nil, bool, float64, string:
		return value, nil
	case jtypes.Callable:
		return nil, errFunction
	}

	v := jtypes.Resolve(reflect.ValueOf(value))

	switch v.Kind() { //nolint:exhaustive // What JSONata has no type for is an error below.
	case reflect.Pointer, reflect.Interface, reflect.Invalid:
		return nil, nil //nolint:nilnil // JSON's null.
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Float32, reflect.Float64:
		return v.Float(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return float64(v.Uint()), nil
	case reflect.Slice, reflect.Array:
		return fromQueryArray(v)
	case reflect.Map:
		return fromQueryObject(v)
	default:
		return nil, fmt.Errorf("%w (%s)", errFunction, v.Type())
	}
}

func fromQueryArray(v reflect.Value) (any, error) {
	out := make([]any, v.Len())

	for i := range out {
		item, err := fromQuery(v.Index(i).Interface())
		if err != nil {
			return nil, err
		}

		out[i] = item
	}

	return out, nil
}

func fromQueryObject(v reflect.Value) (any, error) {
	out := make(map[string]any, v.Len())

	for _, key := range v.MapKeys() {
		item, err := fromQuery(v.MapIndex(key).Interface())
		if err != nil {
			return nil, err
		}

		out[key.String()] = item
	}

	return out, nil
}
