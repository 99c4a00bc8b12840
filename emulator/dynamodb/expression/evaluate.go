package expression

import (
	"slices"
	"strings"

	"triptych/emulator/dynamodb/attribute"
)

// Match reports whether the item meets the condition. An item that does not exist is an
// empty map. Evaluation never fails: a comparison of values that cannot be compared is
// false.
func (c Condition) Match(item attribute.Map) bool { return holds(c.root, item) }

func holds(n node, item attribute.Map) bool {
	switch n := ungroup(n).(type) {
	case *logicalNode:
		if n.operator == keywordAnd {
			return holds(n.left, item) && holds(n.right, item)
		}

		return holds(n.left, item) || holds(n.right, item)
	case *notNode:
		return !holds(n.inner, item)
	case *comparisonNode:
		return compares(n.operator, valueOf(n.left, item), valueOf(n.right, item))
	case *betweenNode:
		operand := valueOf(n.operand, item)

		return compares(">=", operand, valueOf(n.low, item)) && compares("<=", operand, valueOf(n.high, item))
	case *inNode:
		operand := valueOf(n.operand, item)

		return slices.ContainsFunc(n.choices, func(choice node) bool {
			return attribute.Equal(operand, valueOf(choice, item))
		})
	case *callNode:
		return callHolds(n, item)
	default: // Binding accepted no operand as a condition.
		return false
	}
}

// valueOf returns the value of an operand, or nil if the item has none.
func valueOf(n node, item attribute.Map) attribute.Value {
	switch n := ungroup(n).(type) {
	case *valueNode:
		return n.value
	case *pathNode:
		return n.path.lookup(item)
	case *callNode: // Only size has a value.
		return sizeOf(valueOf(n.arguments[0], item))
	default:
		return nil
	}
}

// compares evaluates a comparison. Values of different types are unequal and have no
// order. The same is true for a missing value.
func compares(operator string, left, right attribute.Value) bool {
	switch operator {
	case "=":
		return attribute.Equal(left, right)
	case "<>":
		return !attribute.Equal(left, right)
	}

	order, ordered := attribute.Compare(left, right)
	if !ordered {
		return false
	}

	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default: // ">="
		return order >= 0
	}
}

func callHolds(n *callNode, item attribute.Map) bool {
	subject := valueOf(n.arguments[0], item)

	switch n.function {
	case functionExists:
		return subject != nil
	case functionNotExists:
		return subject == nil
	}

	operand := valueOf(n.arguments[1], item)
	if subject == nil || operand == nil {
		return false
	}

	switch n.function {
	case functionType:
		return attribute.Equal(attribute.String(subject.Kind()), operand)
	case functionBeginsWith:
		return beginsWith(subject, operand)
	default:
		return contains(subject, operand)
	}
}

func beginsWith(subject, prefix attribute.Value) bool {
	switch subject := subject.(type) {
	case attribute.String:
		text, same := prefix.(attribute.String)

		return same && strings.HasPrefix(string(subject), string(text))
	case attribute.Binary:
		bytes, same := prefix.(attribute.Binary)

		return same && strings.HasPrefix(string(subject), string(bytes))
	default:
		return false
	}
}

// contains reports whether a string or binary contains a part, or a set or list contains
// an element.
func contains(subject, operand attribute.Value) bool {
	equalsOperand := func(element attribute.Value) bool { return attribute.Equal(element, operand) }

	switch subject := subject.(type) {
	case attribute.String:
		part, same := operand.(attribute.String)

		return same && strings.Contains(string(subject), string(part))
	case attribute.Binary:
		part, same := operand.(attribute.Binary)

		return same && strings.Contains(string(subject), string(part))
	case attribute.List:
		return slices.ContainsFunc(subject, equalsOperand)
	default:
		elements, _ := attribute.Elements(subject)

		return slices.ContainsFunc(elements, equalsOperand)
	}
}

// sizeOf returns the size of a value: the bytes of a string (as UTF-8) or of a binary, or
// the number of elements. It returns nil for types without a size.
func sizeOf(v attribute.Value) attribute.Value {
	switch v := v.(type) {
	case attribute.String:
		return count(len(v))
	case attribute.Binary:
		return count(len(v))
	case attribute.List:
		return count(len(v))
	case attribute.Map:
		return count(len(v))
	default:
		elements, isSet := attribute.Elements(v)
		if !isSet {
			return nil
		}

		return count(len(elements))
	}
}

func count(n int) attribute.Value { return attribute.NumberOf(int64(n)) }

// Reads lists the top-level attributes that the condition reads.
func (c Condition) Reads() []string {
	var names []string

	walk(c.root, func(n node) {
		if path, isPath := n.(*pathNode); isPath {
			names = append(names, path.path[0].Name)
		}
	})

	slices.Sort(names)

	return slices.Compact(names)
}

// walk visits the nodes of a condition, outer nodes first.
func walk(n node, visit func(node)) {
	visit(n)

	switch n := n.(type) {
	case *groupNode:
		walk(n.inner, visit)
	case *logicalNode:
		walk(n.left, visit)
		walk(n.right, visit)
	case *notNode:
		walk(n.inner, visit)
	case *comparisonNode:
		walk(n.left, visit)
		walk(n.right, visit)
	case *betweenNode:
		walk(n.operand, visit)
		walk(n.low, visit)
		walk(n.high, visit)
	case *inNode:
		walk(n.operand, visit)
		walkAll(n.choices, visit)
	case *callNode:
		walkAll(n.arguments, visit)
	}
}

func walkAll(nodes []node, visit func(node)) {
	for _, n := range nodes {
		walk(n, visit)
	}
}
