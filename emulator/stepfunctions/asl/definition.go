package asl

// LambdaInvoke is the Resource of AWS's optimized Lambda integration. Its Arguments are
// {FunctionName, Payload, …}. Its result is {ExecutedVersion, Payload, SdkHttpMetadata,
// SdkResponseMetadata, StatusCode}, with Payload as JSON, not as text.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
const LambdaInvoke = "arn:aws:states:::lambda:invoke"

// Definition is a parsed and validated state machine. It is immutable and safe for
// concurrent use.
type Definition struct {
	comment        string
	timeoutSeconds float64
	root           *flow
	children       map[string]*Definition // The definitions of the DISTRIBUTED Maps, by label.
}

// Comment returns the machine's Comment.
func (d *Definition) Comment() string { return d.comment }

// StartAt returns the name of the first state.
func (d *Definition) StartAt() string { return d.root.startAt }

// DefinitionError holds all problems of a definition.
type DefinitionError struct {
	Problems []Problem
}

// Problem is one error in a definition.
type Problem struct {
	Path    string // A JSON pointer, such as "/States/Resize/Retry/0/ErrorEquals"; "" is the whole definition.
	Code    Code
	Message string
}

// Code is the kind of a [Problem]. The names are those of AWS's
// ValidateStateMachineDefinition.
type Code string

// Codes of problems.
const (
	CodeJSON     Code = "INVALID_JSON_DESCRIPTION"  // The definition is not JSON.
	CodeSchema   Code = "SCHEMA_VALIDATION_FAILED"  // A field is missing, unknown or wrong.
	CodeTarget   Code = "MISSING_TRANSITION_TARGET" // The target of a transition does not exist, or no transition leads to a state.
	CodeEndState Code = "MISSING_END_STATE"         // No state ends the machine.

	CodeDuplicateState Code = "DUPLICATE_STATE_NAME" // Two states have the same name.
	CodeStateName      Code = "INVALID_STATE_NAME"   // The name of a state is not valid.
	CodeDuplicateLabel Code = "DUPLICATE_LABEL_NAME" // Two distributed Maps have the same label.
	CodeLabel          Code = "INVALID_LABEL_NAME"   // A label is not valid.

	CodeExpression            Code = "INVALID_JSONATA_EXPRESSION"     // An expression cannot be parsed.
	CodeUnsupportedExpression Code = "UNSUPPORTED_JSONATA_EXPRESSION" // An expression uses what Step Functions does not support.
)
