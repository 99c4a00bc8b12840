package asl

// LambdaInvoke is the Resource of AWS's optimized Lambda integration. Its
// Arguments are {FunctionName, Payload, …}; its result is {ExecutedVersion,
// Payload, SdkHttpMetadata, SdkResponseMetadata, StatusCode}, with Payload as JSON
// and not as text.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
const LambdaInvoke = "arn:aws:states:::lambda:invoke"

// Definition is a parsed and validated state machine. It is immutable, and safe
// for concurrent use.
type Definition struct {
	comment        string
	timeoutSeconds float64
	root           *flow
	children       map[string]*Definition // Of the DISTRIBUTED Maps, by their label.
}

// Comment is the machine's Comment.
func (d *Definition) Comment() string { return d.comment }

// StartAt is the name of the first state.
func (d *Definition) StartAt() string { return d.root.startAt }

// DefinitionError is everything that is wrong with a definition.
type DefinitionError struct {
	Problems []Problem
}

// Problem is one fault in a definition.
type Problem struct {
	Path    string // Where, such as "/States/Resize/Retry/0/ErrorEquals" (a JSON pointer); "" is the whole.
	Code    Code
	Message string
}

// Code is the kind of a [Problem], by the names that AWS's
// ValidateStateMachineDefinition gives them.
type Code string

// The codes.
const (
	CodeJSON     Code = "INVALID_JSON_DESCRIPTION"  // The definition is not JSON.
	CodeSchema   Code = "SCHEMA_VALIDATION_FAILED"  // A field is missing, unknown or wrong.
	CodeTarget   Code = "MISSING_TRANSITION_TARGET" // A transition leads nowhere, or none leads to a state.
	CodeEndState Code = "MISSING_END_STATE"         // No state is the last one.
)
