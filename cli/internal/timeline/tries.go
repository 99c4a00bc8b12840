package timeline

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// attempt applies an event of a Task or of a Map itself.
func (s *State) attempt(event *types.HistoryEvent) {
	if s.Outcome == Failed || s.Outcome == TimedOut || s.Outcome == Stopped {
		s.Outcome = Running // A redrive continues where the execution ended.
	}

	s.follow(event)

	switch {
	case event.TaskScheduledEventDetails != nil, event.LambdaFunctionScheduledEventDetails != nil:
		s.Attempts++
	case event.TaskSucceededEventDetails != nil, event.LambdaFunctionSucceededEventDetails != nil:
		s.Error, s.Reason = "", ""
	case event.TaskFailedEventDetails != nil:
		s.fail(event.TaskFailedEventDetails.Error, event.TaskFailedEventDetails.Cause)
	case event.TaskTimedOutEventDetails != nil:
		s.fail(event.TaskTimedOutEventDetails.Error, event.TaskTimedOutEventDetails.Cause)
	case event.TaskStartFailedEventDetails != nil:
		s.fail(event.TaskStartFailedEventDetails.Error, event.TaskStartFailedEventDetails.Cause)
	case event.LambdaFunctionFailedEventDetails != nil:
		s.fail(event.LambdaFunctionFailedEventDetails.Error, event.LambdaFunctionFailedEventDetails.Cause)
	case event.LambdaFunctionTimedOutEventDetails != nil:
		s.fail(event.LambdaFunctionTimedOutEventDetails.Error, event.LambdaFunctionTimedOutEventDetails.Cause)
	case event.EvaluationFailedEventDetails != nil:
		s.fail(event.EvaluationFailedEventDetails.Error, event.EvaluationFailedEventDetails.Cause)
	}
}

func (s *State) fail(name, cause *string) {
	s.Error, s.Reason = aws.ToString(name), Reason(aws.ToString(cause))
}

// Data is the data of a state, as JSON texts. A text is "" if the history does not contain it,
// because the history was read without data or the state has not ended.
type Data struct {
	Input, Output string
	// Variables are the variables that the state assigned, by name.
	Variables map[string]string
	// Sent is the input of the last attempt of a Task.
	Sent string
}

// Try is one attempt of a Task.
type Try struct {
	Start time.Time
	// Took is the duration until the attempt's end, or until the last known event.
	Took time.Duration
	// Delay is the delay after the previous attempt.
	Delay time.Duration
	// Error, Reason and Cause describe the failure; Cause is the whole text from AWS.
	Error, Reason, Cause string
	// Over means that the attempt has ended.
	Over bool
}

// follow records the attempts of a Task, and the number of iterations of a Map.
func (s *State) follow(event *types.HistoryEvent) {
	at := aws.ToTime(event.Timestamp)

	switch {
	case event.MapStateStartedEventDetails != nil:
		s.Items = int(event.MapStateStartedEventDetails.Length)
	case event.TaskScheduledEventDetails != nil:
		s.try(at, aws.ToString(event.TaskScheduledEventDetails.Parameters))
	case event.LambdaFunctionScheduledEventDetails != nil:
		s.try(at, aws.ToString(event.LambdaFunctionScheduledEventDetails.Input))
	case event.TaskSucceededEventDetails != nil, event.LambdaFunctionSucceededEventDetails != nil:
		s.endTry(at, nil, nil)
	case event.TaskFailedEventDetails != nil:
		s.endTry(at, event.TaskFailedEventDetails.Error, event.TaskFailedEventDetails.Cause)
	case event.TaskTimedOutEventDetails != nil:
		s.endTry(at, event.TaskTimedOutEventDetails.Error, event.TaskTimedOutEventDetails.Cause)
	case event.TaskStartFailedEventDetails != nil:
		s.endTry(at, event.TaskStartFailedEventDetails.Error, event.TaskStartFailedEventDetails.Cause)
	case event.LambdaFunctionFailedEventDetails != nil:
		s.endTry(at, event.LambdaFunctionFailedEventDetails.Error, event.LambdaFunctionFailedEventDetails.Cause)
	case event.LambdaFunctionTimedOutEventDetails != nil:
		s.endTry(at, event.LambdaFunctionTimedOutEventDetails.Error, event.LambdaFunctionTimedOutEventDetails.Cause)
	}
}

func (s *State) try(at time.Time, sent string) {
	one := Try{Start: at}

	if before := len(s.Tries); before > 0 {
		last := &s.Tries[before-1]
		one.Delay = at.Sub(last.Start.Add(last.Took))
	}

	s.Data.Sent = sent
	s.Tries = append(s.Tries, one)
}

func (s *State) endTry(at time.Time, name, cause *string) {
	if len(s.Tries) == 0 {
		return
	}

	last := &s.Tries[len(s.Tries)-1]
	last.Took, last.Over = at.Sub(last.Start), true
	last.Error, last.Cause = aws.ToString(name), aws.ToString(cause)
	last.Reason = Reason(last.Cause)
}

// runOn extends the duration of the running attempt to the given time, because the attempt
// was still running then.
func (s *State) runOn(until time.Time) {
	if len(s.Tries) > 0 && !s.Tries[len(s.Tries)-1].Over {
		last := &s.Tries[len(s.Tries)-1]
		last.Took = until.Sub(last.Start)
	}
}
