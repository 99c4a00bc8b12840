package lambda

import (
	"context"
	"time"
)

// Injection is what is to go wrong with one invocation; the zero value is
// nothing.
type Injection struct {
	// Refusal is answered instead of running the function: an *[awsapi.Error].
	Refusal error
	// Failure is the errorType that the function is said to have failed with,
	// instead of running it.
	Failure string
	// Delay comes before the invocation.
	Delay time.Duration
	// Cut ends the process while it works, After it was given the invocation, or at
	// its answer, which is then lost: whichever is first.
	Cut   Cut
	After time.Duration
}

// Cut is how an invocation is cut short.
type Cut int

// The ways in which it is: the process is killed in both.
const (
	Uncut   Cut = iota
	Crash       // The caller sees that the process exited.
	Timeout     // The caller sees that the function took too long.
)

// disturb asks what is to go wrong with an invocation, and answers or delays it.
// It is false where the invocation goes on.
func (s *Service) disturb(ctx context.Context, name string, v *invocation) (Result, bool, error) {
	if s.config.Inject == nil {
		return Result{}, false, nil
	}

	v.how = s.config.Inject(name)

	switch {
	case v.how.Refusal != nil:
		return Result{}, true, v.how.Refusal
	case v.how.Failure != "":
		result := failure(v.how.Failure, "the fault plan has this invocation fail")
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

// cutTimer fires when an invocation is to be cut short; never, where it is not.
func (v *invocation) cutTimer() (fires <-chan time.Time, stop func() bool) {
	if v.how.Cut == Uncut {
		return nil, func() bool { return true }
	}

	timer := time.NewTimer(v.how.After)

	return timer.C, timer.Stop
}

// cut ends the process in the middle of its invocation. The exit is the answer,
// but for a timeout, which is answered here.
func (in *instance) cut(v *invocation) {
	if v.how.Cut == Timeout {
		v.answer(timedOut(v.requestID, v.timeout))
	}

	in.kill()
}
