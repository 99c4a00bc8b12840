package contract

// FailInput is the input of Fail. It describes an execution of the pipeline whose status
// changed.
type FailInput struct {
	Change    StatusChange `json:"change"`
	Recipe    string       `json:"recipe"`    // the recipe's JSON text
	Execution string       `json:"execution"` // ARN of the execution that calls Fail
}

// StatusChange is the detail of the event "Step Functions Execution Status Change"
// (AWS Step Functions Developer Guide, "Automating Step Functions event delivery with
// EventBridge").
type StatusChange struct {
	ExecutionARN string `json:"executionArn"`
	Status       string `json:"status"`
	// Input is the execution's input as text. It is empty if the input was too large for
	// the event; the input of an upload is never too large.
	Input        string `json:"input"`
	RedriveCount int    `json:"redriveCount"`
	Error        string `json:"error"`
	Cause        string `json:"cause"`
}

// FailOutput is the output of Fail.
type FailOutput struct {
	Key    string `json:"key"`
	Status string `json:"status"` // of the failed execution
}
