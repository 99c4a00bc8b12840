package jsonata

// tupleStep evaluates a step of a path that binds variables or refers to parents.
// https://docs.jsonata.org/path-operators#-context-variable-binding
func (e *evaluation) tupleStep(n *node, input []any, tuples *array, f *frame) (*array, error) {
	if n.kind == sortNode {
		return e.tupleSort(n, input, tuples, f)
	}

	if tuples == nil {
		tuples = asTuples(&array{items: input})

		if err := e.takeItems(len(input), frameBytes); err != nil {
			return nil, err
		}
	}

	out := &array{sequence: true, tuples: true}

	for _, item := range tuples.items {
		t, ok := item.(*tuple)
		if !ok {
			t = &tuple{context: item}
		}

		inner, err := e.tupleFrame(f, t)
		if err != nil {
			return nil, err
		}

		value, err := e.eval(n, t.context, inner)
		if err != nil {
			return nil, err
		}

		if isUndefined(value) {
			continue
		}

		for i, item := range listed(value) {
			if err := e.take(frameBytes + itemBytes*(len(t.names)+1)); err != nil {
				return nil, err
			}

			out.items = append(out.items, t.next(n, item, i))
		}
	}

	value, err := e.stages(n.stages, out, f)
	if err != nil {
		return nil, err
	}

	return tuplesOf(value), nil
}

// tuplesOf returns the result of a stage as an array of tuples.
func tuplesOf(value any) *array {
	if list, ok := value.(*array); ok {
		return list
	}

	if isUndefined(value) {
		return &array{sequence: true, tuples: true}
	}

	return &array{sequence: true, tuples: true, items: listed(value)}
}

// next returns the tuple for item i of a step's result.
func (t *tuple) next(n *node, item any, i int) *tuple {
	out := &tuple{context: t.context, names: append([]string(nil), t.names...), values: append([]any(nil), t.values...)}

	if inner, ok := item.(*tuple); ok {
		out.context = inner.context
		for i, name := range inner.names {
			out.bind(name, inner.values[i])
		}

		return out
	}

	if n.focus != "" {
		out.bind(n.focus, item)
	} else {
		out.context = item
	}

	if n.index != "" {
		out.bind(n.index, float64(i))
	}

	if n.ancestor != nil {
		out.bind(n.ancestor.label, t.context)
	}

	return out
}

func (e *evaluation) tupleSort(n *node, input []any, tuples *array, f *frame) (*array, error) {
	var value any

	if tuples != nil {
		sorted, err := e.orderBy(n, tuples, f)
		if err != nil {
			return nil, err
		}

		value = sorted
	} else {
		sorted, err := e.orderBy(n, &array{items: input, sequence: true}, f)
		if err != nil {
			return nil, err
		}

		out := &array{sequence: true, tuples: true}

		for i, item := range sorted.items {
			t := &tuple{context: item}
			if n.index != "" {
				t.bind(n.index, float64(i))
			}

			if err := e.take(frameBytes); err != nil {
				return nil, err
			}

			out.items = append(out.items, t)
		}

		value = out
	}

	value, err := e.stages(n.stages, value, f)
	if err != nil {
		return nil, err
	}

	return tuplesOf(value), nil
}

// reduced returns the tuples of a group as one tuple, whose values are those of all tuples.
func (e *evaluation) reduced(list []any) (*tuple, error) {
	first, ok := list[0].(*tuple)
	if !ok {
		return &tuple{context: list[0]}, nil // Without tuples, the only item is undefined.
	}

	if len(list) == 1 {
		return first, nil
	}

	out := &tuple{}

	var err error

	out.context, err = e.collected(list, func(t *tuple) any { return t.context })
	if err != nil {
		return nil, err
	}

	for _, item := range list {
		t, _ := item.(*tuple)
		for _, name := range t.names {
			if _, known := (&frame{names: out.names, values: out.values}).lookup(name); known {
				continue
			}

			value, err := e.collected(list, func(t *tuple) any {
				if value, ok := (&frame{names: t.names, values: t.values}).lookup(name); ok {
					return value
				}

				return undefined{}
			})
			if err != nil {
				return nil, err
			}

			out.bind(name, value)
		}
	}

	return out, nil
}

// collected appends a value of each tuple to a list.
func (e *evaluation) collected(list []any, of func(t *tuple) any) (any, error) {
	var out any = undefined{}

	owned := false

	for _, item := range list {
		t, _ := item.(*tuple)

		var err error
		if out, owned, err = e.appended(out, owned, of(t)); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// appended appends a value, or its items, to a value. If the value is owned, it is an array
// that nothing else refers to, and it grows.
func (e *evaluation) appended(to any, owned bool, value any) (any, bool, error) {
	switch {
	case isUndefined(to):
		return value, false, nil
	case isUndefined(value):
		return to, owned, nil
	}

	list, ok := to.(*array)
	if !ok || !owned {
		list = &array{}
		if err := e.pushAll(list, listed(to)); err != nil {
			return nil, false, err
		}
	}

	return list, true, e.pushAll(list, listed(value))
}
