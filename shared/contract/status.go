package contract

// FailInput is what Fail is asked: an execution of the pipeline has changed its status.
type FailInput struct {
	Change    StatusChange `json:"change"`
	Recipe    string       `json:"recipe"`    // the recipe's JSON text
	Execution string       `json:"execution"` // ARN, of the execution that asks
}

// StatusChange is the detail of the event "Step Functions Execution Status Change"
// (AWS Step Functions Developer Guide, "Automating Step Functions event delivery with
// EventBridge").
type StatusChange struct {
	ExecutionARN string `json:"executionArn"`
	Status       string `json:"status"`
	// Input is the execution's, as text; empty where it was too large for the event,
	// which that of an upload never is.
	Input        string `json:"input"`
	RedriveCount int    `json:"redriveCount"`
	Error        string `json:"error"`
	Cause        string `json:"cause"`
}

// FailOutput is Fail's answer.
type FailOutput struct {
	Key    string `json:"key"`
	Status string `json:"status"` // the execution's
}
