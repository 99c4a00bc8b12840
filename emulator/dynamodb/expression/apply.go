package expression

import (
	"cmp"
	"slices"

	"triptych/emulator/dynamodb/attribute"
)

// Apply returns the updated item. It does not change the item itself.
//
// All operands are read from the old item. List elements keep their positions until every
// action is done: an index refers to the old list, a SET behind the end of the list
// appends (in the order of the indexes), and removed elements are closed up last.
func (u *Update) Apply(item attribute.Map) (attribute.Map, error) {
	edits := make([]edit, len(u.changes))

	for i, c := range u.changes {
		e, err := c.against(item)
		if err != nil {
			return nil, err
		}

		edits[i] = e
	}

	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.lastIndex(), b.lastIndex()) })

	var updated attribute.Value = item.Clone()

	for _, e := range edits {
		var err error

		updated, err = replace(updated, e.path, e.value)
		if err != nil {
			return nil, err
		}
	}

	result, _ := closeUp(updated).(attribute.Map) // An item stays one.

	return result, nil
}

// edit is a change with its new value; nil removes.
type edit struct {
	path  Path
	value attribute.Value
}

// lastIndex is the list index at the end of the path, or -1 if the path ends in a name.
func (e edit) lastIndex() int { return e.path[len(e.path)-1].Index }

// against computes the new value at the path of the change.
func (c change) against(item attribute.Map) (edit, error) {
	path := c.path.path
	old := path.lookup(item)

	switch c.action {
	case actionRemove:
		return edit{path: path}, nil
	case actionSet:
		value, err := resolve(c.operand, item)

		return edit{path: path, value: value}, err
	case actionAdd:
		value, err := add(old, constant(c.operand))

		return edit{path: path, value: value}, err
	case actionDelete:
		value, err := subtract(old, constant(c.operand))

		return edit{path: path, value: value}, err
	default: // The parser produces no other action.
		return edit{}, refuse("Invalid action: %s", string(c.action))
	}
}

// add is ADD: it adds a number, or elements to a set. A missing attribute counts as 0 or
// as the empty set.
func add(old, operand attribute.Value) (attribute.Value, error) {
	if old == nil {
		return operand, nil
	}

	if number, isNumber := operand.(attribute.Number); isNumber {
		return sum("+", old, number)
	}

	union, ok := attribute.Union(old, operand)
	if !ok {
		return nil, wrongType()
	}

	return union, nil
}

// subtract is DELETE: it removes elements from a set. An empty set is removed.
func subtract(old, operand attribute.Value) (attribute.Value, error) {
	if old == nil {
		return nil, nil //nolint:nilnil // A missing attribute stays missing.
	}

	difference, ok := attribute.Difference(old, operand)
	if !ok {
		return nil, wrongType()
	}

	return difference, nil
}

func wrongType() error {
	return refuse("An operand in the update expression has an incorrect data type")
}

// resolve returns the value that SET assigns. Unlike in a condition, a missing attribute
// is an error.
func resolve(n node, item attribute.Map) (attribute.Value, error) {
	switch n := ungroup(n).(type) {
	case *sumNode:
		left, err := resolve(n.left, item)
		if err != nil {
			return nil, err
		}

		right, err := resolve(n.right, item)
		if err != nil {
			return nil, err
		}

		return sum(n.operator, left, right)
	case *callNode:
		if n.function == functionListAppend {
			return listAppend(n, item)
		}

		if value := valueOf(n.arguments[0], item); value != nil {
			return value, nil
		}

		return resolve(n.arguments[1], item) // if_not_exists
	default:
		value := valueOf(n, item)
		if value == nil {
			return nil, refuse("The provided expression refers to an attribute that does not exist in the item")
		}

		return value, nil
	}
}

func sum(operator string, left, right attribute.Value) (attribute.Value, error) {
	augend, isNumber := left.(attribute.Number)
	addend, both := right.(attribute.Number)

	if !isNumber || !both {
		return nil, wrongType()
	}

	calculate := augend.Add
	if operator == "-" {
		calculate = augend.Subtract
	}

	total, err := calculate(addend)
	if err != nil {
		return nil, err
	}

	return total, nil
}

func listAppend(n *callNode, item attribute.Map) (attribute.Value, error) {
	var lists [updateFunctionOperands]attribute.List

	for i, argument := range n.arguments {
		value, err := resolve(argument, item)
		if err != nil {
			return nil, err
		}

		list, isList := value.(attribute.List)
		if !isList {
			return nil, wrongType()
		}

		lists[i] = list
	}

	return slices.Concat(lists[0], lists[1]), nil
}

// replace sets value at the path below container, or removes the element there if value
// is nil, and returns the container. A removed element leaves a hole (nil) until closeUp.
func replace(container attribute.Value, path Path, value attribute.Value) (attribute.Value, error) {
	step, last := path[0], len(path) == 1

	switch container := container.(type) {
	case attribute.Map:
		if step.isIndex() {
			break
		}

		if !last {
			below, err := replace(container[step.Name], path[1:], value)
			container[step.Name] = below

			return container, err
		}

		if value == nil {
			delete(container, step.Name)
		} else {
			container[step.Name] = value
		}

		return container, nil
	case attribute.List:
		if !step.isIndex() {
			break
		}

		return replaceElement(container, path, value)
	}

	return nil, refuse("The document path provided in the update expression is invalid for update")
}

func replaceElement(list attribute.List, path Path, value attribute.Value) (attribute.Value, error) {
	index, last := path[0].Index, len(path) == 1

	switch {
	case !last && index >= len(list):
		return nil, refuse("The document path provided in the update expression is invalid for update")
	case !last:
		below, err := replace(list[index], path[1:], value)
		list[index] = below

		return list, err
	case index < len(list):
		list[index] = value

		return list, nil
	case value == nil:
		return list, nil
	default:
		return append(list, value), nil
	}
}

// closeUp removes the holes from all lists.
func closeUp(v attribute.Value) attribute.Value {
	switch v := v.(type) {
	case attribute.Map:
		for name, child := range v {
			v[name] = closeUp(child)
		}

		return v
	case attribute.List:
		v = slices.DeleteFunc(v, func(element attribute.Value) bool { return element == nil })
		for i, element := range v {
			v[i] = closeUp(element)
		}

		return v
	default:
		return v
	}
}
