package eventbridge

import (
	"fmt"
	"time"
)

// RetryPolicy limits the attempts to deliver an event to a target. The attempts end when
// the first of the two limits is reached.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
type RetryPolicy struct {
	MaximumEventAgeInSeconds int // 60 to 86,400, counted from when the bus accepts the event.
	MaximumRetryAttempts     int // 0 to 185, not counting the first attempt.
}

// AWS's limits. The upper limits are also the defaults of a target without a policy.
const (
	minEventAgeSeconds = 60
	maxEventAgeSeconds = 24 * 60 * 60
	maxRetryAttempts   = 185
)

// DefaultRetryPolicy returns AWS's default: 24 hours and 185 attempts.
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

// Reasons why the attempts ended: the values of the message attribute
// EXHAUSTED_RETRY_CONDITION in the dead-letter queue.
const (
	exhaustedAttempts = "MaximumRetryAttempts"
	exhaustedAge      = "MaximumEventAgeInSeconds"
)

// next returns the delay before the next attempt of a delivery that has failed, or the
// reason why its attempts have ended. The last attempt is made when the event reaches its
// maximum age, even if the delay would have been longer.
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
