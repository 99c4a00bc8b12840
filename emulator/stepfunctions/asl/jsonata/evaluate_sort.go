package jsonata

// orderBy evaluates an order-by clause. The order of equal items does not change.
// https://docs.jsonata.org/sorting-grouping#sorting
func (e *evaluation) orderBy(n *node, list *array, f *frame) (*array, error) {
	return e.sorted(list, func(a, b any) (bool, error) {
		for _, term := range n.terms {
			left, err := e.termOf(term, a, f)
			if err != nil {
				return false, err
			}

			right, err := e.termOf(term, b, f)
			if err != nil {
				return false, err
			}

			order, err := termOrder(left, right)
			if err != nil {
				return false, err
			}

			if term.descending && !isUndefined(left) && !isUndefined(right) {
				order = -order
			}

			if order != 0 {
				return order > 0, nil
			}
		}

		return false, nil
	})
}

func (e *evaluation) termOf(term sortTerm, item any, f *frame) (any, error) {
	if t, ok := item.(*tuple); ok {
		inner, err := e.tupleFrame(f, t)
		if err != nil {
			return nil, err
		}

		return e.eval(term.expression, t.context, inner)
	}

	return e.eval(term.expression, item, f)
}

// termOrder compares the values of an order-by clause. undefined is the last.
func termOrder(left, right any) (int, error) {
	switch {
	case isUndefined(left) && isUndefined(right):
		return 0, nil
	case isUndefined(left):
		return 1, nil
	case isUndefined(right):
		return -1, nil
	}

	for _, value := range []any{left, right} {
		switch value.(type) {
		case string, float64:
		default:
			return 0, fault("T2008").about(value)
		}
	}

	order, ok := ordering(left, right)
	if !ok {
		return 0, fault("T2007").about(left).and(right)
	}

	return order, nil
}

// sorted sorts an array by merging halves. after reports whether a comes after b.
func (e *evaluation) sorted(list *array, after func(a, b any) (bool, error)) (*array, error) {
	if len(list.items) <= 1 {
		return list, nil
	}

	if err := e.takeItems(len(list.items), 2*itemBytes); err != nil {
		return nil, err
	}

	out := append([]any(nil), list.items...)
	if err := e.mergeSort(out, make([]any, len(out)), after); err != nil {
		return nil, err
	}

	return &array{items: out, tuples: list.tuples}, nil
}

func (e *evaluation) mergeSort(list, spare []any, after func(a, b any) (bool, error)) error {
	middle := len(list) / 2
	if middle == 0 {
		return nil
	}

	if err := e.mergeSort(list[:middle], spare[:middle], after); err != nil {
		return err
	}

	if err := e.mergeSort(list[middle:], spare[middle:], after); err != nil {
		return err
	}

	copy(spare, list)
	left, right := spare[:middle], spare[middle:len(list)]

	for i := range list {
		swap := len(left) == 0

		if len(left) > 0 && len(right) > 0 {
			if err := e.step(); err != nil {
				return err
			}

			var err error
			if swap, err = after(left[0], right[0]); err != nil {
				return err
			}
		}

		if swap {
			list[i], right = right[0], right[1:]
		} else {
			list[i], left = left[0], left[1:]
		}
	}

	return nil
}
