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
	Path    string // Where, such as "/States/Resize/Retry/0/ErrorEquals" (a JSON pointer).
	Message string
}
