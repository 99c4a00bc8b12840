// Package expression is DynamoDB's expression language: conditions and filters,
// updates, projections and key conditions.
//
// It reads in this order:
//
//	token.go       the text becomes words, placeholders, numbers and signs
//	syntax.go      the tree that all four languages share, and the parser's footing
//	path.go        document paths: a.b[0]
//	condition.go   conditions, by precedence: OR, AND, NOT, comparison, operand
//	update.go      SET, REMOVE, ADD, DELETE
//	projection.go  a list of paths
//	bind.go        #names and :values take their places; functions are checked
//	evaluate.go    does an item meet a condition?
//	apply.go       what becomes of an item under an update?
//	keycondition.go  the few conditions that a Query can look up
//
// Parsing knows no item, evaluation no text. The grammar and the meaning are
// those of the pages under
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html;
// the errors are in DynamoDB's words.
package expression

import (
	"errors"
	"fmt"
)

// Parameter names the request's member that an expression came in, as errors
// name it.
type Parameter string

// The members that hold expressions.
const (
	ConditionExpression    Parameter = "ConditionExpression"
	FilterExpression       Parameter = "FilterExpression"
	KeyConditionExpression Parameter = "KeyConditionExpression"
	ProjectionExpression   Parameter = "ProjectionExpression"
	UpdateExpression       Parameter = "UpdateExpression"
)

// Limits of one expression.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const (
	MaxBytes      = 4 << 10
	MaxOperators  = 300
	MaxInOperands = 100
	MaxPathDepth  = 32 // dereferences in one document path
)

// Error is an expression that DynamoDB refuses: its whole message, which belongs
// into a ValidationException.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// in says which member an error of parsing came from. Errors of evaluation stay
// without, as DynamoDB leaves them.
func (parameter Parameter) in(err error) error {
	var refused *Error
	if !errors.As(err, &refused) {
		return err
	}

	return refuse("Invalid %s: %s", string(parameter), refused.Message)
}
