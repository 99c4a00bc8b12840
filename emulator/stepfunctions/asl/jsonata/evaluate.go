package jsonata

import "slices"

// This file and the other evaluate files evaluate the trees that structure completes. Where
// the documentation of JSONata is silent, the reference implementation decides.
// https://docs.jsonata.org/processing

// frame are the variables of a block or a call.
type frame struct {
	names  []string
	values []any
	outer  *frame
}

func (f *frame) lookup(name string) (any, bool) {
	for ; f != nil; f = f.outer {
		if i := slices.Index(f.names, name); i >= 0 {
			return f.values[i], true
		}
	}

	return nil, false
}

func (f *frame) bind(name string, value any) {
	for i, other := range f.names {
		if other == name {
			f.values[i] = value

			return
		}
	}

	f.names, f.values = append(f.names, name), append(f.values, value)
}

// evaluation is the evaluation of one expression.
type evaluation struct {
	*Budget

	scope *Scope
	root  any // $$
}

// inner returns a frame inside another one.
func (e *evaluation) inner(outer *frame) (*frame, error) {
	return &frame{outer: outer}, e.take(frameBytes)
}

// bind sets a variable.
func (e *evaluation) bind(f *frame, name string, value any) error {
	f.bind(name, value)

	return e.take(itemBytes)
}

// tupleFrame returns a frame with the variables of a tuple.
func (e *evaluation) tupleFrame(outer *frame, t *tuple) (*frame, error) {
	return &frame{names: slices.Clip(t.names), values: slices.Clip(t.values), outer: outer}, e.take(frameBytes)
}

// eval returns a node's value. A sequence of one value becomes this value, and an empty
// sequence becomes undefined.
func (e *evaluation) eval(n *node, input any, f *frame) (any, error) {
	if err := e.step(); err != nil {
		return nil, err
	}

	if e.depth++; e.depth > maxEvaluationDepth {
		return nil, errEvaluationDepth
	}
	defer func() { e.depth-- }()

	value, err := e.simple(n, input, f)
	if err != nil {
		return nil, err
	}

	for _, predicate := range n.predicates {
		if value, err = e.filter(predicate, value, f); err != nil {
			return nil, err
		}
	}

	if n.group != nil && n.kind != pathNode {
		if value, err = e.groups(n.group, value, f); err != nil {
			return nil, err
		}
	}

	if list, ok := value.(*array); ok && list.sequence && !list.tuples {
		return list.resolved(n.keepArray), nil
	}

	return value, nil
}

// resolved returns the value of a sequence.
func (a *array) resolved(keep bool) any {
	if keep {
		a.keep = true
	}

	switch {
	case len(a.items) == 0:
		return undefined{}
	case len(a.items) == 1 && !a.keep:
		return a.items[0]
	default:
		return a
	}
}

// simple evaluates a node without its predicates and its group-by.
func (e *evaluation) simple(n *node, input any, f *frame) (any, error) {
	switch n.kind {
	case stringNode:
		return n.text, nil
	case numberNode, valueNode:
		return n.value, nil
	case pathNode:
		return e.path(n, input, f)
	case nameNode:
		return e.member(input, n.text)
	case variableNode:
		return e.variable(n.text, input, f), nil
	case wildcardNode:
		return e.wildcard(input)
	case descendantNode:
		return e.descendants(input)
	case parentNode:
		if value, ok := f.lookup(n.slot.label); ok {
			return value, nil
		}

		return undefined{}, nil
	case regexNode:
		return n.value, nil
	default:
		return e.composed(n, input, f)
	}
}

// composed evaluates a node that has operands.
func (e *evaluation) composed(n *node, input any, f *frame) (any, error) {
	switch n.kind {
	case binaryNode:
		return e.binary(n, input, f)
	case unaryNode:
		return e.unary(n, input, f)
	case conditionNode:
		return e.condition(n, input, f)
	case blockNode:
		return e.block(n, input, f)
	case bindNode:
		value, err := e.eval(n.rhs, input, f)
		if err != nil {
			return nil, err
		}

		return value, e.bind(f, n.lhs.text, value)
	case functionNode:
		return e.call(n, input, f, nil)
	case partialNode:
		return e.partial(n, input, f)
	case lambdaNode:
		return &lambda{node: n, input: input, frame: f}, e.take(frameBytes)
	case applyNode:
		return e.apply(n, input, f)
	case transformNode:
		return &transformer{node: n, frame: f}, e.take(frameBytes)
	default:
		return undefined{}, nil
	}
}

func (e *evaluation) variable(name string, input any, f *frame) any {
	switch name {
	case "":
		if list, ok := input.(*array); ok && list.outer {
			return list.items[0]
		}

		return input
	case "$":
		if value, ok := f.lookup(name); ok {
			return value
		}

		return e.root
	}

	if value, ok := f.lookup(name); ok {
		return value
	}

	if value, ok := e.scope.Lookup(name); ok {
		return value
	}

	if fn, ok := library[name]; ok {
		return fn
	}

	return undefined{}
}

func (e *evaluation) condition(n *node, input any, f *frame) (any, error) {
	condition, err := e.eval(n.lhs, input, f)
	if err != nil {
		return nil, err
	}

	holds, err := e.truth(condition)

	switch {
	case err != nil:
		return nil, err
	case holds:
		return e.eval(n.rhs, input, f)
	case n.other != nil:
		return e.eval(n.other, input, f)
	default:
		return undefined{}, nil
	}
}

func (e *evaluation) block(n *node, input any, f *frame) (any, error) {
	inner, err := e.inner(f)
	if err != nil {
		return nil, err
	}

	var value any = undefined{}

	for _, part := range n.list {
		if value, err = e.eval(part, input, inner); err != nil {
			return nil, err
		}
	}

	return value, nil
}

// push appends an item to an array.
func (e *evaluation) push(a *array, item any) error {
	a.items = append(a.items, item)

	return e.take(itemBytes)
}

// pushAll appends items to an array.
func (e *evaluation) pushAll(a *array, list []any) error {
	if err := e.takeItems(len(list), itemBytes); err != nil {
		return err
	}

	if err := e.work(len(list)); err != nil {
		return err
	}

	a.items = append(a.items, list...)

	return nil
}
