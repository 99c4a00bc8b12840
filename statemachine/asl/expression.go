package asl

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/blues/jsonata-go"
	"github.com/blues/jsonata-go/jparse"
)

// expression is one compiled {% … %}.
type expression struct {
	source   string
	compiled jsonata.Expr
	names    []string // The variables and functions that it mentions.
}

// Where an expression stands decides which members of $states it may read.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-reserved-variable-states
type reach struct{ result, errorOutput bool }

const (
	expressionOpen  = "{%"
	expressionClose = "%}"
)

var (
	errUnclosed    = errors.New("an expression begins with {% and ends with %}, without spaces outside")
	errEval        = errors.New("$eval is not available in Step Functions: use $parse")
	errNoResult    = errors.New("$states.result cannot be used here")
	errNoErrorOut  = errors.New("$states.errorOutput cannot be used here: only in a Catch")
	errApplication = errors.New("this use of ~> is not supported: write the call as $function(value)")

	readsResult      = regexp.MustCompile(`\$states\s*\.\s*result\b`)
	readsErrorOutput = regexp.MustCompile(`\$states\s*\.\s*errorOutput\b`)
)

// isExpression says whether a string is (or tries to be) an expression.
func isExpression(text string) bool {
	return strings.HasPrefix(text, expressionOpen) || strings.HasSuffix(text, expressionClose)
}

// errSyntax is an expression on which the library's parser gave up in disorder.
var errSyntax = errors.New("cannot be read")

// compile reads one {% … %}.
func compile(text string, reach reach) (out *expression, err error) { //nolint:nonamedreturns // recover needs them.
	defer func() {
		if caught := recover(); caught != nil {
			out, err = nil, fmt.Errorf("the JSONata %q %w: %v", text, errSyntax, caught)
		}
	}()

	return compileSource(text, reach)
}

func compileSource(text string, reach reach) (*expression, error) {
	if !strings.HasPrefix(text, expressionOpen) || !strings.HasSuffix(text, expressionClose) ||
		len(text) < len(expressionOpen)+len(expressionClose) {
		return nil, errUnclosed
	}

	source := strings.TrimSpace(text[len(expressionOpen) : len(text)-len(expressionClose)])

	switch {
	case readsResult.MatchString(source) && !reach.result:
		return nil, errNoResult
	case readsErrorOutput.MatchString(source) && !reach.errorOutput:
		return nil, errNoErrorOut
	}

	clean, err := checkOperators(source)
	if err != nil {
		return nil, err
	}

	node, err := jparse.Parse(clean)
	if err != nil {
		return nil, fmt.Errorf("the JSONata %q: %w", source, err)
	}

	if clean, node, err = rewrite(clean, node); err != nil {
		return nil, err
	}

	names := variableNames(node)
	if slices.Contains(names, "eval") {
		return nil, errEval
	}

	compiled, err := jsonata.Compile(clean)
	if err != nil {
		return nil, fmt.Errorf("the JSONata %q: %w", source, err)
	}

	return &expression{source: source, compiled: *compiled, names: names}, nil
}

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
		if old, ok := v.Interface().(jparse.Node); ok {
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
func shortCircuit(node jparse.Node) jparse.Node {
	operator, ok := node.(*jparse.BooleanOperatorNode)
	if !ok {
		return nil
	}

	yes, no := &jparse.BooleanNode{Value: true}, &jparse.BooleanNode{Value: false}
	right := block(&jparse.ConditionalNode{If: block(operator.RHS), Then: yes, Else: no})

	if operator.Type == jparse.BooleanOr {
		return block(&jparse.ConditionalNode{If: block(operator.LHS), Then: yes, Else: right})
	}

	return block(&jparse.ConditionalNode{If: block(operator.LHS), Then: right, Else: no})
}

// corrected is what stands for a node that the library gets wrong, or nil.
func corrected(node jparse.Node) jparse.Node {
	if comparison, ok := node.(*jparse.ComparisonOperatorNode); ok {
		return nullTest(comparison)
	}

	return shortCircuit(node)
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
		if _, ok := v.Interface().(T); ok {
			found = true
		}
	})

	return found
}

// variableNames are the names of all variables and functions in an expression.
func variableNames(node jparse.Node) []string {
	var names []string

	visit(reflect.ValueOf(&node).Elem(), func(v reflect.Value) {
		if variable, ok := v.Interface().(*jparse.VariableNode); ok && variable.Name != "" {
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

		if _, ok := v.Interface().(jparse.Node); ok && v.CanSet() {
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

// evaluating guards jsonata-go: its built-in functions are shared by all
// expressions and keep the context of the call that is under way in themselves.
var evaluating sync.Mutex //nolint:gochecknoglobals // It guards another package's globals.

// evaluationError says why an expression failed, in AWS's words where the field is
// named. Undefined is the failure of having no result at all.
type evaluationError struct {
	source    string
	reason    string
	undefined bool
}

func (e *evaluationError) Error() string { return e.reason }

// eval runs the expression. Its failure is always an *evaluationError.
func (e *expression) eval(s *scope) (any, error) {
	bindings := make(map[string]any, len(e.names))

	for _, name := range e.names {
		if value, ok := s.lookup(name); ok {
			bindings[name] = value
		}
	}

	expr := e.compiled // A copy: what is registered must not stay for the next caller.
	if err := expr.RegisterVars(bindings); err != nil {
		return nil, &evaluationError{source: e.source, reason: err.Error()}
	}

	result, err := guarded(&expr)
	if errors.Is(err, jsonata.ErrUndefined) {
		return nil, &evaluationError{source: e.source, undefined: true, reason: "returned nothing (undefined)"}
	}

	if err != nil {
		return nil, &evaluationError{source: e.source, reason: err.Error()}
	}

	value, err := fromQuery(result)
	if err != nil {
		return nil, &evaluationError{source: e.source, reason: err.Error()}
	}

	return value, nil
}

// errPanic is an evaluation that the library could not finish in an orderly way.
var errPanic = errors.New("cannot be evaluated")

func guarded(expr *jsonata.Expr) (result any, err error) { //nolint:nonamedreturns // recover needs them.
	evaluating.Lock()
	defer evaluating.Unlock()

	defer func() {
		if caught := recover(); caught != nil {
			result, err = nil, fmt.Errorf("%w: %v", errPanic, caught)
		}
	}()

	return expr.Eval(nil) //nolint:wrapcheck // The caller names the expression.
}
