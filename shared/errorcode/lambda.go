package errorcode

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda/messages"
)

// ForLambda converts err to an error for which aws-lambda-go reports the code as the
// error type. The runtime does not unwrap errors. Without the conversion it would report
// the Go type of the outermost error ("wrapError"), and no ErrorEquals would match. An
// error without a code is returned unchanged: it is a bug to investigate.
func ForLambda(err error) error {
	coded, ok := Of(err)
	if !ok {
		return err
	}

	// This is a value, not a pointer: the runtime asserts the value type.
	return messages.InvokeResponse_Error{Type: string(coded.Code), Message: coded.Reason}
}

// Caught is the error that Step Functions passes to a Catcher: $states.errorOutput.
type Caught struct {
	// Error is the error name; for our own errors it is a [Code].
	Error string `json:"Error"`
	// Cause is Lambda's error document as text: {"errorMessage", "errorType"}.
	Cause string `json:"Cause"`
}

// Decode returns the error that a Catcher caught. If the cause is not an error document,
// the reason is only the table's sentence.
func (c Caught) Decode() *Error {
	var document struct {
		Message string `json:"errorMessage"`
	}

	coded := New(Code(c.Error), "")
	if json.Unmarshal([]byte(c.Cause), &document) == nil && document.Message != "" {
		coded.Reason = document.Message
	}

	return coded
}
