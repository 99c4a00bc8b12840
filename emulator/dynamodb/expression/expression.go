// Package expression implements DynamoDB's expression language: conditions and filters,
// updates, projections and key conditions.
//
// Read the files in this order:
//
//	token.go       splits the text into words, placeholders, numbers and signs
//	syntax.go      the tree that all four languages share, and the base of the parser
//	path.go        document paths: a.b[0]
//	condition.go   conditions, by precedence: OR, AND, NOT, comparison, operand
//	update.go      SET, REMOVE, ADD, DELETE
//	projection.go  a list of paths
//	bind.go        replaces #names and :values, and checks functions
//	evaluate.go    evaluates a condition on an item
//	apply.go       applies an update to an item
//	keycondition.go  the conditions that a Query can look up
//
// Parsing does not use an item, and evaluation does not use the text. The grammar and the
// meaning are those of the pages under
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html;
// the errors have DynamoDB's texts.
package expression

import (
	"errors"
	"fmt"
)

// Parameter is the request's member that contains an expression, by the name that errors
// use.
type Parameter string

// The members that contain expressions.
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

// Error is an expression that DynamoDB rejects. It has the whole message, for a
// ValidationException.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// in adds the member to an error of parsing. An error of evaluation has no member, as in
// DynamoDB.
func (parameter Parameter) in(err error) error {
	var refused *Error
	if !errors.As(err, &refused) {
		return err
	}

	return refuse("Invalid %s: %s", string(parameter), refused.Message)
}
