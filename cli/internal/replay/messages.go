package replay

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"triptych/shared/contract"
)

// statusChange is a message of the failed-executions queue: the EventBridge event "Step
// Functions Execution Status Change". The input is null if it was too large for the bus.
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
type statusChange struct {
	Detail struct {
		ExecutionARN string  `json:"executionArn"`
		RedriveCount int     `json:"redriveCount"`
		Input        *string `json:"input"`
		StopDate     int64   `json:"stopDate"` // milliseconds since 1970
	} `json:"detail"`
}

// statusChangeType is the detail-type of the event.
const statusChangeType = "Step Functions Execution Status Change"

// fromFailedExecution parses a message of the failed-executions queue. The parameter machines
// lists the state machines whose executions may be replayed.
func fromFailedExecution(message Message, body string, machines []string) Sighting {
	var event statusChange

	seen := Sighting{Source: DeadLetter, Message: &message}

	if err := json.Unmarshal([]byte(body), &event); err != nil {
		message.Problem = fmt.Sprintf("the message %s is not an event: %v", message.ID, err)

		return seen
	}

	if machine := MachineARN(event.Detail.ExecutionARN); machine == "" || !slices.Contains(machines, machine) {
		message.Problem = "the message " + message.ID + " is not about an execution of this stack"

		return seen
	}

	seen.ExecutionARN, seen.RedriveCount = event.Detail.ExecutionARN, event.Detail.RedriveCount
	message.About, message.Count = seen.ExecutionARN, seen.RedriveCount
	seen.At = time.UnixMilli(event.Detail.StopDate)

	if event.Detail.Input != nil {
		seen.Input = *event.Detail.Input
	}

	return seen
}

// The message attributes in which EventBridge describes an event that it could not
// deliver. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
const (
	targetAttribute  = "TARGET_ARN"
	codeAttribute    = "ERROR_CODE"
	messageAttribute = "ERROR_MESSAGE"
)

// fromUndelivered parses a message of the undelivered-events queue. The body of the message is
// the only copy of the event. The parameter machines lists the state machines that may be
// started.
func fromUndelivered(message Message, body string, attributes map[string]string, machines []string) Sighting {
	var event struct {
		ID         string    `json:"id"`
		DetailType string    `json:"detail-type"`
		Time       time.Time `json:"time"`
	}

	seen := Sighting{Source: Undelivered, Message: &message}

	if err := json.Unmarshal([]byte(body), &event); err != nil || event.ID == "" {
		message.Problem = "the message " + message.ID + " is not an event"

		return seen
	}

	seen.Why = attributes[codeAttribute]
	if text := attributes[messageAttribute]; text != "" {
		seen.Why += because(text)
	}

	for _, machine := range machines {
		if attributes[targetAttribute] == machine && machine != "" {
			seen.ExecutionARN, seen.Input, seen.At = ExecutionARN(machine, EventName(event.ID, machine)), body, event.Time

			return seen
		}
	}

	// An undelivered status-change event is about an execution that failed.
	if event.DetailType == statusChangeType {
		return fromFailedExecution(message, body, machines)
	}

	message.Problem = fmt.Sprintf("the message %s was for %q, which is not a state machine of this stack", message.ID, attributes[targetAttribute])

	return seen
}

// keyOf returns the key of the photo in the input of an execution, or "".
func keyOf(input string) string {
	upload, _ := uploadOf(input)

	return upload.Key
}

// uploadOf parses the upload or the deletion in the input of an execution.
func uploadOf(input string) (contract.Upload, bool) {
	var event struct {
		Detail contract.Event `json:"detail"`
	}

	if json.Unmarshal([]byte(input), &event) != nil || event.Detail.Object.Key == "" {
		return contract.Upload{}, false
	}

	return event.Detail.Upload(), true
}

// inputOf returns an input for an execution, made from an upload in the ledger.
func inputOf(bucket string, upload contract.Upload) string {
	var event struct {
		Source     string         `json:"source"`
		DetailType string         `json:"detail-type"`
		Detail     contract.Event `json:"detail"`
	}

	event.Source, event.DetailType = "triptych.replay", "Object Created"
	event.Detail.Bucket.Name = bucket
	event.Detail.Object.Key, event.Detail.Object.VersionID = upload.Key, upload.VersionID
	event.Detail.Object.ETag, event.Detail.Object.Size = upload.ETag, upload.Bytes
	event.Detail.Object.Sequencer = upload.Sequencer
	event.Detail.Reason = "Replay"

	text, err := json.Marshal(event)
	if err != nil {
		panic("strings and numbers do not encode: " + err.Error())
	}

	return string(text)
}

// withReplaces returns an input that names the execution to replace.
func withReplaces(input, failedARN string) (string, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(input), &members); err != nil || members == nil {
		return "", fmt.Errorf("the input is not a JSON object: %.80s", input)
	}

	named, err := json.Marshal(failedARN)
	if err != nil {
		panic("a string does not encode: " + err.Error())
	}

	members["replaces"] = named

	text, err := json.Marshal(members)
	if err != nil {
		return "", fmt.Errorf("write the input: %w", err)
	}

	return string(text), nil
}
