package asl

import "encoding/json"

// Event types of a task that waits for a callback or a job, and of a task whose resource is
// a Lambda function.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
const (
	EventTaskSubmitted           EventType = "TaskSubmitted"
	EventTaskSubmitFailed        EventType = "TaskSubmitFailed"
	EventLambdaFunctionScheduled EventType = "LambdaFunctionScheduled"
	EventLambdaFunctionStarted   EventType = "LambdaFunctionStarted"
	EventLambdaFunctionSucceeded EventType = "LambdaFunctionSucceeded"
	EventLambdaFunctionFailed    EventType = "LambdaFunctionFailed"
	EventLambdaFunctionTimedOut  EventType = "LambdaFunctionTimedOut"
)

// LambdaFunctionScheduledDetails are the details of LambdaFunctionScheduled. Input is the
// function's payload.
type LambdaFunctionScheduledDetails struct {
	Resource         string       `json:"resource"`
	Input            string       `json:"input,omitempty"`
	InputDetails     *DataDetails `json:"inputDetails,omitempty"`
	TimeoutInSeconds int64        `json:"timeoutInSeconds,omitempty"`

	TaskCredentials *TaskCredentials `json:"taskCredentials,omitempty"`
}

// LambdaFunctionSucceededDetails are the details of LambdaFunctionSucceeded.
type LambdaFunctionSucceededDetails struct {
	Output        string       `json:"output,omitempty"`
	OutputDetails *DataDetails `json:"outputDetails,omitempty"`
}

// withoutTaskData removes the data of the events of this file.
func (e HistoryEvent) withoutTaskData() HistoryEvent {
	if e.TaskSubmitted != nil {
		e.TaskSubmitted = &TaskSucceededDetails{ResourceType: e.TaskSubmitted.ResourceType, Resource: e.TaskSubmitted.Resource}
	}

	if e.LambdaFunctionScheduled != nil {
		scheduled := *e.LambdaFunctionScheduled
		scheduled.Input, scheduled.InputDetails = "", nil
		e.LambdaFunctionScheduled = &scheduled
	}

	if e.LambdaFunctionSucceeded != nil {
		e.LambdaFunctionSucceeded = &LambdaFunctionSucceededDetails{}
	}

	return e
}

// scheduled returns the event for a task that is about to run.
func (s *taskState) scheduled(r *run, task *pendingTask) HistoryEvent {
	if s.function {
		return HistoryEvent{Type: EventLambdaFunctionScheduled, LambdaFunctionScheduled: &LambdaFunctionScheduledDetails{
			Resource: s.resource, Input: string(task.Arguments), InputDetails: &DataDetails{}, TimeoutInSeconds: int64(task.Timeout),
			TaskCredentials: task.credentials(),
		}}
	}

	return HistoryEvent{Type: EventTaskScheduled, TaskScheduled: &TaskScheduledDetails{
		ResourceType: s.resourceType, Resource: s.action, Region: r.region(), Parameters: string(task.Arguments),
		TimeoutInSeconds: int64(task.Timeout), HeartbeatInSeconds: int64(task.Heartbeat), TaskCredentials: task.credentials(),
	}}
}

func (s *taskState) started() HistoryEvent {
	if s.function {
		return HistoryEvent{Type: EventLambdaFunctionStarted}
	}

	return HistoryEvent{Type: EventTaskStarted, TaskStarted: &TaskStartedDetails{ResourceType: s.resourceType, Resource: s.action}}
}

// successEvent returns the event for a task's result.
func (s *taskState) successEvent(result json.RawMessage) HistoryEvent {
	if s.function {
		return HistoryEvent{Type: EventLambdaFunctionSucceeded, LambdaFunctionSucceeded: &LambdaFunctionSucceededDetails{
			Output: string(result), OutputDetails: &DataDetails{},
		}}
	}

	return HistoryEvent{Type: EventTaskSucceeded, TaskSucceeded: s.output(result)}
}

func (s *taskState) output(result json.RawMessage) *TaskSucceededDetails {
	return &TaskSucceededDetails{ResourceType: s.resourceType, Resource: s.action, Output: string(result), OutputDetails: &DataDetails{}}
}

// failureEvent returns the event for a task's failure.
func (s *taskState) failureEvent(failure Failure) HistoryEvent {
	timedOut := failure.Error == ErrorTimeout

	if s.function {
		details := &FailureDetails{Error: failure.Error, Cause: failure.Cause}
		if timedOut {
			return HistoryEvent{Type: EventLambdaFunctionTimedOut, LambdaFunctionTimedOut: details}
		}

		return HistoryEvent{Type: EventLambdaFunctionFailed, LambdaFunctionFailed: details}
	}

	details := s.failure(failure)
	if timedOut {
		return HistoryEvent{Type: EventTaskTimedOut, TaskTimedOut: details}
	}

	return HistoryEvent{Type: EventTaskFailed, TaskFailed: details}
}

func (s *taskState) failure(failure Failure) *TaskFailedDetails {
	return &TaskFailedDetails{ResourceType: s.resourceType, Resource: s.action, Error: failure.Error, Cause: failure.Cause}
}
