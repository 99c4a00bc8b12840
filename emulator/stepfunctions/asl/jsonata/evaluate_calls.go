package jsonata

import (
	"fmt"

	"github.com/blues/jsonata-go/jparse"
)

// function is a function value, from the library or from the expression.
type function struct {
	name    string
	params  []param // The parameters, for the check of the arguments.
	arity   int     // The number of arguments that a higher-order function passes to it.
	native  builtin // For a library function. Otherwise the fields below are set.
	body    jparse.Node
	names   []string
	input   any        // The context where the function was defined.
	vars    *variables // The variables where the function was defined.
	pattern *matcher   // A regular expression is also a function.
}

// tail is a call that is still to be made. A function that ends with a call returns the
// call instead of making it. So tail recursion does not use the stack.
type tail struct {
	function *function
	args     []any
	input    any
}

// evalTail evaluates a node, except a call at its end, which it returns.
func (e *evaluation) evalTail(node jparse.Node, input any, vars *variables) (any, *tail, error) {
	for {
		switch current := node.(type) {
		case *jparse.BlockNode:
			if len(current.Exprs) == 0 {
				return undefined{}, nil, nil
			}

			if err := e.take(itemBytes); err != nil {
				return nil, nil, err
			}

			vars = &variables{outer: vars}
			last := len(current.Exprs) - 1

			for _, expr := range current.Exprs[:last] {
				if _, err := e.eval(expr, input, vars); err != nil {
					return nil, nil, err
				}
			}

			node = current.Exprs[last]
		case *jparse.ConditionalNode:
			yes, err := e.truth(current.If, input, vars)

			switch {
			case err != nil:
				return nil, nil, err
			case yes:
				node = current.Then
			case current.Else == nil:
				return undefined{}, nil, nil
			default:
				node = current.Else
			}
		case *jparse.FunctionCallNode:
			next, err := e.prepare(current, input, vars)

			return nil, next, err
		default:
			value, err := e.evalRaw(node, input, vars)

			return value, nil, err
		}
	}
}

// prepare evaluates the function and the arguments of a call.
func (e *evaluation) prepare(node *jparse.FunctionCallNode, input any, vars *variables, first ...any) (*tail, error) {
	called, err := e.eval(node.Func, input, vars)
	if err != nil {
		return nil, err
	}

	fn, ok := called.(*function)
	if !ok {
		return nil, fmt.Errorf("%w: %s", errNotAFunction, node.Func)
	}

	args := first

	for _, arg := range node.Args {
		value, err := e.eval(arg, input, vars)
		if err != nil {
			return nil, err
		}

		args = append(args, value)
	}

	if err := e.takeItems(len(args)+1, itemBytes); err != nil {
		return nil, err
	}

	return &tail{function: fn, args: args, input: input}, nil
}

// call calls a function, and then its tail calls.
func (e *evaluation) call(fn *function, args []any, input any) (any, error) {
	if e.depth++; e.depth > maxEvaluationDepth {
		return nil, errEvaluationDepth
	}
	defer func() { e.depth-- }()

	for {
		if err := e.step(); err != nil {
			return nil, err
		}

		if fn.params != nil {
			bound, err := e.bindArguments(fn, args, input)
			if err != nil {
				return nil, err
			}

			args = bound
		}

		if fn.native != nil {
			return fn.native(newArguments(e, fn.name, args, input))
		}

		if err := e.takeItems(len(fn.names)+1, frameBytes); err != nil {
			return nil, err
		}

		vars := &variables{outer: fn.vars}

		for i, name := range fn.names {
			if i < len(args) {
				vars.bind(name, args[i])
			} else {
				vars.bind(name, undefined{})
			}
		}

		value, next, err := e.evalTail(fn.body, fn.input, vars)
		if err != nil || next == nil {
			return plain(value), err
		}

		fn, args, input = next.function, next.args, next.input
	}
}

// lambda returns a function that is defined in the expression.
func (e *evaluation) lambda(node *jparse.LambdaNode, signature []jparse.Param, input any, vars *variables) (any, error) {
	fn := &function{name: "lambda", arity: len(node.ParamNames), body: node.Body, names: node.ParamNames, input: input, vars: vars}

	for _, p := range signature {
		fn.params = append(fn.params, typedParam(p))
	}

	return fn, e.take(frameBytes)
}

// partial evaluates a call with placeholders. It returns a function whose parameters are
// the placeholders.
func (e *evaluation) partial(node *jparse.PartialNode, input any, vars *variables) (any, error) {
	called, err := e.eval(node.Func, input, vars)
	if err != nil {
		return nil, err
	}

	fn, ok := called.(*function)
	if !ok {
		return nil, fmt.Errorf("%w: %s", errNotAFunction, node.Func)
	}

	given := make([]any, len(node.Args))

	var open []int

	for i, arg := range node.Args {
		if _, isOpen := arg.(*jparse.PlaceholderNode); isOpen {
			open = append(open, i)

			continue
		}

		if given[i], err = e.eval(arg, input, vars); err != nil {
			return nil, err
		}
	}

	native := func(a *arguments) (any, error) {
		args := append([]any{}, given...)

		for i, at := range open {
			args[at] = any(undefined{})
			if i < len(a.values) {
				args[at] = a.raw(i)
			}
		}

		return a.e.call(fn, args, input)
	}

	return &function{name: fn.name, arity: len(open), native: native}, e.takeItems(len(given)+1, frameBytes)
}

// application evaluates ~>. It calls the right side with the left side as first argument.
// If both sides are functions, it returns their composition.
func (e *evaluation) application(node *jparse.FunctionApplicationNode, input any, vars *variables) (any, error) {
	left, err := e.eval(node.LHS, input, vars)
	if err != nil {
		return nil, err
	}

	if call, ok := node.RHS.(*jparse.FunctionCallNode); ok {
		next, err := e.prepare(call, input, vars, left)
		if err != nil {
			return nil, err
		}

		return e.call(next.function, next.args, next.input)
	}

	right, err := e.eval(node.RHS, input, vars)
	if err != nil {
		return nil, err
	}

	second, ok := right.(*function)
	if !ok {
		return nil, errComposeOperand
	}

	first, ok := left.(*function)
	if !ok {
		return e.call(second, []any{left}, input)
	}

	native := func(a *arguments) (any, error) {
		value, err := a.e.call(first, a.all(), input)
		if err != nil {
			return nil, err
		}

		return a.e.call(second, []any{value}, input)
	}

	return &function{name: "composition", arity: 1, native: native}, e.take(frameBytes)
}
