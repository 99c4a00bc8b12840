// Package pattern parses and matches the event patterns of EventBridge's rules.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Pattern is a parsed event pattern. It is immutable and safe for concurrent use.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
type Pattern struct {
	root *objectPattern
}

// Error describes an error in a pattern.
type Error struct {
	Path    string // The position, such as "detail.reason".
	Message string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Path == "" {
		return "Event pattern is not valid. Reason: " + e.Message
	}

	return fmt.Sprintf("Event pattern is not valid. Reason: %s at %s", e.Message, e.Path)
}

// objectPattern matches an object: every field, and one alternative of every $or.
type objectPattern struct {
	fields       map[string]fieldPattern
	alternatives [][]*objectPattern
}

// fieldPattern matches a field: an object, or a leaf that one matcher accepts.
type fieldPattern struct {
	object   *objectPattern
	matchers []matcher
}

// maxDepth limits the nesting of a pattern. Real events are far less deep.
const maxDepth = 64

// Parse parses a pattern. An error is a *Error. If an operator is not one of
// AWS's, the error names it.
func Parse(text []byte) (*Pattern, error) {
	value, err := decode(text)
	if err != nil {
		return nil, &Error{Message: "it is not JSON: " + err.Error()}
	}

	object, ok := value.(map[string]any)
	if !ok {
		return nil, &Error{Message: "it must be an object"}
	}

	root, err := parseObject(object, nil)
	if err != nil {
		return nil, err
	}

	return &Pattern{root: root}, nil
}

// decode reads one JSON value and keeps numbers as they are written.
func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()

	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}

	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("unexpected data after the value")
	}

	return markNulls(value), nil
}

// null is JSON's null. A nil value means that the field is absent.
type null struct{}

func markNulls(value any) any {
	switch value := value.(type) {
	case nil:
		return null{}
	case map[string]any:
		for name, member := range value {
			value[name] = markNulls(member)
		}
	case []any:
		for i, element := range value {
			value[i] = markNulls(element)
		}
	}

	return value
}

func parseObject(object map[string]any, path []string) (*objectPattern, error) {
	if len(object) == 0 {
		return nil, problem(path, "Empty objects are not allowed")
	}

	if len(path) > maxDepth {
		return nil, problem(path, "it is nested too deeply")
	}

	out := &objectPattern{fields: map[string]fieldPattern{}}

	for _, name := range slices.Sorted(maps.Keys(object)) {
		here := append(slices.Clone(path), name)

		if name == "$or" {
			alternatives, err := parseOr(object[name], path, here)
			if err != nil {
				return nil, err
			}

			out.alternatives = append(out.alternatives, alternatives)

			continue
		}

		field, err := parseField(object[name], here)
		if err != nil {
			return nil, err
		}

		out.fields[name] = field
	}

	return out, nil
}

func parseOr(value any, path, here []string) ([]*objectPattern, error) {
	const fewest = 2

	list, ok := value.([]any)
	if !ok || len(list) < fewest {
		return nil, problem(here, "$or must be an array of at least two objects")
	}

	alternatives := make([]*objectPattern, 0, len(list))

	for _, entry := range list {
		object, ok := entry.(map[string]any)
		if !ok {
			return nil, problem(here, "$or must be an array of objects")
		}

		alternative, err := parseObject(object, append(slices.Clone(path), "$or"))
		if err != nil {
			return nil, err
		}

		alternatives = append(alternatives, alternative)
	}

	return alternatives, nil
}

func parseField(value any, path []string) (fieldPattern, error) {
	switch value := value.(type) {
	case map[string]any:
		object, err := parseObject(value, path)

		return fieldPattern{object: object}, err
	case []any:
		if len(value) == 0 {
			return fieldPattern{}, problem(path, "Empty arrays are not allowed")
		}

		matchers := make([]matcher, 0, len(value))

		for _, entry := range value {
			m, err := parseMatcher(entry, path)
			if err != nil {
				return fieldPattern{}, err
			}

			matchers = append(matchers, m)
		}

		return fieldPattern{matchers: matchers}, nil
	default:
		return fieldPattern{}, problem(path, "a field must be an object or an array")
	}
}

func problem(path []string, format string, args ...any) error {
	return &Error{Path: strings.Join(path, "."), Message: fmt.Sprintf(format, args...)}
}
