package jsonata

// compare evaluates < <= > >=.
func compare(operator string, left, right any) (any, error) {
	for _, value := range []any{left, right} {
		switch value.(type) {
		case undefined, string, float64:
		default:
			return nil, fault("T2010").about(value)
		}
	}

	if isUndefined(left) || isUndefined(right) {
		return undefined{}, nil
	}

	order, ok := ordering(left, right)
	if !ok {
		return nil, fault("T2009").about(left).and(right)
	}

	switch operator {
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	default:
		return order >= 0, nil
	}
}

// ordering compares two numbers or two strings. It reports whether the types are equal.
func ordering(left, right any) (int, bool) {
	if a, ok := left.(string); ok {
		b, ok := right.(string)

		return compareText(a, b), ok
	}

	a, _ := left.(float64)
	b, ok := right.(float64)

	switch {
	case a < b:
		return -1, ok
	case a > b:
		return 1, ok
	default:
		return 0, ok
	}
}

// equal compares two values deeply.
func (e *evaluation) equal(left, right any) (bool, error) {
	if err := e.step(); err != nil {
		return false, err
	}

	a, isList := items(left)
	b, isOther := items(right)

	if isList != isOther {
		return false, nil
	}

	if isList {
		return e.equalLists(a, b)
	}

	object, ok := left.(*Object)
	if !ok {
		return identical(left, right), nil
	}

	other, ok := right.(*Object)
	if !ok || object.Len() != other.Len() {
		return false, nil
	}

	if object == other {
		return true, nil
	}

	return e.equalMembers(object, other)
}

func (e *evaluation) equalLists(a, b []any) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}

	if e.depth++; e.depth > maxEvaluationDepth {
		return false, errEvaluationDepth
	}
	defer func() { e.depth-- }()

	for i := range a {
		if equal, err := e.equal(a[i], b[i]); err != nil || !equal {
			return false, err
		}
	}

	return true, nil
}

func (e *evaluation) equalMembers(a, b *Object) (bool, error) {
	if e.depth++; e.depth > maxEvaluationDepth {
		return false, errEvaluationDepth
	}
	defer func() { e.depth-- }()

	for name, value := range a.All() {
		other, ok := b.Get(name)
		if !ok {
			return false, nil
		}

		if equal, err := e.equal(value, other); err != nil || !equal {
			return false, err
		}
	}

	return true, nil
}

// identical compares two values as JavaScript's === does. Arrays and objects are identical
// only to themselves.
func identical(left, right any) bool {
	a, isList := items(left)
	b, isOther := items(right)

	if isList || isOther {
		return isList && isOther && len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
	}

	return left == right
}

func (e *evaluation) includes(left, right any) (any, error) {
	if isUndefined(left) || isUndefined(right) {
		return false, nil
	}

	list := listed(right)
	if err := e.work(len(list)); err != nil {
		return nil, err
	}

	for _, item := range list {
		if identical(left, item) {
			return true, nil
		}
	}

	return false, nil
}
