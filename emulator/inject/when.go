package inject

import (
	"slices"
	"time"
)

const (
	// maxMillis limits every wait to ten minutes.
	maxMillis = 600_000
	// cutWithin is the default time for Crash and Timeout: the function is killed at a moment
	// within this time after the invocation starts.
	cutWithin = 100 * time.Millisecond
	// lateBy is the default delay of an event.
	lateBy = 2 * time.Second
	// defaultErrorType is an error name that no state machine retries.
	defaultErrorType = "FaultPlan"
)

// when parses the fields that select the calls in which the fault is injected.
func (w *ruleJSON) when(wrong *ruleProblems) when {
	given := 0

	for _, has := range []bool{w.Rate != nil, w.Calls != nil, w.Every != nil} {
		if has {
			given++
		}
	}

	if given != 1 {
		wrong.addf("rate", `set exactly one of "rate", "calls" and "every", not %d`, given)

		return when{}
	}

	if w.From != nil && w.Every == nil {
		wrong.addf("from", `"from" requires "every"`)
	}

	switch {
	case w.Rate != nil:
		if *w.Rate <= 0 || *w.Rate > 1 {
			wrong.addf("rate", "%v must be greater than 0 and at most 1", *w.Rate)
		}

		return when{rate: *w.Rate}
	case w.Every != nil:
		return w.regularly(wrong)
	default:
		if len(w.Calls) == 0 || slices.Contains(w.Calls, 0) {
			wrong.addf("calls", "the list must not be empty, and calls are counted from 1")
		}

		return when{calls: w.Calls}
	}
}

func (w *ruleJSON) regularly(wrong *ruleProblems) when {
	found := when{every: *w.Every, from: *w.Every}
	if w.From != nil {
		found.from = *w.From
	}

	if found.every == 0 || found.from == 0 {
		wrong.addf("every", `"every" and "from" must be at least 1`)
	}

	return found
}

// span parses the duration of a fault.
func (w *ruleJSON) span(rule *Rule, wrong *ruleProblems) {
	switch {
	case w.Millis == nil && rule.Kind == Slow:
		wrong.addf("millis", "the field is missing: the kind slow needs a duration")
	case w.Millis == nil:
	case spanOf(rule.Kind) == 0 && rule.Kind != Slow:
		wrong.addf("millis", "the field does not belong in a rule of the kind %s", rule.Kind)
	case *w.Millis < 1 || *w.Millis > maxMillis:
		wrong.addf("millis", "%d is not between 1 and %d", *w.Millis, maxMillis)
	default:
		rule.Span = time.Duration(*w.Millis) * time.Millisecond
	}
}

// spanOf returns the default duration of a kind of fault. It returns 0 for Slow, whose
// duration must be in the fault plan, and for the kinds without a duration.
func spanOf(kind Kind) time.Duration {
	switch kind {
	case Crash, Timeout:
		return cutWithin
	case Late:
		return lateBy
	case Error, Throttle, Slow, Lose, Double:
		return 0
	default:
		return 0
	}
}
