package jsonata

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/blues/jsonata-go/jparse"
)

var (
	errOperandNumber  = errors.New("both sides of an arithmetic operator must be numbers")
	errNegation       = errors.New("only a number can be negated")
	errNumberRange    = errors.New("Number out of range") //nolint:staticcheck // JSONata's words.
	errCompareType    = errors.New("both sides of <, <=, > and >= must be numbers or strings")
	errCompareMixed   = errors.New("a number cannot be compared with a string by <, <=, > or >=")
	errNotAFunction   = errors.New("the called value is not a function")
	errComposeOperand = errors.New("the right side of ~> must be a function")
)

// both evaluates two operands, the left one first.
func (e *evaluation) both(lhs, rhs jparse.Node, input any, vars *variables) (any, any, error) {
	left, err := e.eval(lhs, input, vars)
	if err != nil {
		return nil, nil, err
	}

	right, err := e.eval(rhs, input, vars)

	return left, right, err
}

func (e *evaluation) negation(node *jparse.NegationNode, input any, vars *variables) (any, error) {
	value, err := e.eval(node.RHS, input, vars)
	if err != nil {
		return nil, err
	}

	switch value := value.(type) {
	case undefined:
		return value, nil
	case float64:
		return -value, nil
	default:
		return nil, errNegation
	}
}

func (e *evaluation) numeric(node *jparse.NumericOperatorNode, input any, vars *variables) (any, error) {
	left, right, err := e.both(node.LHS, node.RHS, input, vars)
	if err != nil {
		return nil, err
	}

	a, isNumberA := left.(float64)
	b, isNumberB := right.(float64)
	_, noA := left.(undefined)
	_, noB := right.(undefined)

	if !isNumberA && !noA || !isNumberB && !noB {
		return nil, errOperandNumber
	}

	if noA || noB {
		return undefined{}, nil
	}

	var out float64

	switch node.Type {
	case jparse.NumericAdd:
		out = a + b
	case jparse.NumericSubtract:
		out = a - b
	case jparse.NumericMultiply:
		out = a * b
	case jparse.NumericDivide:
		out = a / b
	case jparse.NumericModulo:
		out = math.Mod(a, b)
	default:
		return nil, fmt.Errorf("%w: operator %v", errUnknownNode, node.Type)
	}

	return finite(out)
}

// finite returns an error for numbers that JSON does not have.
func finite(number float64) (any, error) {
	if math.IsInf(number, 0) || math.IsNaN(number) {
		return nil, errNumberRange
	}

	return number, nil
}

func (e *evaluation) comparison(node *jparse.ComparisonOperatorNode, input any, vars *variables) (any, error) {
	left, right, err := e.both(node.LHS, node.RHS, input, vars)
	if err != nil {
		return nil, err
	}

	_, noA := left.(undefined)
	_, noB := right.(undefined)

	switch node.Type { // The other operators are order comparisons.
	case jparse.ComparisonEqual, jparse.ComparisonNotEqual:
		// A missing value is neither equal to another value nor different from it.
		if noA || noB {
			return false, nil
		}

		same, err := e.equal(left, right)

		return same == (node.Type == jparse.ComparisonEqual), err
	case jparse.ComparisonIn:
		if noA || noB {
			return false, nil
		}

		return e.in(left, items(right))
	default:
		return e.inOrder(node.Type, left, right)
	}
}

func (e *evaluation) in(value any, list []any) (any, error) {
	switch value.(type) {
	case []any, map[string]any:
		return false, nil // They are compared by identity, and each value is distinct.
	}

	for _, item := range list {
		if same, err := e.equal(value, item); err != nil || same {
			return same, err
		}
	}

	return false, nil
}

func (e *evaluation) inOrder(operator jparse.ComparisonOperator, left, right any) (any, error) {
	letters := typeLetter(left) + typeLetter(right)

	switch {
	case strings.Trim(letters, "nsm") != "":
		return nil, errCompareType
	case strings.Contains(letters, "m"):
		return undefined{}, nil
	case letters[0] != letters[1]:
		return nil, errCompareMixed
	}

	var order int

	if a, ok := left.(float64); ok {
		b, _ := right.(float64)
		order = cmp.Compare(a, b)
	} else {
		a, _ := left.(string)
		b, _ := right.(string)
		order = strings.Compare(a, b)
	}

	switch operator { // The other operators are not order comparisons.
	case jparse.ComparisonLess:
		return order < 0, nil
	case jparse.ComparisonLessEqual:
		return order <= 0, nil
	case jparse.ComparisonGreater:
		return order > 0, nil
	default:
		return order >= 0, nil
	}
}

// equal compares two values deeply. Functions are equal if they are the same function.
func (e *evaluation) equal(a, b any) (bool, error) {
	if err := e.step(); err != nil {
		return false, err
	}

	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false, nil
		}

		for i := range a {
			if same, err := e.equal(a[i], b[i]); err != nil || !same {
				return false, err
			}
		}

		return true, nil
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false, nil
		}

		return e.equalMembers(a, b)
	default:
		switch b.(type) {
		case []any, map[string]any:
			return false, nil
		default:
			return a == b, nil
		}
	}
}

func (e *evaluation) equalMembers(a, b map[string]any) (bool, error) {
	for name, value := range a {
		other, ok := b[name]
		if !ok {
			return false, nil
		}

		if same, err := e.equal(value, other); err != nil || !same {
			return false, err
		}
	}

	return true, nil
}

// boolean evaluates "and" and "or". It evaluates the right side only if the left side does
// not decide the result.
func (e *evaluation) boolean(node *jparse.BooleanOperatorNode, input any, vars *variables) (any, error) {
	left, err := e.truth(node.LHS, input, vars)
	if err != nil {
		return nil, err
	}

	if left == (node.Type == jparse.BooleanOr) {
		return left, nil
	}

	return e.truth(node.RHS, input, vars)
}

// truth evaluates a condition.
func (e *evaluation) truth(node jparse.Node, input any, vars *variables) (bool, error) {
	value, err := e.eval(node, input, vars)
	if err != nil {
		return false, err
	}

	return e.truthy(value)
}

// truthy returns $boolean of a value, and false for undefined.
// https://docs.jsonata.org/boolean-functions#boolean
func (e *evaluation) truthy(value any) (bool, error) {
	switch value := value.(type) {
	case bool:
		return value, nil
	case float64:
		return value != 0, nil
	case string:
		return value != "", nil
	case []any:
		for _, item := range value {
			if err := e.step(); err != nil {
				return false, err
			}

			if yes, err := e.truthy(item); err != nil || yes {
				return yes, err
			}
		}

		return false, nil
	case map[string]any:
		return len(value) > 0, nil
	default:
		return false, nil
	}
}

func (e *evaluation) concatenation(node *jparse.StringConcatenationNode, input any, vars *variables) (any, error) {
	left, right, err := e.both(node.LHS, node.RHS, input, vars)
	if err != nil {
		return nil, err
	}

	a, err := e.textOf(left, false)
	if err != nil {
		return nil, err
	}

	b, err := e.textOf(right, false)
	if err != nil {
		return nil, err
	}

	if err := e.take(len(a) + len(b) + itemBytes); err != nil {
		return nil, err
	}

	return a + b, nil
}
