package asl

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

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
	errNoResult   = errors.New("$states.result cannot be used here")
	errNoErrorOut = errors.New("$states.errorOutput cannot be used here: only in a Catch")
	errLength     = fmt.Errorf("an expression has at most %d bytes", maxExpressionBytes)
)

// isExpression reports whether a string is an expression, or is meant to be one.
func isExpression(text string) bool {
	return strings.HasPrefix(text, expressionOpen) || strings.HasSuffix(text, expressionClose)
}

// jsonataCode matches the code of an error of JSONata, which AWS does not show here.
var jsonataCode = regexp.MustCompile(`^[A-Z]\d{4}: `)

// expression parses one {% … %} and reports its problems.
func (p *parser) expression(path, text string, reach reach) *jsonata.Expression {
	compiled, err := compile(text, reach)

	if wrong := errors.Unwrap(err); wrong != nil && jsonataCode.MatchString(wrong.Error()) {
		p.report(CodeExpression, path, jsonataCode.ReplaceAllString(wrong.Error(), ""))

		return nil
	}

	if err != nil {
		p.problemf(path, "%v", err)

		return nil
	}

	for _, name := range compiled.TopLevelNames() {
		p.report(CodeUnsupportedExpression, path, "Reference to '"+name+"' at the top level is not supported.")
	}

	return compiled
}

// compile parses one {% … %}.
func compile(text string, reach reach) (*jsonata.Expression, error) {
	if !strings.HasPrefix(text, expressionOpen) || !strings.HasSuffix(text, expressionClose) ||
		len(text) < len(expressionOpen)+len(expressionClose) {
		return nil, errUnclosed
	}

	if len(text) > maxExpressionBytes {
		return nil, errLength
	}

	source := text[len(expressionOpen) : len(text)-len(expressionClose)]

	out, err := jsonata.Compile(source)

	switch {
	case err != nil:
		return nil, err
	case out.Reads("states", "result") && !reach.result:
		return nil, errNoResult
	case out.Reads("states", "errorOutput") && !reach.errorOutput:
		return nil, errNoErrorOut
	default:
		return out, nil
	}
}
