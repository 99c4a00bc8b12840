package inject

import (
	"slices"
	"time"
)

const (
	// maxMillis bounds every wait to ten minutes.
	maxMillis = 600_000
	// cutWithin is how long a function lives on, at most, that is cut short.
	cutWithin = 100 * time.Millisecond
	// lateBy is how long an event is held back where the plan does not say it.
	lateBy = 2 * time.Second
	// defaultErrorType is one that no state machine retries.
	defaultErrorType = "FaultPlan"
)

// when reads which calls go wrong.
func (w *written) when(wrong *complaints) when {
	given := 0

	for _, has := range []bool{w.Rate != nil, w.Calls != nil, w.Every != nil} {
		if has {
			given++
		}
	}

	if given != 1 {
		wrong.addf("rate", `exactly one of "rate", "calls" and "every" says which calls go wrong, not %d`, given)

		return when{}
	}

	if w.From != nil && w.Every == nil {
		wrong.addf("from", `it goes with "every"`)
	}

	switch {
	case w.Rate != nil:
		if *w.Rate <= 0 || *w.Rate > 1 {
			wrong.addf("rate", "%v is not within 0 (exclusive) and 1", *w.Rate)
		}

		return when{rate: *w.Rate}
	case w.Every != nil:
		return w.regularly(wrong)
	default:
		if len(w.Calls) == 0 || slices.Contains(w.Calls, 0) {
			wrong.addf("calls", "it lists calls, which are counted from 1")
		}

		return when{calls: w.Calls}
	}
}

func (w *written) regularly(wrong *complaints) when {
	found := when{every: *w.Every, from: *w.Every}
	if w.From != nil {
		found.from = *w.From
	}

	if found.every == 0 || found.from == 0 {
		wrong.addf("every", `it and "from" count from 1`)
	}

	return found
}

// span reads how long something takes.
func (w *written) span(rule *Rule, wrong *complaints) {
	switch {
	case w.Millis == nil && rule.Kind == Slow:
		wrong.addf("millis", "it is missing: how slow?")
	case w.Millis == nil:
	case spanOf(rule.Kind) == 0 && rule.Kind != Slow:
		wrong.addf("millis", "it has no place in a rule of the kind %s", rule.Kind)
	case *w.Millis < 1 || *w.Millis > maxMillis:
		wrong.addf("millis", "%d is not within 1 and %d", *w.Millis, maxMillis)
	default:
		rule.Span = time.Duration(*w.Millis) * time.Millisecond
	}
}

// spanOf is how long a kind takes where the plan does not say; 0 where it takes
// no time, or has to be said.
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
