package faults

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

// ForLambda turns err into what aws-lambda-go reports under the fault's own
// name. Without it the runtime would report the concrete Go type of the
// outermost error ("wrapError"), and no ErrorEquals would ever match: it does
// not unwrap. An error that is no fault passes as it is, and so stays a bug
// that somebody has to look at.
func ForLambda(err error) error {
	fault, ok := Of(err)
	if !ok {
		return err
	}

	// A value, not a pointer: the runtime asserts on the value type.
	return messages.InvokeResponse_Error{Type: string(fault.Code), Message: fault.Reason}
}

// Caught is the error as Step Functions hands it to a Catcher: $states.errorOutput.
type Caught struct {
	// Error is the error name: a [Code], for our own faults.
	Error string `json:"Error"`
	// Cause is Lambda's error document as text: {"errorMessage", "errorType"}.
	Cause string `json:"Cause"`
}

// Fault reads the fault back from what a Catcher caught. A cause that is no
// error document is taken as the table's sentence alone.
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
