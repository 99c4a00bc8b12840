package asl

import (
	"errors"
	"reflect"
	"regexp"
	"slices"

	"github.com/blues/jsonata-go/jparse"
)

// rewrite replaces what the library would evaluate wrongly by what says the same.
// A definition's text is compiled, not a tree, so the new tree is printed; what does
// not read back as the same tree is not used.
func rewrite(source string, node jparse.Node) (string, jparse.Node, error) {
	if text, tree, ok := replaced(source, corrected); ok {
		source, node = text, tree
	}

	if !contains[*jparse.FunctionApplicationNode](node) {
		return source, node, nil
	}

	text, tree, ok := replaced(source, applied)
	if !ok {
		return "", nil, errApplication
	}

	return text, tree, nil
}

// replaced parses source, replaces every node for which replace has another, and
// says whether the result can be printed.
func replaced(source string, replace func(jparse.Node) jparse.Node) (string, jparse.Node, bool) {
	node, err := jparse.Parse(source)
	if err != nil {
		return "", nil, false
	}

	visit(reflect.ValueOf(&node).Elem(), func(v reflect.Value) {
		if old, ok := reflect.TypeAssert[jparse.Node](v); ok {
			if other := replace(old); other != nil {
				v.Set(reflect.ValueOf(other))
			}
		}
	})

	text := node.String()
	again, err := jparse.Parse(text)

	return text, again, err == nil && reflect.DeepEqual(node, again)
}

// applied turns "a ~> $f(b)" into "$f(a, b)". The library does the same while it
// evaluates, but in place, so that the second evaluation has the argument twice.
func applied(node jparse.Node) jparse.Node {
	application, ok := node.(*jparse.FunctionApplicationNode)
	if !ok {
		return nil
	}

	call, ok := application.RHS.(*jparse.FunctionCallNode)
	if !ok {
		return nil
	}

	return &jparse.FunctionCallNode{Func: call.Func, Args: append([]jparse.Node{application.LHS}, call.Args...)}
}

// shortCircuit turns "a and b" into "(a ? (b ? true : false) : false)", and "or"
// accordingly: the library evaluates both sides always, and fails where the right
// one only makes sense if the left one holds.
func shortCircuit(operator *jparse.BooleanOperatorNode) jparse.Node {
	yes, no := &jparse.BooleanNode{Value: true}, &jparse.BooleanNode{Value: false}
	right := block(&jparse.ConditionalNode{If: block(operator.RHS), Then: yes, Else: no})

	if operator.Type == jparse.BooleanOr {
		return block(&jparse.ConditionalNode{If: block(operator.LHS), Then: yes, Else: right})
	}

	return block(&jparse.ConditionalNode{If: block(operator.LHS), Then: right, Else: no})
}

// corrected is what stands for a node that the library gets wrong, or nil.
func corrected(node jparse.Node) jparse.Node {
	switch node := node.(type) {
	case *jparse.ComparisonOperatorNode:
		return nullTest(node)
	case *jparse.BooleanOperatorNode:
		return shortCircuit(node)
	case *jparse.LambdaNode:
		node.Body = guardedBody(node.Body)
	case *jparse.TypedLambdaNode:
		node.Body = guardedBody(node.Body)
	case *jparse.BlockNode:
		node.Exprs = append([]jparse.Node{calling(timeGuard)}, node.Exprs...)
	}

	return nil
}

// callGuard is called by every function of a definition's author before its body.
// Without an end to recursion the process would overflow its stack, which Go cannot
// recover from.
const (
	callGuard = "_call"
	maxCalls  = 50_000
)

var errTooManyCalls = errors.New("Stack overflow error: an expression's functions are called more than 50,000 times") //nolint:staticcheck // AWS's words.

// newCallGuard makes the guard of one evaluation.
func newCallGuard(r *run) *callable {
	left := maxCalls

	return &callable{name: callGuard, run: r, plain: func(*run, *arguments) (any, error) {
		if left--; left < 0 {
			return nil, errTooManyCalls
		}

		return undefined{}, nil
	}}
}

// guardedBody calls the guard before a function's body.
func guardedBody(body jparse.Node) jparse.Node {
	return &jparse.BlockNode{Exprs: []jparse.Node{calling(callGuard), body}}
}

func calling(name string) jparse.Node {
	return &jparse.FunctionCallNode{Func: &jparse.VariableNode{Name: name}}
}

// nullTest turns "a = null" into "$type(a) = 'null'": the library compares two
// nulls by where they are stored.
func nullTest(comparison *jparse.ComparisonOperatorNode) jparse.Node {
	if comparison.Type != jparse.ComparisonEqual && comparison.Type != jparse.ComparisonNotEqual {
		return nil
	}

	operand := comparison.LHS
	if _, isNull := operand.(*jparse.NullNode); isNull {
		operand = comparison.RHS
	} else if _, isNull := comparison.RHS.(*jparse.NullNode); !isNull {
		return nil
	}

	typeOf := &jparse.FunctionCallNode{Func: &jparse.VariableNode{Name: "type"}, Args: []jparse.Node{operand}}

	return &jparse.ComparisonOperatorNode{Type: comparison.Type, LHS: typeOf, RHS: &jparse.StringNode{Value: "null"}}
}

// block puts a node into parentheses.
func block(node jparse.Node) jparse.Node {
	return &jparse.BlockNode{Exprs: []jparse.Node{node}}
}

// contains says whether there is a node of type T in a tree.
func contains[T jparse.Node](node jparse.Node) bool {
	found := false

	visit(reflect.ValueOf(&node).Elem(), func(v reflect.Value) {
		if _, ok := reflect.TypeAssert[T](v); ok {
			found = true
		}
	})

	return found
}

// variableNames are the names of all variables and functions in an expression.
func variableNames(node jparse.Node) []string {
	var names []string

	visit(reflect.ValueOf(&node).Elem(), func(v reflect.Value) {
		if variable, ok := reflect.TypeAssert[*jparse.VariableNode](v); ok && variable.Name != "" {
			names = append(names, variable.Name)
		}
	})

	slices.Sort(names)

	return slices.Compact(names)
}

// visit calls found for every value of type jparse.Node below v, children first.
func visit(v reflect.Value, found func(reflect.Value)) {
	switch v.Kind() { //nolint:exhaustive // Nodes stand nowhere else.
	case reflect.Interface:
		if v.IsNil() {
			return
		}

		visit(v.Elem(), found)

		if _, ok := reflect.TypeAssert[jparse.Node](v); ok && v.CanSet() {
			found(v)
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*regexp.Regexp]() {
			visit(v.Elem(), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				visit(v.Field(i), found)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			visit(v.Index(i), found)
		}
	}
}
