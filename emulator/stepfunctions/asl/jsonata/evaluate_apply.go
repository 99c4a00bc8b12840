package jsonata

// apply evaluates ~>, which calls a function with a value or composes two functions.
// https://docs.jsonata.org/other-operators#-chain
func (e *evaluation) apply(n *node, input any, f *frame) (any, error) {
	left, err := e.eval(n.lhs, input, f)
	if err != nil {
		return nil, err
	}

	if n.rhs.kind == functionNode {
		return e.call(n.rhs, input, f, []any{left})
	}

	fn, err := e.eval(n.rhs, input, f)
	if err != nil {
		return nil, err
	}

	if !isFunction(fn) {
		return nil, fault("T2006").about(fn)
	}

	if !isFunction(left) {
		return e.invoke(fn, []any{left}, nil, f, nil)
	}

	return &lambda{arity: 1, native: func(args []any) (any, error) {
		value, err := e.invoke(left, args[:min(1, len(args))], nil, f, nil)
		if err != nil {
			return nil, err
		}

		return e.invoke(fn, []any{value}, nil, f, nil)
	}}, e.take(frameBytes)
}

// partial evaluates a partial application, which binds some of a function's parameters.
// https://docs.jsonata.org/programming#partial-function-application
func (e *evaluation) partial(n *node, input any, f *frame) (any, error) {
	var args []any

	for _, argument := range n.list {
		if argument.kind == operatorNode {
			args = append(args, argument)

			continue
		}

		value, err := e.eval(argument, input, f)
		if err != nil {
			return nil, err
		}

		args = append(args, value)
	}

	fn, err := e.callee(n, input, f, "T1007")
	if err != nil {
		return nil, err
	}

	if !isFunction(fn) {
		return nil, fault("T1008").with(calleeName(n.callee))
	}

	size := arity(fn)
	for len(args) < size {
		args = append(args, undefined{})
	}

	args = args[:size]
	open := 0

	for _, arg := range args {
		if _, ok := arg.(*node); ok {
			open++
		}
	}

	return &lambda{arity: open, native: func(given []any) (any, error) {
		return e.complete(fn, args, given, input, f)
	}}, e.takeItems(len(args)+2, frameBytes)
}

// complete calls a function with its bound parameters and the given arguments.
func (e *evaluation) complete(fn any, bound, given []any, input any, f *frame) (any, error) {
	args := make([]any, len(bound))

	for i, arg := range bound {
		args[i] = arg

		if _, open := arg.(*node); open {
			args[i] = undefined{}
			if len(given) > 0 {
				args[i], given = given[0], given[1:]
			}
		}
	}

	if err := e.takeItems(len(args), itemBytes); err != nil {
		return nil, err
	}

	if native, ok := fn.(*builtin); ok {
		return e.native(native, args, input, f) // Without the checks of the signature, as in the reference implementation.
	}

	if own, ok := fn.(*lambda); ok && own.native == nil && own.node.types != nil {
		untyped := *own.node
		untyped.types = nil
		fn = &lambda{node: &untyped, input: own.input, frame: own.frame}
	}

	return e.invoke(fn, args, input, f, nil)
}
