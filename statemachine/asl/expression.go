package asl

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

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
func (e *expression) eval(s *scope) (any, error) { return e.evalWithin(s, maxEvaluation) }

func (e *expression) evalWithin(s *scope, limit time.Duration) (any, error) {
	bindings := make(map[string]any, len(e.names))

	for _, name := range e.names {
		if value, ok := s.lookup(name); ok {
			bindings[name] = value
		}
	}

	if slices.Contains(e.names, callGuard) {
		bindings[callGuard] = newCallGuard(s.run)
	}

	if slices.Contains(e.names, timeGuard) {
		bindings[timeGuard] = newTimeGuard(s.run, limit)
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
