package asl

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// HistoryEvent is one event of an execution's history. Its JSON is exactly that of
// AWS's GetExecutionHistory, so a driver may store and serve it as it is.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
type HistoryEvent struct {
	ID              int64     `json:"id"` // From 1, without gaps.
	PreviousEventID int64     `json:"previousEventId"`
	Timestamp       Timestamp `json:"timestamp"`
	Type            EventType `json:"type"`

	ExecutionStarted   *ExecutionStartedDetails   `json:"executionStartedEventDetails,omitempty"`
	ExecutionSucceeded *ExecutionSucceededDetails `json:"executionSucceededEventDetails,omitempty"`
	ExecutionFailed    *FailureDetails            `json:"executionFailedEventDetails,omitempty"`
	ExecutionTimedOut  *FailureDetails            `json:"executionTimedOutEventDetails,omitempty"`
	ExecutionAborted   *FailureDetails            `json:"executionAbortedEventDetails,omitempty"`
	ExecutionRedriven  *ExecutionRedrivenDetails  `json:"executionRedrivenEventDetails,omitempty"`

	StateEntered     *StateEnteredDetails     `json:"stateEnteredEventDetails,omitempty"`
	StateExited      *StateExitedDetails      `json:"stateExitedEventDetails,omitempty"`
	EvaluationFailed *EvaluationFailedDetails `json:"evaluationFailedEventDetails,omitempty"`

	TaskScheduled *TaskScheduledDetails `json:"taskScheduledEventDetails,omitempty"`
	TaskStarted   *TaskStartedDetails   `json:"taskStartedEventDetails,omitempty"`
	TaskSucceeded *TaskSucceededDetails `json:"taskSucceededEventDetails,omitempty"`
	TaskFailed    *TaskFailedDetails    `json:"taskFailedEventDetails,omitempty"`
	TaskTimedOut  *TaskFailedDetails    `json:"taskTimedOutEventDetails,omitempty"`

	MapStateStarted       *MapStateStartedDetails `json:"mapStateStartedEventDetails,omitempty"`
	MapIterationStarted   *MapIterationDetails    `json:"mapIterationStartedEventDetails,omitempty"`
	MapIterationSucceeded *MapIterationDetails    `json:"mapIterationSucceededEventDetails,omitempty"`
	MapIterationFailed    *MapIterationDetails    `json:"mapIterationFailedEventDetails,omitempty"`
	MapIterationAborted   *MapIterationDetails    `json:"mapIterationAbortedEventDetails,omitempty"`

	MapRunStarted  *MapRunStartedDetails  `json:"mapRunStartedEventDetails,omitempty"`
	MapRunFailed   *FailureDetails        `json:"mapRunFailedEventDetails,omitempty"`
	MapRunRedriven *MapRunRedrivenDetails `json:"mapRunRedrivenEventDetails,omitempty"`
}

// EventType is a history event's type, by AWS's names. State events are
// {Type}StateEntered, …Exited and so on.
type EventType string

// The event types that are not made from a state type's name.
const (
	EventExecutionStarted      EventType = "ExecutionStarted"
	EventExecutionSucceeded    EventType = "ExecutionSucceeded"
	EventExecutionFailed       EventType = "ExecutionFailed"
	EventExecutionTimedOut     EventType = "ExecutionTimedOut"
	EventExecutionAborted      EventType = "ExecutionAborted"
	EventExecutionRedriven     EventType = "ExecutionRedriven"
	EventEvaluationFailed      EventType = "EvaluationFailed"
	EventTaskScheduled         EventType = "TaskScheduled"
	EventTaskStarted           EventType = "TaskStarted"
	EventTaskSucceeded         EventType = "TaskSucceeded"
	EventTaskFailed            EventType = "TaskFailed"
	EventTaskTimedOut          EventType = "TaskTimedOut"
	EventMapStateStarted       EventType = "MapStateStarted"
	EventMapIterationStarted   EventType = "MapIterationStarted"
	EventMapIterationSucceeded EventType = "MapIterationSucceeded"
	EventMapIterationFailed    EventType = "MapIterationFailed"
	EventMapIterationAborted   EventType = "MapIterationAborted"
	EventMapStateSucceeded     EventType = "MapStateSucceeded"
	EventMapStateFailed        EventType = "MapStateFailed"
	EventMapRunStarted         EventType = "MapRunStarted"
	EventMapRunSucceeded       EventType = "MapRunSucceeded"
	EventMapRunFailed          EventType = "MapRunFailed"
	EventMapRunAborted         EventType = "MapRunAborted"
	EventMapRunRedriven        EventType = "MapRunRedriven"
)

// endsExecution says whether an event of the type is the last of a history, until a
// redrive.
func (t EventType) endsExecution() bool {
	return t == EventExecutionSucceeded || t == EventExecutionFailed || t == EventExecutionTimedOut || t == EventExecutionAborted
}

// Timestamp is a time of the JSON protocol: seconds since 1970 as a number, to the
// millisecond.
type Timestamp struct{ time.Time }

// MarshalJSON implements [json.Marshaler].
func (t Timestamp) MarshalJSON() ([]byte, error) {
	const millis = 1e3

	return strconv.AppendFloat(nil, float64(t.UnixMilli())/millis, 'f', 3, 64), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	var seconds float64
	if err := json.Unmarshal(text, &seconds); err != nil {
		return fmt.Errorf("read timestamp: %w", err)
	}

	const millis = 1e3

	t.Time = time.UnixMilli(int64(math.Round(seconds * millis))).UTC()

	return nil
}

