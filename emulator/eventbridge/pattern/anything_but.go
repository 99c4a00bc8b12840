package pattern

import (
	"encoding/json"
	"slices"
)

// parseAnythingBut reads {"anything-but": "a" | 1 | ["a", "b"] | [1, 2]}. It also reads an
// operator on strings with one or several operands.
func parseAnythingBut(operand any, path []string) (matcher, error) {
	if nested, ok := operand.(map[string]any); ok {
		return parseAnythingButOperator(nested, path)
	}

	literals, ok := operand.([]any)
	if !ok {
		literals = []any{operand}
	}

	if len(literals) == 0 {
		return nil, problem(path, "Empty arrays are not allowed")
	}

	_, ofStrings := literals[0].(string)

	for _, literal := range literals {
		_, isString := literal.(string)
		_, isNumber := literal.(json.Number)

		if isString != ofStrings || (!isString && !isNumber) {
			return nil, problem(path, "Inside anything but list, either all values are number or string, mixed type is not supported")
		}
	}

	return matchFunc(func(value any) bool { return value != nil && !slices.Contains(literals, value) }), nil
}

func parseAnythingButOperator(nested map[string]any, path []string) (matcher, error) {
	if len(nested) != 1 {
		return nil, problem(path, "Only one key allowed in match expression")
	}

	var unwanted []matcher

	for operator, operand := range nested {
		switch operator {
		case "prefix", "suffix", "equals-ignore-case", "wildcard":
		default:
			return nil, problem(path, "Unsupported anything-but pattern: %s", operator)
		}

		operands, ok := operand.([]any)
		if !ok {
			operands = []any{operand}
		}

		if len(operands) == 0 {
			return nil, problem(path, "Empty arrays are not allowed")
		}

		for _, one := range operands {
			m, err := parseOperator(operator, one, path)
			if err != nil {
				return nil, err
			}

			unwanted = append(unwanted, m)
		}
	}

	return onStrings(func(text string) bool {
		return !slices.ContainsFunc(unwanted, func(m matcher) bool { return m.match(text) })
	}), nil
}
