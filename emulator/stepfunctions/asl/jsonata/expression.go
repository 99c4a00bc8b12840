package jsonata

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Expression is a compiled expression. It is immutable and safe for concurrent use.
type Expression struct {
	source string
	node   *node // Never changed.
}

var errEval = errors.New("$eval is not available in Step Functions: use $parse")

// Compile parses an expression. The parser is recursive and uses the stack, so the caller
// limits the size of source.
func Compile(source string) (*Expression, error) {
	source = strings.TrimSpace(source)

	node, err := compiled(source)
	if err != nil {
		return nil, fmt.Errorf("the JSONata %q: %w", source, err)
	}

	return &Expression{source: source, node: node}, nil
}

func compiled(source string) (*node, error) {
	tree, err := parse(source)
	if err != nil {
		return nil, err
	}

	out, err := (&structure{}).node(tree)
	if err != nil {
		return nil, err
	}

	if out.any(func(n *node) bool { return n.kind == variableNode && n.text == "eval" }) {
		return nil, errEval
	}

	if out.kind == parentNode || out.seeking != nil {
		return nil, fault("S0217")
	}

	return out, nil
}

// Reads reports whether the expression reads a member of a variable by its name, such as
// $states.result.
func (e *Expression) Reads(variable, member string) bool {
	return e.node.any(func(n *node) bool {
		return n.kind == pathNode && len(n.list) > 1 && n.list[0].kind == variableNode && n.list[0].text == variable &&
			n.list[1].kind == nameNode && n.list[1].text == member
	})
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
	// Lookup returns the value of a variable, in the types of [Decode].
	Lookup func(name string) (any, bool)
	Now    time.Time // The time of $now and $millis.
	Random Random
	Budget *Budget
}

// EvaluationError is the reason why an expression failed. Undefined means that the
// expression has no result, and Function that its result is or contains a function.
type EvaluationError struct {
	Source    string // The expression.
	Reason    string // It begins with the code of the reference implementation, such as "T1006: ".
	Undefined bool
	Function  bool
}

// Error implements error.
func (e *EvaluationError) Error() string { return e.Reason }

// Eval evaluates the expression. The result has the types of [Decode]. The error is always
// an *EvaluationError.
func (e *Expression) Eval(s *Scope) (any, error) { return e.evalWithin(s, undefined{}, maxEvaluation) }

// evalWithin evaluates the expression with an input ($ and $$), which is undefined in Step
// Functions.
func (e *Expression) evalWithin(s *Scope, input any, limit time.Duration) (any, error) {
	s.Budget.limit = limit

	value, err := e.guarded(s, input)
	if err != nil {
		return nil, &EvaluationError{Source: e.source, Reason: err.Error(), Function: errors.Is(err, errFunction)}
	}

	if isUndefined(value) {
		return nil, &EvaluationError{Source: e.source, Undefined: true, Reason: "returned nothing (undefined)"}
	}

	return value, nil
}

// errPanic is the error for an evaluation that panicked.
var errPanic = errors.New("cannot be evaluated")

// evaluating limits the number of concurrent evaluations, and so their total memory.
var evaluating = make(chan struct{}, maxEvaluations)

const maxEvaluations = 4

func (e *Expression) guarded(s *Scope, input any) (value any, err error) {
	evaluating <- struct{}{}

	defer func() {
		<-evaluating

		if caught := recover(); caught != nil {
			value, err = nil, fmt.Errorf("%w: %v", errPanic, caught)
		}
	}()

	at := &evaluation{scope: s, Budget: s.Budget, root: input}

	if list, ok := input.([]any); ok {
		input = &array{items: []any{list}, sequence: true, outer: true}
	}

	if value, err = at.eval(e.node, input, &frame{}); err != nil {
		return nil, err
	}

	return at.export(value)
}