// DataDetails says whether a datum was cut; never so in an API's answer.
type DataDetails struct {
	Truncated bool `json:"truncated"`
}

// ExecutionStartedDetails belongs to ExecutionStarted.
type ExecutionStartedDetails struct {
	Input        string       `json:"input,omitempty"`
	InputDetails *DataDetails `json:"inputDetails,omitempty"`
	RoleARN      string       `json:"roleArn,omitempty"`
}

// ExecutionSucceededDetails belongs to ExecutionSucceeded.
type ExecutionSucceededDetails struct {
	Output        string       `json:"output,omitempty"`
	OutputDetails *DataDetails `json:"outputDetails,omitempty"`
}

// FailureDetails belongs to ExecutionFailed, ExecutionTimedOut, ExecutionAborted.
type FailureDetails struct {
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

// ExecutionRedrivenDetails belongs to ExecutionRedriven.
type ExecutionRedrivenDetails struct {
	RedriveCount int `json:"redriveCount"`
}

// StateEnteredDetails belongs to {Type}StateEntered.
type StateEnteredDetails struct {
	Name         string       `json:"name"`
	Input        string       `json:"input,omitempty"`
	InputDetails *DataDetails `json:"inputDetails,omitempty"`
}

// StateExitedDetails belongs to {Type}StateExited. The values of AssignedVariables
// are JSON text.
type StateExitedDetails struct {
	Name                     string            `json:"name"`
	Output                   string            `json:"output,omitempty"`
	OutputDetails            *DataDetails      `json:"outputDetails,omitempty"`
	AssignedVariables        map[string]string `json:"assignedVariables,omitempty"`
	AssignedVariablesDetails *DataDetails      `json:"assignedVariablesDetails,omitempty"`
}

// EvaluationFailedDetails belongs to EvaluationFailed: an expression failed.
// Location is the field, such as "Arguments".
type EvaluationFailedDetails struct {
	Error    string `json:"error,omitempty"`
	Cause    string `json:"cause,omitempty"`
	Location string `json:"location,omitempty"`
	State    string `json:"state"`
}

// TaskScheduledDetails belongs to TaskScheduled. Parameters are the Arguments, as
// JSON text.
type TaskScheduledDetails struct {
	ResourceType       string `json:"resourceType"`
	Resource           string `json:"resource"`
	Region             string `json:"region"`
	Parameters         string `json:"parameters"`
	TimeoutInSeconds   int64  `json:"timeoutInSeconds,omitempty"`
	HeartbeatInSeconds int64  `json:"heartbeatInSeconds,omitempty"`
}

// TaskStartedDetails belongs to TaskStarted.
type TaskStartedDetails struct {
	ResourceType string `json:"resourceType"`
	Resource     string `json:"resource"`
}

// TaskSucceededDetails belongs to TaskSucceeded.
type TaskSucceededDetails struct {
	ResourceType  string       `json:"resourceType"`
	Resource      string       `json:"resource"`
	Output        string       `json:"output,omitempty"`
	OutputDetails *DataDetails `json:"outputDetails,omitempty"`
}

// TaskFailedDetails belongs to TaskFailed and TaskTimedOut.
type TaskFailedDetails struct {
	ResourceType string `json:"resourceType"`
	Resource     string `json:"resource"`
	Error        string `json:"error,omitempty"`
	Cause        string `json:"cause,omitempty"`
}

// MapStateStartedDetails belongs to MapStateStarted.
type MapStateStartedDetails struct {
	Length int `json:"length"`
}

// MapIterationDetails belongs to MapIterationStarted, …Succeeded, …Failed and
// …Aborted.
type MapIterationDetails struct {
	Name  string `json:"name"` // The Map state's.
	Index int    `json:"index"`
}

// MapRunStartedDetails belongs to MapRunStarted.
type MapRunStartedDetails struct {
	MapRunARN string `json:"mapRunArn"`
}

// MapRunRedrivenDetails belongs to MapRunRedriven.
type MapRunRedrivenDetails struct {
	MapRunARN    string `json:"mapRunArn"`
	RedriveCount int    `json:"redriveCount"`
}

// WithoutData is the event as GetExecutionHistory shows it when
// includeExecutionData is false: without inputs, outputs, parameters and
// variables.
func (e HistoryEvent) WithoutData() HistoryEvent {
	if e.ExecutionStarted != nil {
		e.ExecutionStarted = &ExecutionStartedDetails{RoleARN: e.ExecutionStarted.RoleARN}
	}

	if e.ExecutionSucceeded != nil {
		e.ExecutionSucceeded = &ExecutionSucceededDetails{}
	}

	if e.StateEntered != nil {
		e.StateEntered = &StateEnteredDetails{Name: e.StateEntered.Name}
	}

	if e.StateExited != nil {
		e.StateExited = &StateExitedDetails{Name: e.StateExited.Name}
	}

	if e.TaskScheduled != nil {
		scheduled := *e.TaskScheduled
		scheduled.Parameters = ""
		e.TaskScheduled = &scheduled
	}

	if e.TaskSucceeded != nil {
		e.TaskSucceeded = &TaskSucceededDetails{ResourceType: e.TaskSucceeded.ResourceType, Resource: e.TaskSucceeded.Resource}
	}

	return e
}
