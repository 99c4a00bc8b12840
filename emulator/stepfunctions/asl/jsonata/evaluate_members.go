package jsonata

// member returns the value of a name in an object, or in all objects of an array.
func (e *evaluation) member(input any, name string) (any, error) {
	if object, ok := input.(*Object); ok {
		if value, ok := object.Get(name); ok {
			return value, nil
		}

		return undefined{}, nil
	}

	list, isList := items(input)
	if !isList {
		return undefined{}, nil
	}

	out := &array{sequence: true}

	return out, e.members(out, list, name)
}

func (e *evaluation) members(out *array, list []any, name string) error {
	if e.depth++; e.depth > maxEvaluationDepth {
		return errEvaluationDepth
	}
	defer func() { e.depth-- }()

	for _, item := range list {
		if err := e.step(); err != nil {
			return err
		}

		if inner, isList := items(item); isList {
			if err := e.members(out, inner, name); err != nil {
				return err
			}

			continue
		}

		object, ok := item.(*Object)
		if !ok {
			continue
		}

		value, ok := object.Get(name)
		if !ok || isUndefined(value) {
			continue
		}

		var err error
		if inner, isList := items(value); isList {
			err = e.pushAll(out, inner)
		} else {
			err = e.push(out, value)
		}

		if err != nil {
			return err
		}
	}

	return nil
}

// wildcard returns the values of all members of an object, or the items of an array.
// https://docs.jsonata.org/path-operators#-wildcard
func (e *evaluation) wildcard(input any) (any, error) {
	if list, ok := input.(*array); ok && list.outer {
		input = list.items[0]
	}

	var values []any

	if object, ok := input.(*Object); ok {
		values = object.values
	} else if list, isList := items(input); isList {
		values = list
	} else {
		return &array{sequence: true}, nil
	}

	out := &array{sequence: true}

	for _, value := range values {
		list, isList := items(value)
		if !isList {
			if err := e.push(out, value); err != nil {
				return nil, err
			}

			continue
		}

		out.sequence = false // An array of the reference implementation that is not a sequence either.

		if err := e.flatten(out, list); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// flatten appends the items of an array, and those of the arrays in it.
func (e *evaluation) flatten(out *array, list []any) error {
	if e.depth++; e.depth > maxEvaluationDepth {
		return errEvaluationDepth
	}
	defer func() { e.depth-- }()

	for _, item := range list {
		if err := e.step(); err != nil {
			return err
		}

		if inner, isList := items(item); isList {
			if err := e.flatten(out, inner); err != nil {
				return err
			}
		} else if err := e.push(out, item); err != nil {
			return err
		}
	}

	return nil
}

// descendants returns a value and all values in it, except the arrays.
// https://docs.jsonata.org/path-operators#-descendants
func (e *evaluation) descendants(input any) (any, error) {
	if isUndefined(input) {
		return undefined{}, nil
	}

	out := &array{sequence: true}
	if err := e.descend(out, input); err != nil {
		return nil, err
	}

	if len(out.items) == 1 {
		return out.items[0], nil
	}

	return out, nil
}

func (e *evaluation) descend(out *array, value any) error {
	if err := e.step(); err != nil {
		return err
	}

	if e.depth++; e.depth > maxEvaluationDepth {
		return errEvaluationDepth
	}
	defer func() { e.depth-- }()

	list, isList := items(value)
	if !isList {
		if err := e.push(out, value); err != nil {
			return err
		}

		object, ok := value.(*Object)
		if !ok {
			return nil
		}

		list = object.values
	}

	for _, item := range list {
		if err := e.descend(out, item); err != nil {
			return err
		}
	}

	return nil
}
