package asl

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/blues/jsonata-go/jparse"
)

// expression is one compiled {% … %}.
type expression struct {
	source string
	node   jparse.Node // Never changed.
}

// reach says which members of $states an expression may read. It depends on the field that
// contains the expression.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-reserved-variable-states
type reach struct{ result, errorOutput bool }

// maxExpressionBytes limits the size of an expression, and so its nesting, because the
// parser is recursive and uses the stack.
const maxExpressionBytes = 64 << 10

const (
	expressionOpen  = "{%"
	expressionClose = "%}"
)

var (
	errUnclosed   = errors.New("an expression begins with {% and ends with %}, without spaces outside")
	errEval       = errors.New("$eval is not available in Step Functions: use $parse")
	errNoResult   = errors.New("$states.result cannot be used here")
	errNoErrorOut = errors.New("$states.errorOutput cannot be used here: only in a Catch")
	errLength     = fmt.Errorf("an expression has at most %d bytes", maxExpressionBytes)

	readsResult      = regexp.MustCompile(`\$states\s*\.\s*result\b`)
	readsErrorOutput = regexp.MustCompile(`\$states\s*\.\s*errorOutput\b`)
)

// isExpression reports whether a string is an expression, or is meant to be one.
func isExpression(text string) bool {
	return strings.HasPrefix(text, expressionOpen) || strings.HasSuffix(text, expressionClose)
}

// errSyntax is the error for an expression on which the library's parser panicked.
var errSyntax = errors.New("cannot be read")

// compile parses one {% … %}.
func compile(text string, reach reach) (out *expression, err error) {
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

	if len(text) > maxExpressionBytes {
		return nil, errLength
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

	if slices.Contains(variableNames(node), "eval") {
		return nil, errEval
	}

	return &expression{source: source, node: node}, nil
}

// evaluationError is the reason why an expression failed. Where a field is named, the words
// are AWS's. Undefined means that the expression has no result.
type evaluationError struct {
	source    string
	reason    string
	undefined bool
}

func (e *evaluationError) Error() string { return e.reason }

// eval evaluates the expression. Its error is always an *evaluationError.
func (e *expression) eval(s *scope) (any, error) { return e.evalWithin(s, maxEvaluation) }

func (e *expression) evalWithin(s *scope, limit time.Duration) (any, error) {
	s.budget.limit = limit

	value, err := e.guarded(s)
	if err != nil {
		return nil, &evaluationError{source: e.source, reason: err.Error()}
	}

	if _, none := value.(undefined); none {
		return nil, &evaluationError{source: e.source, undefined: true, reason: "returned nothing (undefined)"}
	}

	return value, nil
}

// errPanic is the error for an evaluation that panicked.
var errPanic = errors.New("cannot be evaluated")

// evaluating limits the number of concurrent evaluations, and so their total memory.
var evaluating = make(chan struct{}, maxEvaluations)

const maxEvaluations = 4

func (e *expression) guarded(s *scope) (value any, err error) {
	evaluating <- struct{}{}

	defer func() {
		<-evaluating

		if caught := recover(); caught != nil {
			value, err = nil, fmt.Errorf("%w: %v", errPanic, caught)
		}
	}()

	at := &evaluation{scope: s, budget: s.budget}

	if value, err = at.eval(e.node, undefined{}, &variables{}); err != nil {
		return nil, err
	}

	return value, at.export(value)
}

// variableNames returns the names of all variables and functions in an expression.
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
	switch v.Kind() { //nolint:exhaustive // Only these kinds contain nodes.
	case reflect.Interface:
		if v.IsNil() {
			return
		}

		visit(v.Elem(), found)

		if _, ok := reflect.TypeAssert[jparse.Node](v); ok {
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
