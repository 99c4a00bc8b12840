package eventbridge

import (
	"fmt"
	"time"
)

// RetryPolicy bounds the attempts to deliver an event to a target. Whichever of
// the two ends first, ends them.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
type RetryPolicy struct {
	MaximumEventAgeInSeconds int // 60 to 86,400, from when the bus accepted the event.
	MaximumRetryAttempts     int // 0 to 185, beside the first attempt.
}

// AWS's limits, which are also what a target has that says nothing.
const (
	minEventAgeSeconds = 60
	maxEventAgeSeconds = 24 * 60 * 60
	maxRetryAttempts   = 185
)

// DefaultRetryPolicy is AWS's: 24 hours and 185 attempts.
func DefaultRetryPolicy() RetryPolicy {
	return RetryPolicy{MaximumEventAgeInSeconds: maxEventAgeSeconds, MaximumRetryAttempts: maxRetryAttempts}
}

func (p RetryPolicy) validate() error {
	if p.MaximumEventAgeInSeconds < minEventAgeSeconds || p.MaximumEventAgeInSeconds > maxEventAgeSeconds {
		return fmt.Errorf("MaximumEventAgeInSeconds is %d; it must be between %d and %d", p.MaximumEventAgeInSeconds, minEventAgeSeconds, maxEventAgeSeconds)
	}

	if p.MaximumRetryAttempts < 0 || p.MaximumRetryAttempts > maxRetryAttempts {
		return fmt.Errorf("MaximumRetryAttempts is %d; it must be between 0 and %d", p.MaximumRetryAttempts, maxRetryAttempts)
	}

	return nil
}

// What ended the attempts, in the words of the dead letter's attribute
// EXHAUSTED_RETRY_CONDITION.
const (
	exhaustedAttempts = "MaximumRetryAttempts"
	exhaustedAge      = "MaximumEventAgeInSeconds"
)

// next says when a delivery that has failed is to be tried again, or what has
// ended its attempts. The last attempt is made when the event's age ends, however
// long the wait would have been.
func (p RetryPolicy) next(entry *delivery, now time.Time) (delay time.Duration, exhausted string) {
	left := entry.Accepted.Add(time.Duration(p.MaximumEventAgeInSeconds) * time.Second).Sub(now)

	switch {
	case entry.Attempts > p.MaximumRetryAttempts:
		return 0, exhaustedAttempts
	case left <= 0:
		return 0, exhaustedAge
	default:
		return min(backoff(entry.Attempts-1), left), ""
	}
}
