package jsonata

import "math"

func (e *evaluation) binary(n *node, input any, f *frame) (any, error) {
	left, err := e.eval(n.lhs, input, f)
	if err != nil {
		return nil, err
	}

	if n.text == "and" || n.text == "or" {
		return e.logical(n, left, input, f)
	}

	right, err := e.eval(n.rhs, input, f)
	if err != nil {
		return nil, err
	}

	value, err := e.operate(n.text, left, right)
	if failed, ok := err.(*failure); ok { //nolint:errorlint // A failure is never wrapped inside this package.
		failed.token = n.text
	}

	return value, err
}

func (e *evaluation) logical(n *node, left, input any, f *frame) (any, error) {
	holds, err := e.truth(left)
	if err != nil || holds == (n.text == "or") {
		return holds, err
	}

	right, err := e.eval(n.rhs, input, f)
	if err == nil {
		holds, err = e.truth(right)
	}

	// The reference implementation names the operator in errors of its right side, too.
	if failed, ok := err.(*failure); ok { //nolint:errorlint // A failure is never wrapped inside this package.
		failed.token = n.text
	}

	return holds, err
}

func (e *evaluation) operate(operator string, left, right any) (any, error) {
	switch operator {
	case "=", "!=":
		if isUndefined(left) || isUndefined(right) {
			return false, nil
		}

		equal, err := e.equal(left, right)

		return equal == (operator == "="), err
	case "<", "<=", ">", ">=":
		return compare(operator, left, right)
	case "&":
		return e.concatenate(left, right)
	case "..":
		return e.interval(left, right)
	case "in":
		return e.includes(left, right)
	default:
		return arithmetic(operator, left, right)
	}
}

// arithmetic evaluates + - * / %.
// https://docs.jsonata.org/numeric-operators
func arithmetic(operator string, left, right any) (any, error) {
	var numbers [2]float64

	for i, value := range []any{left, right} {
		number, ok, err := numeric(value)
		if err != nil {
			return nil, err
		}

		if !ok && !isUndefined(value) {
			return nil, fault([]string{"T2001", "T2002"}[i]).about(value)
		}

		numbers[i] = number
	}

	if isUndefined(left) || isUndefined(right) {
		return undefined{}, nil
	}

	switch operator {
	case "+":
		return numbers[0] + numbers[1], nil
	case "-":
		return numbers[0] - numbers[1], nil
	case "*":
		return numbers[0] * numbers[1], nil
	case "/":
		return numbers[0] / numbers[1], nil
	default:
		return math.Mod(numbers[0], numbers[1]), nil
	}
}

// maxRange limits the length of a range, as in the reference implementation.
const maxRange = 10_000_000

// interval evaluates the range operator.
func (e *evaluation) interval(left, right any) (any, error) {
	var bounds [2]float64

	for i, value := range []any{left, right} {
		number, ok := value.(float64)
		if !isUndefined(value) && (!ok || number != math.Trunc(number) || math.IsInf(number, 0)) {
			return nil, fault([]string{"T2003", "T2004"}[i]).about(value)
		}

		bounds[i] = number
	}

	if isUndefined(left) || isUndefined(right) || bounds[0] > bounds[1] {
		return undefined{}, nil
	}

	size := bounds[1] - bounds[0] + 1
	if size > maxRange {
		return nil, fault("D2014").about(size)
	}

	if err := e.takeItems(int(size), itemBytes); err != nil {
		return nil, err
	}

	out := &array{sequence: true, items: make([]any, int(size))}
	for i := range out.items {
		out.items[i] = bounds[0] + float64(i)
	}

	return out, e.checkTime()
}

func (e *evaluation) unary(n *node, input any, f *frame) (any, error) {
	switch n.text {
	case "[":
		return e.list(n, input, f)
	case "{":
		return e.groups(n, input, f)
	}

	value, err := e.eval(n.lhs, input, f)
	if err != nil || isUndefined(value) {
		return value, err
	}

	number, ok, err := numeric(value)
	if err != nil {
		return nil, err
	}

	if !ok {
		return nil, fault("D1002").about(value).at(n.text)
	}

	return -number, nil
}

// list evaluates an array constructor. It flattens the values of its expressions by one
// level, except those of array constructors.
// https://docs.jsonata.org/construction#array-constructors
func (e *evaluation) list(n *node, input any, f *frame) (any, error) {
	out := &array{items: make([]any, 0, len(n.list)), cons: n.cons}

	for _, item := range n.list {
		value, err := e.eval(item, input, f)
		if err != nil {
			return nil, err
		}

		list, isList := items(value)

		switch {
		case isUndefined(value):
		case isList && (item.kind != unaryNode || item.text != "["):
			err = e.pushAll(out, list)
		default:
			err = e.push(out, value)
		}

		if err != nil {
			return nil, err
		}
	}

	return out, nil
}
