package asl

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// HistoryEvent is one event of an execution's history. Its JSON is exactly that of AWS's
// GetExecutionHistory, so a driver can store it and return it unchanged.
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

	TaskSubmitted    *TaskSucceededDetails `json:"taskSubmittedEventDetails,omitempty"`
	TaskSubmitFailed *TaskFailedDetails    `json:"taskSubmitFailedEventDetails,omitempty"`

	LambdaFunctionScheduled *LambdaFunctionScheduledDetails `json:"lambdaFunctionScheduledEventDetails,omitempty"`
	LambdaFunctionSucceeded *LambdaFunctionSucceededDetails `json:"lambdaFunctionSucceededEventDetails,omitempty"`
	LambdaFunctionFailed    *FailureDetails                 `json:"lambdaFunctionFailedEventDetails,omitempty"`
	LambdaFunctionTimedOut  *FailureDetails                 `json:"lambdaFunctionTimedOutEventDetails,omitempty"`

	MapStateStarted       *MapStateStartedDetails `json:"mapStateStartedEventDetails,omitempty"`
	MapIterationStarted   *MapIterationDetails    `json:"mapIterationStartedEventDetails,omitempty"`
	MapIterationSucceeded *MapIterationDetails    `json:"mapIterationSucceededEventDetails,omitempty"`
	MapIterationFailed    *MapIterationDetails    `json:"mapIterationFailedEventDetails,omitempty"`
	MapIterationAborted   *MapIterationDetails    `json:"mapIterationAbortedEventDetails,omitempty"`

	MapRunStarted  *MapRunStartedDetails  `json:"mapRunStartedEventDetails,omitempty"`
	MapRunFailed   *FailureDetails        `json:"mapRunFailedEventDetails,omitempty"`
	MapRunRedriven *MapRunRedrivenDetails `json:"mapRunRedrivenEventDetails,omitempty"`
}

// EventType is the type of a history event. The names are AWS's. The types of state events
// are {Type}StateEntered, {Type}StateExited and so on.
type EventType string

// Event types that are not built from the name of a state type.
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

// endsExecution reports whether an event of this type is the last event of a history, apart
// from a redrive.
func (t EventType) endsExecution() bool {
	return t == EventExecutionSucceeded || t == EventExecutionFailed || t == EventExecutionTimedOut || t == EventExecutionAborted
}

// Timestamp is a time in the JSON protocol: seconds since 1970 as a number, with
// millisecond precision.
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

// DataDetails says whether data was truncated. In API responses it never is.
type DataDetails struct {
	Truncated bool `json:"truncated"`
}

// ExecutionStartedDetails are the details of ExecutionStarted.
type ExecutionStartedDetails struct {
	Input        string       `json:"input,omitempty"`
	InputDetails *DataDetails `json:"inputDetails,omitempty"`
	RoleARN      string       `json:"roleArn,omitempty"`
}

// ExecutionSucceededDetails are the details of ExecutionSucceeded.
type ExecutionSucceededDetails struct {
	Output        string       `json:"output,omitempty"`
	OutputDetails *DataDetails `json:"outputDetails,omitempty"`
}

// FailureDetails are the details of ExecutionFailed, ExecutionTimedOut and
// ExecutionAborted.
type FailureDetails struct {
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

// ExecutionRedrivenDetails are the details of ExecutionRedriven.
type ExecutionRedrivenDetails struct {
	RedriveCount int `json:"redriveCount"`
}

// StateEnteredDetails are the details of {Type}StateEntered.
type StateEnteredDetails struct {
	Name         string       `json:"name"`
	Input        string       `json:"input,omitempty"`
	InputDetails *DataDetails `json:"inputDetails,omitempty"`
}

// StateExitedDetails are the details of {Type}StateExited. The values of AssignedVariables
// are JSON text.
type StateExitedDetails struct {
	Name                     string            `json:"name"`
	Output                   string            `json:"output,omitempty"`
	OutputDetails            *DataDetails      `json:"outputDetails,omitempty"`
	AssignedVariables        map[string]string `json:"assignedVariables,omitempty"`
	AssignedVariablesDetails *DataDetails      `json:"assignedVariablesDetails,omitempty"`
}

// EvaluationFailedDetails are the details of EvaluationFailed, which means that an
// expression failed. Location is the field, such as "Arguments".
type EvaluationFailedDetails struct {
	Error    string `json:"error,omitempty"`
	Cause    string `json:"cause,omitempty"`
	Location string `json:"location,omitempty"`
	State    string `json:"state"`
}

// TaskScheduledDetails are the details of TaskScheduled. Parameters are the Arguments, as
// JSON text.
type TaskScheduledDetails struct {
	ResourceType       string `json:"resourceType"`
	Resource           string `json:"resource"`
	Region             string `json:"region"`
	Parameters         string `json:"parameters"`
	TimeoutInSeconds   int64  `json:"timeoutInSeconds,omitempty"`
	HeartbeatInSeconds int64  `json:"heartbeatInSeconds,omitempty"`

	TaskCredentials *TaskCredentials `json:"taskCredentials,omitempty"`
}

// TaskStartedDetails are the details of TaskStarted.
type TaskStartedDetails struct {
	ResourceType string `json:"resourceType"`
	Resource     string `json:"resource"`
}

// TaskSucceededDetails are the details of TaskSucceeded and TaskSubmitted.
type TaskSucceededDetails struct {
	ResourceType  string       `json:"resourceType"`
	Resource      string       `json:"resource"`
	Output        string       `json:"output,omitempty"`
	OutputDetails *DataDetails `json:"outputDetails,omitempty"`
}

// TaskFailedDetails are the details of TaskFailed, TaskTimedOut and TaskSubmitFailed.
type TaskFailedDetails struct {
	ResourceType string `json:"resourceType"`
	Resource     string `json:"resource"`
	Error        string `json:"error,omitempty"`
	Cause        string `json:"cause,omitempty"`
}

// MapStateStartedDetails are the details of MapStateStarted.
type MapStateStartedDetails struct {
	Length int `json:"length"`
}

// MapIterationDetails are the details of MapIterationStarted, MapIterationSucceeded,
// MapIterationFailed and MapIterationAborted.
type MapIterationDetails struct {
	Name  string `json:"name"` // The name of the Map state.
	Index int    `json:"index"`
}

// MapRunStartedDetails are the details of MapRunStarted.
type MapRunStartedDetails struct {
	MapRunARN string `json:"mapRunArn"`
}

// MapRunRedrivenDetails are the details of MapRunRedriven.
type MapRunRedrivenDetails struct {
	MapRunARN    string `json:"mapRunArn"`
	RedriveCount int    `json:"redriveCount"`
}

// WithoutData returns the event as GetExecutionHistory returns it if includeExecutionData
// is false: without inputs, outputs, parameters and variables.
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

	return e.withoutTaskData()
}
