package expression

import (
	"slices"
	"strings"

	"triptych/emulator/dynamodb/attribute"
)

// conditionBinder resolves a condition's placeholders and checks everything that does not
// need an item: functions, their operands, the types of constants.
type conditionBinder struct{ placeholders *Placeholders }

// condition binds a node in the position of a condition.
func (b conditionBinder) condition(n node) error {
	switch n := ungroup(n).(type) {
	case *logicalNode:
		if err := b.condition(n.left); err != nil {
			return err
		}

		return b.condition(n.right)
	case *notNode:
		return b.condition(n.inner)
	case *comparisonNode:
		return b.comparison(n)
	case *betweenNode:
		return b.between(n)
	case *inNode:
		return b.operands(append([]node{n.operand}, n.choices...)...)
	case *callNode:
		if n.function == functionSize {
			return misused(n.function)
		}

		return b.call(n)
	default: // The parser accepts no operand as a condition.
		return refuse("Syntax error; an operand stands in the place of a condition")
	}
}

// operands binds nodes in the position of values.
func (b conditionBinder) operands(nodes ...node) error {
	for _, n := range nodes {
		if err := b.operand(n); err != nil {
			return err
		}
	}

	return nil
}

func (b conditionBinder) operand(n node) error {
	switch n := ungroup(n).(type) {
	case *pathNode:
		return b.placeholders.bindPath(n)
	case *valueNode:
		return b.placeholders.bindValue(n)
	case *callNode:
		if isConditionFunction(n.function) && n.function != functionSize {
			return misused(n.function)
		}

		return b.call(n)
	default:
		return refuse("Syntax error; a condition stands in the place of an operand")
	}
}

func misused(function string) error {
	return refuse("The function is not allowed to be used this way in an expression; function: %s", function)
}

func (b conditionBinder) comparison(n *comparisonNode) error {
	if err := b.operands(n.left, n.right); err != nil {
		return err
	}

	if err := distinctOperands(n.operator, n.left, n.right); err != nil {
		return err
	}

	if n.operator == "=" || n.operator == "<>" {
		return nil
	}

	return checkKinds(n.operator, orderedKinds(), n.left, n.right)
}

func (b conditionBinder) between(n *betweenNode) error {
	if err := b.operands(n.operand, n.low, n.high); err != nil {
		return err
	}

	if err := checkKinds(keywordBetween, orderedKinds(), n.operand, n.low, n.high); err != nil {
		return err
	}

	low, high := constant(n.low), constant(n.high)
	if low == nil || high == nil {
		return nil
	}

	switch order, ordered := attribute.Compare(low, high); {
	case !ordered:
		return refuse("The BETWEEN operator requires same data type for lower and upper bounds; "+
			"lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s", shown(low), shown(high))
	case order > 0:
		return refuse("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "+
			"lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s", shown(low), shown(high))
	default:
		return nil
	}
}

// call checks a function of conditions and binds its operands.
func (b conditionBinder) call(n *callNode) error {
	wanted, known := conditionFunctionOperands(n.function)

	switch {
	case isUpdateFunction(n.function):
		return refuse("The function is not allowed in a condition expression; function: %s", n.function)
	case !known:
		return refuse("Invalid function name; function: %s", n.function)
	}

	if err := checkCount(n, wanted); err != nil {
		return err
	}

	if err := b.operands(n.arguments...); err != nil {
		return err
	}

	return checkArguments(n)
}

func checkArguments(n *callNode) error {
	switch n.function {
	case functionExists, functionNotExists:
		return requirePath(n)
	case functionSize:
		return checkKinds(n.function, []attribute.Kind{
			attribute.KindString, attribute.KindBinary, attribute.KindList, attribute.KindMap,
			attribute.KindStringSet, attribute.KindNumberSet, attribute.KindBinarySet,
		}, n.arguments[0])
	case functionType:
		return checkTypeName(n)
	case functionBeginsWith:
		if err := distinctOperands(n.function, n.arguments[0], n.arguments[1]); err != nil {
			return err
		}

		return checkKinds(n.function, []attribute.Kind{attribute.KindString, attribute.KindBinary}, n.arguments...)
	default: // contains
		return distinctOperands(n.function, n.arguments[0], n.arguments[1])
	}
}

func checkTypeName(n *callNode) error {
	name, isString := constant(n.arguments[1]).(attribute.String)
	if !isString {
		kind := "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
		if given := constant(n.arguments[1]); given != nil {
			kind = string(given.Kind())
		}

		return refuse("Incorrect operand type for operator or function; operator or function: %s, operand type: %s",
			n.function, kind)
	}

	if !slices.Contains([]attribute.Kind{
		attribute.KindString, attribute.KindNumber, attribute.KindBinary, attribute.KindBool, attribute.KindNull,
		attribute.KindList, attribute.KindMap, attribute.KindStringSet, attribute.KindNumberSet, attribute.KindBinarySet,
	}, attribute.Kind(name)) {
		return refuse("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", name)
	}

	return nil
}

func checkCount(n *callNode, wanted int) error {
	if len(n.arguments) != wanted {
		return refuse("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
			n.function, len(n.arguments))
	}

	return nil
}

func requirePath(n *callNode) error {
	if _, isPath := ungroup(n.arguments[0]).(*pathNode); !isPath {
		return refuse("Operator or function requires a document path; operator or function: %s", n.function)
	}

	return nil
}

// checkKinds rejects a constant of a type that the operator never accepts.
func checkKinds(operator string, allowed []attribute.Kind, operands ...node) error {
	for _, n := range operands {
		if value := constant(n); value != nil && !slices.Contains(allowed, value.Kind()) {
			return refuse("Incorrect operand type for operator or function; operator or function: %s, operand type: %s",
				operator, value.Kind())
		}
	}

	return nil
}

func orderedKinds() []attribute.Kind {
	return []attribute.Kind{attribute.KindString, attribute.KindNumber, attribute.KindBinary}
}

// constant returns the value of a :placeholder, or nil for any other node.
func constant(n node) attribute.Value {
	if value, isValue := ungroup(n).(*valueNode); isValue {
		return value.value
	}

	return nil
}

func distinctOperands(operator string, left, right node) error {
	one, isPath := ungroup(left).(*pathNode)
	two, both := ungroup(right).(*pathNode)

	if isPath && both && slices.Equal(one.path, two.path) {
		return refuse("The first operand must be distinct from the remaining operands for this operator or function; "+
			"operator: %s, first operand: %s", operator, one.path)
	}

	return nil
}

// shown formats a value as DynamoDB's messages do: {S:text}.
func shown(v attribute.Value) string {
	json := string(attribute.Map{"": v}.AppendJSON(nil))

	return strings.NewReplacer(`"`, "").Replace(strings.TrimSuffix(strings.TrimPrefix(json, `{"":`), "}"))
}
