package jsonata

import (
	"fmt"
	"math"
	"strconv"
)

// significantDigits is the precision of $string, which uses JavaScript's toPrecision(15).
const significantDigits = 15

// textOf returns $string(value). It is "" for undefined and for functions.
// https://docs.jsonata.org/string-functions#string
func (e *evaluation) textOf(value any, indent bool) (string, error) {
	switch value := value.(type) {
	case undefined, *function:
		return "", nil
	case string:
		return value, nil
	case bool:
		return strconv.FormatBool(value), nil
	case nil:
		return "null", nil
	}

	size, err := e.sizeOf(value, 0, indent)
	if err != nil {
		return "", err
	}

	// The rounded copy, the encoder's growing buffer, and the string.
	const copies = 8
	if err := e.takeItems(size, copies); err != nil {
		return "", err
	}

	return marshalPlain(value, indent)
}

// Upper limits of the size of JSON punctuation.
const (
	jsonNumberBytes = 25 // -1.7976931348623157e+308
	jsonItemBytes   = 4  // Quotes, a comma and a colon.
	jsonEscapeBytes = 6  // \u001f
	// plainItemBytes is the size of an item in the rounded copy.
	plainItemBytes = 16
	indentBytes    = 2
)

// sizeOf returns an upper limit of the size of a value's JSON. A value with shared parts
// needs less memory than its JSON, so the walk over the value also counts as work.
func (e *evaluation) sizeOf(value any, depth int, indent bool) (int, error) {
	if err := e.step(); err != nil {
		return 0, err
	}

	if depth > maxEvaluationDepth {
		return 0, errEvaluationDepth
	}

	size := jsonItemBytes + plainItemBytes
	if indent {
		size += depth*indentBytes + 1
	}

	switch value := value.(type) {
	case string:
		size += escapedLength(value)
	case []any:
		for _, item := range value {
			inner, err := e.sizeOf(item, depth+1, indent)
			if err != nil {
				return 0, err
			}

			if size += inner; size > e.bytes {
				return 0, errEvaluationMemory
			}
		}
	case map[string]any:
		for name, item := range value {
			inner, err := e.sizeOf(item, depth+1, indent)
			if err != nil {
				return 0, err
			}

			if size += inner + escapedLength(name) + jsonItemBytes; size > e.bytes {
				return 0, errEvaluationMemory
			}
		}
	default:
		size += jsonNumberBytes
	}

	return size, nil
}

// escapedLength returns an upper limit of a string's length in JSON.
func escapedLength(text string) int {
	length := len(text)

	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			length += jsonEscapeBytes - 1
		}
	}

	return length
}

// rounded rounds all numbers to significantDigits and replaces functions by "".
func rounded(value any) any {
	switch value := value.(type) {
	case float64:
		if value == math.Trunc(value) {
			return value + 0 // Removes the sign of -0.
		}

		short, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', significantDigits, 64), 64)
		if err != nil {
			return value
		}

		return short
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = rounded(item)
		}

		return out
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, item := range value {
			out[key] = rounded(item)
		}

		return out
	case *function:
		return ""
	default:
		return value
	}
}

// export checks the result of an expression. It must be JSON without functions, and its
// text must fit into the size limit for the results of one state's fields. Values are never
// changed, so export does not copy it.
func (e *evaluation) export(value any) error {
	return e.exportAt(value, 0)
}

func (e *evaluation) exportAt(value any, depth int) error {
	if err := e.step(); err != nil {
		return err
	}

	if depth > maxResultDepth {
		return fmt.Errorf("%w: it nests more than %d levels", errResult, maxResultDepth)
	}

	size := jsonItemBytes

	switch value := value.(type) {
	case *function:
		return errFunction
	case float64:
		if _, err := finite(value); err != nil {
			return err
		}

		size += jsonItemBytes
	case string:
		size += len(value)
	case []any:
		for _, item := range value {
			if err := e.exportAt(item, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, item := range value {
			size += len(name)

			if err := e.exportAt(item, depth+1); err != nil {
				return err
			}
		}
	}

	if e.results -= size; e.results < 0 {
		return fmt.Errorf("%w: it is over %d MiB", errResult, maxResultBytes>>20)
	}

	return nil
}
