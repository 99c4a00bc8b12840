package jsonata

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

// Expression is a compiled expression. It is immutable and safe for concurrent use.
type Expression struct {
	source string
	node   jparse.Node // Never changed.
}

var (
	errEval = errors.New("$eval is not available in Step Functions: use $parse")
	// errSyntax is the error for an expression on which the library's parser panicked.
	errSyntax = errors.New("cannot be read")
)

// Compile parses an expression. The parser is recursive and uses the stack, so the caller
// limits the size of source.
func Compile(source string) (out *Expression, err error) {
	source = strings.TrimSpace(source)

	defer func() {
		if caught := recover(); caught != nil {
			out, err = nil, fmt.Errorf("the JSONata %q %w: %v", source, errSyntax, caught)
		}
	}()

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

	return &Expression{source: source, node: node}, nil
}

// Source returns the text of the expression, without spaces around it.
func (e *Expression) Source() string { return e.source }

// Random is the source of $random, $shuffle and $uuid.
type Random interface {
	Float64() float64 // In [0, 1).
	Uint64() uint64
}

// Scope is what an expression can use from outside.
type Scope struct {
	// Lookup returns the value of a variable, as Go decodes JSON.
	Lookup func(name string) (any, bool)
	Now    time.Time // The time of $now and $millis.
	Random Random
	Budget *Budget
}

// EvaluationError is the reason why an expression failed. Where a field is named, the words
// are AWS's. Undefined means that the expression has no result.
type EvaluationError struct {
	Source    string // The expression.
	Reason    string
	Undefined bool
}

// Error implements error.
func (e *EvaluationError) Error() string { return e.Reason }

// Eval evaluates the expression. Its error is always an *EvaluationError.
func (e *Expression) Eval(s *Scope) (any, error) { return e.evalWithin(s, maxEvaluation) }

func (e *Expression) evalWithin(s *Scope, limit time.Duration) (any, error) {
	s.Budget.limit = limit

	value, err := e.guarded(s)
	if err != nil {
		return nil, &EvaluationError{Source: e.source, Reason: err.Error()}
	}

	if _, none := value.(undefined); none {
		return nil, &EvaluationError{Source: e.source, Undefined: true, Reason: "returned nothing (undefined)"}
	}

	return value, nil
}

// errPanic is the error for an evaluation that panicked.
var errPanic = errors.New("cannot be evaluated")

// evaluating limits the number of concurrent evaluations, and so their total memory.
var evaluating = make(chan struct{}, maxEvaluations)

const maxEvaluations = 4

func (e *Expression) guarded(s *Scope) (value any, err error) {
	evaluating <- struct{}{}

	defer func() {
		<-evaluating

		if caught := recover(); caught != nil {
			value, err = nil, fmt.Errorf("%w: %v", errPanic, caught)
		}
	}()

	at := &evaluation{scope: s, Budget: s.Budget}

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
