package jsonata

// lambda is a function of the expression, with the context and the variables of the place
// where it is defined.
type lambda struct {
	node   *node // The parameters are its list.
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
