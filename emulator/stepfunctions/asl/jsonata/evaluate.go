package jsonata

import (
	"fmt"

	"github.com/blues/jsonata-go/jparse"
)

// This file and the other evaluate files evaluate the syntax trees of jsonata-go's parser.
// The library's own evaluator has no limits, so it is not used: a definition could make it
// allocate all memory or overflow the stack, and a process cannot recover from either.
// https://docs.jsonata.org/processing

// undefined is the value of an expression that has no value.
type undefined struct{}

// sequence is a result of zero, one or many values. A sequence of one value is equal to
// this value, unless keep is set.
// https://docs.jsonata.org/processing#sequences
type sequence struct {
	items []any
	keep  bool
}

// resolved returns the value of a sequence.
func (s *sequence) resolved() any {
	switch {
	case len(s.items) == 0:
		return undefined{}
	case len(s.items) == 1 && !s.keep:
		return s.items[0]
	default:
		return s.items
	}
}

// plain returns the value of a sequence, and any other value unchanged.
func plain(value any) any {
	if s, ok := value.(*sequence); ok {
		return s.resolved()
	}

	return value
}

// variables are the variables of one block or one call.
type variables struct {
	names map[string]any
	outer *variables
}

func (v *variables) lookup(name string) (any, bool) {
	for ; v != nil; v = v.outer {
		if value, ok := v.names[name]; ok {
			return value, true
		}
	}

	return nil, false
}

func (v *variables) bind(name string, value any) {
	if v.names == nil {
		v.names = map[string]any{}
	}

	v.names[name] = value
}

// evaluation is the evaluation of one expression.
type evaluation struct {
	*Budget

	scope *Scope
}

// eval returns a node's value.
func (e *evaluation) eval(node jparse.Node, input any, vars *variables) (any, error) {
	value, err := e.evalRaw(node, input, vars)
	if err != nil {
		return nil, err
	}

	return plain(value), nil
}

// evalRaw returns a node's value, which can be a sequence.
func (e *evaluation) evalRaw(node jparse.Node, input any, vars *variables) (any, error) {
	if err := e.step(); err != nil {
		return nil, err
	}

	if e.depth++; e.depth > maxEvaluationDepth {
		return nil, errEvaluationDepth
	}
	defer func() { e.depth-- }()

	switch node := node.(type) {
	case *jparse.StringNode:
		return node.Value, nil
	case *jparse.NumberNode:
		return node.Value, nil
	case *jparse.BooleanNode:
		return node.Value, nil
	case *jparse.NullNode:
		return nil, nil //nolint:nilnil // JSON's null.
	case *jparse.VariableNode:
		return e.variable(node, input, vars), nil
	case *jparse.NameNode:
		return e.member(input, node.Value)
	case *jparse.WildcardNode:
		return e.wildcard(input)
	case *jparse.DescendentNode:
		return e.descendants(input)
	case *jparse.PathNode:
		return e.path(node, input, vars)
	case *jparse.PredicateNode:
		return e.predicate(node, input, vars)
	default:
		return e.evalBuilding(node, input, vars)
	}
}

// evalBuilding evaluates nodes that build new values.
func (e *evaluation) evalBuilding(node jparse.Node, input any, vars *variables) (any, error) {
	switch node := node.(type) {
	case *jparse.ArrayNode:
		return e.array(node, input, vars)
	case *jparse.RangeNode:
		return e.interval(node, input, vars)
	case *jparse.ObjectNode:
		return e.object(node, input, vars)
	case *jparse.GroupNode:
		return e.group(node, input, vars)
	case *jparse.SortNode:
		return e.sortBy(node, input, vars)
	case *jparse.NegationNode:
		return e.negation(node, input, vars)
	case *jparse.NumericOperatorNode:
		return e.numeric(node, input, vars)
	case *jparse.ComparisonOperatorNode:
		return e.comparison(node, input, vars)
	case *jparse.BooleanOperatorNode:
		return e.boolean(node, input, vars)
	case *jparse.StringConcatenationNode:
		return e.concatenation(node, input, vars)
	default:
		return e.evalControl(node, input, vars)
	}
}

// evalControl evaluates nodes that control the evaluation of other nodes, and functions.
func (e *evaluation) evalControl(node jparse.Node, input any, vars *variables) (any, error) {
	switch node := node.(type) {
	case *jparse.BlockNode, *jparse.ConditionalNode, *jparse.FunctionCallNode:
		value, next, err := e.evalTail(node, input, vars)
		if err != nil || next == nil {
			return value, err
		}

		return e.call(next.function, next.args, next.input)
	case *jparse.AssignmentNode:
		value, err := e.eval(node.Value, input, vars)
		if err != nil {
			return nil, err
		}

		if err := e.take(memberBytes); err != nil {
			return nil, err
		}

		vars.bind(node.Name, value)

		return value, nil
	case *jparse.RegexNode:
		return e.regex(node.Value), nil
	case *jparse.LambdaNode:
		return e.lambda(node, nil, input, vars)
	case *jparse.TypedLambdaNode:
		return e.lambda(node.LambdaNode, node.In, input, vars)
	case *jparse.PartialNode:
		return e.partial(node, input, vars)
	case *jparse.FunctionApplicationNode:
		return e.application(node, input, vars)
	case *jparse.ObjectTransformationNode:
		return e.transformation(node, vars)
	default:
		return nil, fmt.Errorf("%w: %T", errUnknownNode, node)
	}
}

// variable returns $, $$, a variable of the expression or of the scope, or a function.
func (e *evaluation) variable(node *jparse.VariableNode, input any, vars *variables) any {
	switch node.Name {
	case "":
		return input
	case "$":
		return undefined{} // Expressions of Step Functions have no input of their own.
	}

	if value, ok := vars.lookup(node.Name); ok {
		return value
	}

	if value, ok := e.scope.Lookup(node.Name); ok {
		return value
	}

	if native, ok := library()[node.Name]; ok {
		return native
	}

	return undefined{}
}
