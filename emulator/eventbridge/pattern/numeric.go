package pattern

import (
	"encoding/json"
	"math"
	"slices"
)

// maxNumeric limits the numbers that numeric matching compares.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching
const maxNumeric = 5e9

// bound is one comparison of a numeric range.
type bound struct {
	operator string
	limit    float64
}

func (b bound) holds(number float64) bool {
	switch b.operator {
	case "=":
		return number == b.limit
	case "<":
		return number < b.limit
	case "<=":
		return number <= b.limit
	case ">":
		return number > b.limit
	default:
		return number >= b.limit
	}
}

// parseNumeric reads {"numeric": ["=", 5]} and {"numeric": [">", 0, "<=", 5]}.
func parseNumeric(operand any, path []string) (matcher, error) {
	const pair, pairs = 2, 4

	list, ok := operand.([]any)
	if !ok || (len(list) != pair && len(list) != pairs) {
		return nil, problem(path, "Numeric match must be an operator and a number, or two of each")
	}

	var bounds []bound

	for i := 0; i < len(list); i += pair {
		operator, _ := list[i].(string)
		if !slices.Contains([]string{"=", "<", "<=", ">", ">="}, operator) || (operator == "=" && len(list) != pair) {
			return nil, problem(path, "Unrecognized numeric range operator: %v", list[i])
		}

		limit, ok := toNumber(list[i+1])
		if !ok {
			return nil, problem(path, "Value of %s must be numeric, from -5.0e9 to 5.0e9", operator)
		}

		bounds = append(bounds, bound{operator: operator, limit: limit})
	}

	return matchFunc(func(value any) bool {
		number, ok := toNumber(value)

		return ok && !slices.ContainsFunc(bounds, func(b bound) bool { return !b.holds(number) })
	}), nil
}

func toNumber(value any) (float64, bool) {
	literal, ok := value.(json.Number)
	if !ok {
		return 0, false
	}

	number, err := literal.Float64()

	return number, err == nil && math.Abs(number) <= maxNumeric
}
