package expression

import (
	"slices"
	"strings"

	"triptych/emulator/dynamodb/attribute"
)

// KeyOperator is the operator of a key condition: =, <, <=, >, >=, BETWEEN or
// begins_with.
type KeyOperator string

// The operators of key conditions.
const (
	KeyEquals         KeyOperator = "="
	KeyLess           KeyOperator = "<"
	KeyLessOrEqual    KeyOperator = "<="
	KeyGreater        KeyOperator = ">"
	KeyGreaterOrEqual KeyOperator = ">="
	KeyBetween        KeyOperator = keywordBetween
	KeyBeginsWith     KeyOperator = functionBeginsWith
)

// KeyCondition is a condition on one key attribute. BETWEEN has two operands,
// every other operator one.
type KeyCondition struct {
	Attribute string
	Operator  KeyOperator
	Operands  []attribute.Value
}

// ParseKeyConditions parses and binds the key conditions of a Query: at most one
// condition for each attribute, joined by AND. It does not check whether the attributes
// are keys. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
func ParseKeyConditions(text string, placeholders *Placeholders) ([]KeyCondition, error) {
	parsed, err := ParseCondition(KeyConditionExpression, text, placeholders)
	if err != nil {
		return nil, err
	}

	conditions, err := keyConditions(parsed.root)
	if err != nil {
		return nil, err
	}

	for i, condition := range conditions {
		if slices.ContainsFunc(conditions[:i], func(c KeyCondition) bool { return c.Attribute == condition.Attribute }) {
			return nil, refuse("KeyConditionExpressions must only contain one condition per key")
		}
	}

	return conditions, nil
}

func keyConditions(n node) ([]KeyCondition, error) {
	switch n := ungroup(n).(type) {
	case *logicalNode:
		if n.operator != keywordAnd {
			return nil, notInKeys(n.operator)
		}

		left, err := keyConditions(n.left)
		if err != nil {
			return nil, err
		}

		right, err := keyConditions(n.right)

		return append(left, right...), err
	case *notNode:
		return nil, notInKeys(keywordNot)
	case *inNode:
		return nil, notInKeys(keywordIn)
	case *comparisonNode:
		return comparisonKey(n)
	case *betweenNode:
		return keyCondition(KeyBetween, n.operand, n.low, n.high)
	case *callNode:
		if n.function != functionBeginsWith {
			return nil, notInKeys(n.function)
		}

		return keyCondition(KeyBeginsWith, n.arguments[0], n.arguments[1])
	default: // Binding accepted no other node as a condition.
		return nil, notInKeys("operand")
	}
}

func notInKeys(operator string) error {
	return refuse("Invalid operator used in KeyConditionExpression: %s", operator)
}

// comparisonKey accepts key = :value and the reverse, :value = key.
func comparisonKey(n *comparisonNode) ([]KeyCondition, error) {
	if n.operator == "<>" {
		return nil, notInKeys(n.operator)
	}

	if constant(n.left) == nil {
		return keyCondition(KeyOperator(n.operator), n.left, n.right)
	}

	turned := strings.NewReplacer("<", ">", ">", "<").Replace(n.operator)

	return keyCondition(KeyOperator(turned), n.right, n.left)
}

func keyCondition(operator KeyOperator, key node, operands ...node) ([]KeyCondition, error) {
	values := make([]attribute.Value, len(operands))

	for i, operand := range operands {
		switch operand := ungroup(operand).(type) {
		case *valueNode:
			values[i] = operand.value
		case *pathNode:
			return nil, refuse("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		default:
			return nil, refuse("KeyConditionExpressions cannot contain nested operations")
		}
	}

	switch key := ungroup(key).(type) {
	case *pathNode:
		if len(key.path) > 1 {
			return nil, refuse("KeyConditionExpressions cannot have conditions on nested attributes")
		}

		return []KeyCondition{{Attribute: key.path[0].Name, Operator: operator, Operands: values}}, nil
	case *valueNode:
		return nil, refuse("Invalid condition in KeyConditionExpression: No key attribute specified")
	default:
		return nil, refuse("KeyConditionExpressions cannot contain nested operations")
	}
}
