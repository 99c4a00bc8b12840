package lambda

import (
	"context"
	"time"
)

// Injection is the fault to inject into one invocation. The zero value is no fault.
type Injection struct {
	// Refusal is the answer instead of running the function: an *[awsapi.Error].
	Refusal error
	// Failure is the errorType of the answer instead of running the function.
	Failure string
	// Delay is the time to wait before the invocation.
	Delay time.Duration
	// Cut ends the process during its work: After the function received the invocation,
	// or when it answers, whichever is first. The answer is lost.
	Cut   Cut
	After time.Duration
}

// Cut is a way to end an invocation early.
type Cut int

// The ways to end an invocation early. Both kill the process.
const (
	Uncut   Cut = iota
	Crash       // The caller sees that the process exited.
	Timeout     // The caller sees that the function took too long.
)

// injectFault injects the faults that happen before an invocation: it answers the invocation
// or delays it. It returns false if the invocation continues.
func (s *Service) injectFault(ctx context.Context, name string, v *invocation) (Result, bool, error) {
	if s.config.Inject == nil {
		return Result{}, false, nil
	}

	v.how = s.config.Inject(name)

	switch {
	case v.how.Refusal != nil:
		return Result{}, true, v.how.Refusal
	case v.how.Failure != "":
		result := failure(v.how.Failure, "the fault plan makes this invocation fail")
		result.RequestID = v.requestID

		return result, true, nil
	case v.how.Delay > 0:
		timer := time.NewTimer(v.how.Delay)
		defer timer.Stop()

		select {
		case <-timer.C:
		case <-ctx.Done():
			return Result{}, true, ctx.Err()
		}
	}

	return Result{}, false, nil
}

// cutTimer fires when an invocation must be ended early. It never fires for the others.
func (v *invocation) cutTimer() (fires <-chan time.Time, stop func() bool) {
	if v.how.Cut == Uncut {
		return nil, func() bool { return true }
	}

	timer := time.NewTimer(v.how.After)

	return timer.C, timer.Stop
}

// cut ends the process during its invocation. The exit of the process is the answer,
// except for a timeout, which is answered here.
func (in *instance) cut(v *invocation) {
	if v.how.Cut == Timeout {
		v.answer(timedOut(v.requestID, v.timeout))
	}

	in.kill()
}
