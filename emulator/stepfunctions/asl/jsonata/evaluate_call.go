package jsonata

// lambda is a function of the expression, with the context and the variables of the place
// where it is defined.
type lambda struct {
	node   *node // Its list are the parameters.
	input  any
	frame  *frame
	native func(args []any) (any, error) // Instead of a body: a composition or a partial application.
	arity  int                           // Of native.
}

// calleeName returns the name under which a function is called, for messages.
func calleeName(callee *node) any {
	if callee.kind == pathNode {
		return callee.list[0].text
	}

	if callee.kind == variableNode {
		return callee.text
	}

	return nil
}

// call evaluates a call. applied is the argument that ~> puts before the others.
func (e *evaluation) call(n *node, input any, f *frame, applied []any) (any, error) {
	fn, err := e.callee(n, input, f, "T1005")
	if err != nil {
		return nil, err
	}

	args, err := e.arguments(n.list, input, f, applied)
	if err != nil {
		return nil, err
	}

	name := calleeName(n.callee)
	value, err := e.invoke(fn, args, input, f, name)

	return value, named(err, name)
}

// callee evaluates the function of a call. Its error says if a $ is missing.
func (e *evaluation) callee(n *node, input any, f *frame, code string) (any, error) {
	fn, err := e.eval(n.callee, input, f)
	if err != nil {
		return nil, err
	}

	if isUndefined(fn) && n.callee.kind == pathNode {
		name := n.callee.list[0].text
		if known := e.variable(name, undefined{}, f); name != "" && truthy(known) {
			return nil, fault(code).at(name)
		}
	}

	return fn, nil
}

func (e *evaluation) arguments(list []*node, input any, f *frame, applied []any) ([]any, error) {
	args := make([]any, 0, len(applied)+len(list))
	args = append(args, applied...)

	for _, argument := range list {
		value, err := e.eval(argument, input, f)
		if err != nil {
			return nil, err
		}

		args = append(args, value)
	}

	return args, e.takeItems(len(args), itemBytes)
}

// invoke calls a function, and then the calls at the end of functions.
func (e *evaluation) invoke(fn any, args []any, input any, f *frame, name any) (any, error) {
	if e.depth++; e.depth > maxEvaluationDepth {
		return nil, errEvaluationDepth
	}
	defer func() { e.depth-- }()

	value, err := e.invokeOnce(fn, args, input, f)

	for {
		if err != nil {
			return nil, named(err, name)
		}

		thunk, ok := value.(*lambda)
		if !ok || thunk.node == nil || !thunk.node.thunk {
			return value, nil
		}

		body := thunk.node.body

		next, err := e.eval(body.callee, thunk.input, thunk.frame)
		if err != nil {
			return nil, err
		}

		if args, err = e.arguments(body.list, thunk.input, thunk.frame, nil); err != nil {
			return nil, err
		}

		name = calleeName(body.callee)

		if value, err = e.invokeOnce(next, args, input, f); err != nil {
			return nil, named(err, name)
		}
	}
}

func (e *evaluation) invokeOnce(fn any, args []any, input any, f *frame) (any, error) {
	if err := e.step(); err != nil {
		return nil, err
	}

	switch fn := fn.(type) {
	case *lambda:
		return e.invokeLambda(fn, args, input)
	case *builtin:
		args, err := fn.types.validate(args, input)
		if err != nil {
			return nil, named(err, fn.name)
		}

		value, err := e.native(fn, args, input, f)

		return value, named(err, fn.name)
	case *transformer:
		args, err := transformerTypes.validate(args, input)
		if err != nil {
			return nil, err
		}

		return e.transformed(fn, args[0])
	case *matcher:
		return e.firstMatch(fn, args)
	case *nextMatch:
		return e.followingMatch(fn)
	default:
		return nil, fault("T1006")
	}
}

// native calls a function of the library with at least as many arguments as it has
// parameters.
func (e *evaluation) native(fn *builtin, args []any, input any, f *frame) (any, error) {
	for len(args) < fn.arity {
		args = append(args, undefined{})
	}

	return fn.call(&arguments{evaluation: e, name: fn.name, values: args, input: input, frame: f})
}

func (e *evaluation) invokeLambda(fn *lambda, args []any, input any) (any, error) {
	if fn.native != nil {
		return fn.native(args)
	}

	if fn.node.types != nil {
		var err error
		if args, err = fn.node.types.validate(args, input); err != nil {
			return nil, err
		}
	}

	inner, err := e.inner(fn.frame)
	if err != nil {
		return nil, err
	}

	for i, parameter := range fn.node.list {
		var value any = undefined{}
		if i < len(args) {
			value = args[i]
		}

		if err := e.bind(inner, parameter.text, value); err != nil {
			return nil, err
		}
	}

	return e.eval(fn.node.body, fn.input, inner)
}

// arity returns the number of a function's parameters.
func arity(fn any) int {
	switch fn := fn.(type) {
	case *lambda:
		if fn.native != nil {
			return fn.arity
		}

		return len(fn.node.list)
	case *builtin:
		return fn.arity
	case *matcher:
		return 2 //nolint:mnd // The text and the position.
	case *transformer:
		return 1
	default:
		return 0
	}
}

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
