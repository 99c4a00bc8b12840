package expression

import "triptych/emulator/dynamodb/attribute"

// updateFunctionOperands is the number of operands of if_not_exists and list_append.
const updateFunctionOperands = 2

// bindUpdate resolves an update's placeholders and checks functions and constants. It
// also checks that no two paths overlap.
func bindUpdate(changes []change, placeholders *Placeholders) error {
	b := updateBinder{placeholders}
	paths := make([]Path, len(changes))

	for i, c := range changes {
		if err := placeholders.bindPath(c.path); err != nil {
			return err
		}

		paths[i] = c.path.path

		if err := b.change(c); err != nil {
			return err
		}
	}

	return checkDistinct(paths)
}

type updateBinder struct{ placeholders *Placeholders }

func (b updateBinder) change(c change) error {
	if c.action == actionRemove {
		return nil
	}

	if err := b.operand(c.operand); err != nil {
		return err
	}

	if c.action == actionSet {
		return nil
	}

	value := constant(c.operand)
	_, isSet := attribute.Elements(value)

	if isSet || c.action == actionAdd && value.Kind() == attribute.KindNumber {
		return nil
	}

	return refuse("Incorrect operand type for operator or function; operator: %s, operand type: %s",
		string(c.action), longName(value.Kind()))
}

func (b updateBinder) operand(n node) error {
	switch n := ungroup(n).(type) {
	case *pathNode:
		return b.placeholders.bindPath(n)
	case *valueNode:
		return b.placeholders.bindValue(n)
	case *sumNode:
		if err := b.operands(n.left, n.right); err != nil {
			return err
		}

		return checkKinds(n.operator, []attribute.Kind{attribute.KindNumber}, n.left, n.right)
	case *callNode:
		return b.call(n)
	default: // The grammar of updates has no other node.
		return refuse("Syntax error; a condition stands in the place of an operand")
	}
}

func (b updateBinder) operands(nodes ...node) error {
	for _, n := range nodes {
		if err := b.operand(n); err != nil {
			return err
		}
	}

	return nil
}

func (b updateBinder) call(n *callNode) error {
	switch {
	case isConditionFunction(n.function):
		return refuse("The function is not allowed in an update expression; function: %s", n.function)
	case !isUpdateFunction(n.function):
		return refuse("Invalid function name; function: %s", n.function)
	}

	if err := checkCount(n, updateFunctionOperands); err != nil {
		return err
	}

	if err := b.operands(n.arguments...); err != nil {
		return err
	}

	if n.function == functionIfNotExists {
		return requirePath(n)
	}

	return checkKinds(n.function, []attribute.Kind{attribute.KindList}, n.arguments...)
}

// longName is the name of a type in the errors of ADD and DELETE.
func longName(kind attribute.Kind) string {
	switch kind {
	case attribute.KindString:
		return "STRING"
	case attribute.KindNumber:
		return "NUMBER"
	case attribute.KindBinary:
		return "BINARY"
	case attribute.KindBool:
		return "BOOLEAN"
	case attribute.KindList:
		return "LIST"
	case attribute.KindMap:
		return "MAP"
	case attribute.KindNull, attribute.KindStringSet, attribute.KindNumberSet, attribute.KindBinarySet:
		return string(kind)
	default:
		return string(kind)
	}
}
