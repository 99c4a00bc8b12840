package asl

import (
	"errors"
	"fmt"
	"time"
)

// timeGuard is called by every block (…) of an expression: what takes long without
// a function of the author's own is a block in a path, as in
// [1..9999].([1..9999].(…)).
const (
	timeGuard = "_time"
	// maxEvaluation is how long an evaluation may take. AWS allows a second; a
	// laptop that is busy may need more for the same.
	maxEvaluation = 10 * time.Second
	// ticksPerLook spares most calls the look at the clock.
	ticksPerLook = 64
)

var errEvaluationTime = errors.New("Expression evaluation timeout") //nolint:staticcheck // AWS's words.

// newTimeGuard makes the guard of one evaluation. Its time is the process's own,
// not the machine's: it bounds work, and decides nothing else. It begins with the
// first call, when the evaluation has its turn.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#handling-errors-jsonata-expressions
func newTimeGuard(r *run, limit time.Duration) *callable {
	var (
		began time.Time
		ticks int
	)

	return &callable{name: timeGuard, run: r, plain: func(*run, *arguments) (any, error) {
		if ticks%ticksPerLook == 0 {
			if ticks == 0 {
				began = time.Now()
			}

			if took := time.Since(began); took > limit {
				return nil, fmt.Errorf("%w: over %v", errEvaluationTime, limit)
			}
		}

		ticks++

		return undefined{}, nil
	}}
}
