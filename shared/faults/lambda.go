package faults

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

// ForLambda converts err to an error that aws-lambda-go reports under the fault's code.
// The runtime does not unwrap errors: it would report the Go type of the outermost error
// ("wrapError"), and no ErrorEquals would match. An error that is not a fault is returned
// unchanged: it is a bug to investigate.
func ForLambda(err error) error {
	fault, ok := Of(err)
	if !ok {
		return err
	}

	// This is a value, not a pointer: the runtime asserts the value type.
	return messages.InvokeResponse_Error{Type: string(fault.Code), Message: fault.Reason}
}

// Caught is the error that Step Functions passes to a Catcher: $states.errorOutput.
type Caught struct {
	// Error is the error name; for our own faults it is a [Code].
	Error string `json:"Error"`
	// Cause is Lambda's error document as text: {"errorMessage", "errorType"}.
	Cause string `json:"Cause"`
}

// Fault returns the fault that a Catcher caught. If the cause is not an error document,
// the reason is only the table's sentence.
func (c Caught) Fault() *Fault {
	var document struct {
		Message string `json:"errorMessage"`
	}

	fault := New(Code(c.Error), "")
	if json.Unmarshal([]byte(c.Cause), &document) == nil && document.Message != "" {
		fault.Reason = document.Message
	}

	return fault
}
