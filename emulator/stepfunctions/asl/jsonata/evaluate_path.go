package jsonata

import "slices"

// path evaluates the steps of a path.
// https://docs.jsonata.org/path-operators
func (e *evaluation) path(n *node, input any, f *frame) (any, error) {
	current, isList := items(input)
	if !isList || n.list[0].kind == variableNode {
		current = []any{input}
	}

	var (
		result any
		tuples *array
	)

	for i, step := range n.list {
		var err error

		if result, tuples, err = e.pathStep(n, i, input, current, tuples, f); err != nil {
			return nil, err
		}

		if tuples != nil {
			continue
		}

		list := listed(result)
		if isUndefined(result) || len(list) == 0 {
			break
		}

		if step.focus == "" {
			current = list
		}
	}

	if tuples != nil {
		result = tuples

		if !n.tuple && n.group == nil {
			var err error
			if result, err = e.contexts(tuples); err != nil {
				return nil, err
			}
		}
	}

	if n.keepSingleton {
		result = kept(result)
	}

	if n.group != nil {
		return e.groups(n.group, result, f)
	}

	return result, nil
}

// pathStep evaluates step i of a path. From the first step that binds a variable, the
// results are tuples.
func (e *evaluation) pathStep(n *node, i int, input any, current []any, tuples *array, f *frame) (any, *array, error) {
	step := n.list[i]

	switch {
	case i == 0 && step.cons:
		// The items of the input do not matter to an array constructor.
		result, err := e.eval(step, inputOf(input, current), f)
		if err == nil && step.tuple {
			tuples = asTuples(result)
		}

		return result, tuples, err
	case tuples != nil || step.tuple:
		tuples, err := e.tupleStep(step, current, tuples, f)

		return nil, tuples, err
	default:
		result, err := e.mapped(step, current, f, i == len(n.list)-1)

		return result, nil, err
	}
}

// inputOf returns the input of a first step that is an array constructor.
func inputOf(input any, current []any) any {
	if _, isList := items(input); isList {
		return input
	}

	return &array{items: current, sequence: true}
}

// kept marks a result so that an array of one value stays an array.
func kept(result any) any {
	list, ok := result.(*array)
	if !ok {
		return result
	}

	if list.cons && !list.sequence {
		list = singleton(list)
	}

	list.keep = true

	return list
}

func asTuples(value any) *array {
	out := &array{sequence: true, tuples: true}
	for _, item := range listed(value) {
		out.items = append(out.items, &tuple{context: item})
	}

	return out
}

// contexts returns the values of tuples.
func (e *evaluation) contexts(tuples *array) (*array, error) {
	out := &array{sequence: true, items: make([]any, len(tuples.items))}
	for i, item := range tuples.items {
		out.items[i] = contextOf(item)
	}

	return out, e.takeItems(len(out.items), itemBytes)
}

func contextOf(item any) any {
	if t, ok := item.(*tuple); ok {
		return t.context
	}

	return item
}

// mapped evaluates a step for each item of its input.
func (e *evaluation) mapped(n *node, input []any, f *frame, last bool) (any, error) {
	if n.kind == sortNode {
		sorted, err := e.orderBy(n, &array{items: input, sequence: true}, f)
		if err != nil {
			return nil, err
		}

		return e.stages(n.stages, sorted, f)
	}

	var values []any

	for _, item := range input {
		value, err := e.staged(n, item, f)
		if err != nil {
			return nil, err
		}

		if isUndefined(value) {
			continue
		}

		if len(input) == 1 {
			return e.single(value, last)
		}

		if values = append(values, value); len(values) > 1 {
			err = e.take(itemBytes)
		}

		if err != nil {
			return nil, err
		}
	}

	if len(values) == 1 {
		return e.single(values[0], last)
	}

	return e.flattened(values)
}

// single returns the result of a step that has one value. The last step returns an array as
// it is, so that an empty array remains an empty array.
func (e *evaluation) single(value any, last bool) (any, error) {
	list, isList := items(value)
	built, _ := value.(*array)

	switch {
	case !isList:
		return singleton(value), e.take(itemBytes)
	case last && (built == nil || !built.sequence):
		return value, nil
	case built != nil && built.cons:
		return singleton(value), e.take(itemBytes)
	default:
		return &array{items: slices.Clip(list), sequence: true}, e.take(itemBytes)
	}
}

// staged evaluates a step and its predicates for one item.
func (e *evaluation) staged(n *node, item any, f *frame) (any, error) {
	value, err := e.eval(n, item, f)

	for i := 0; err == nil && i < len(n.stages); i++ {
		if n.stages[i].filter != nil {
			value, err = e.filter(n.stages[i].filter, value, f)
		}
	}

	return value, err
}

// flattened returns a sequence of values. Arrays become their items, except those of array
// constructors.
func (e *evaluation) flattened(values []any) (*array, error) {
	out := &array{sequence: true}

	for _, value := range values {
		list, isList := items(value)
		if built, ok := value.(*array); !isList || ok && built.cons {
			if err := e.push(out, value); err != nil {
				return nil, err
			}
		} else if err := e.pushAll(out, list); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// stages applies the predicates and the bindings of a step to its result.
func (e *evaluation) stages(stages []stage, value any, f *frame) (any, error) {
	for _, stage := range stages {
		var err error

		if stage.filter != nil {
			value, err = e.filter(stage.filter, value, f)
		} else {
			value, err = e.numbered(value, stage.index)
		}

		if err != nil {
			return nil, err
		}
	}

	return value, nil
}

// numbered binds the positions of tuples to a variable.
func (e *evaluation) numbered(value any, name string) (any, error) {
	if !hasTuples(value) {
		return value, nil
	}

	list, _ := items(value)
	out := &array{sequence: true, tuples: true, items: make([]any, len(list))}

	for i, item := range list {
		t, _ := item.(*tuple)
		out.items[i] = t.with(name, float64(i))

		if err := e.take(frameBytes + (len(t.names)+1)*itemBytes); err != nil {
			return nil, err
		}
	}

	return out, nil
}
