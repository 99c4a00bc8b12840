package asl

import (
	"errors"
	"fmt"
	"time"
)

// The budget of an evaluation. AWS stops an expression after one second, and gives
// no bound for its memory; a busy machine may need more time for the same work.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#handling-errors-jsonata-expressions
const (
	// maxEvaluationBytes is what the expressions of one state's fields may allocate
	// together. Memory that an expression no longer uses still counts: what is
	// allocated bounds what is held, without a look at the heap.
	maxEvaluationBytes = 128 << 20
	// maxEvaluationSteps bounds the nodes that are evaluated and the items that
	// built-in functions visit.
	maxEvaluationSteps = 5_000_000
	// maxEvaluationDepth bounds how deep evaluations nest. Go ends a process whose
	// stack overflows.
	maxEvaluationDepth = 20_000
	// maxResultBytes bounds the JSON that the expressions of one state's fields give
	// together, before the state's own limit of 256 KiB is applied to it.
	maxResultBytes = 16 << 20
	// maxResultDepth is how deep a result may nest: encoding/json reads no more.
	maxResultDepth = 9_000
	// maxEvaluation is how long an evaluation may take.
	maxEvaluation = 10 * time.Second
	// stepsPerLook spares most steps the look at the clock.
	stepsPerLook = 256
)

// What values cost in Go, roughly and never too little.
const (
	itemBytes   = 48  // An item of an array that grows: two words, and the number behind them.
	memberBytes = 128 // A member of an object.
	frameBytes  = 128 // A block's or a call's variables.
)

// The errors of an expression that exceeds its budget.
var (
	errEvaluationTime   = errors.New("Expression evaluation timeout") //nolint:staticcheck // AWS's words.
	errEvaluationMemory = fmt.Errorf("the expression needs more than %d MiB of memory", maxEvaluationBytes>>20)
	errEvaluationSteps  = fmt.Errorf("the expression takes more than %d steps", maxEvaluationSteps)
	errResult           = errors.New("the result of the expression is too large")
	errEvaluationDepth  = fmt.Errorf("Stack overflow error: the expression nests more than %d evaluations", maxEvaluationDepth) //nolint:staticcheck // AWS's words.
)

// budget is what is left for an evaluation. Everything that builds a string or an
// array takes from it before it allocates.
type budget struct {
	bytes   int
	steps   int
	results int // Bytes of JSON that may still be given.
	depth   int
	limit   time.Duration
	began   time.Time // Of the process's own clock: it bounds work, and decides nothing else.
}

func newBudget(limit time.Duration) *budget {
	return &budget{bytes: maxEvaluationBytes, steps: maxEvaluationSteps, results: maxResultBytes, limit: limit}
}

// take accounts for an allocation.
func (b *budget) take(bytes int) error {
	if bytes < 0 || bytes > b.bytes {
		b.bytes = 0 // An expression cannot go on by a smaller allocation.

		return errEvaluationMemory
	}

	b.bytes -= bytes

	return nil
}

// takeItems accounts for so many items, or members, of a size.
func (b *budget) takeItems(count, size int) error {
	if count > b.bytes/size {
		count, size = b.bytes+1, 1
	}

	return b.take(count * size)
}

// step accounts for a unit of work.
func (b *budget) step() error {
	if b.steps--; b.steps < 0 {
		return errEvaluationSteps
	}

	if b.steps%stepsPerLook == 0 {
		return b.look()
	}

	return nil
}

// look compares the time taken with the limit.
func (b *budget) look() error {
	if b.began.IsZero() {
		b.began = time.Now()
	}

	if time.Since(b.began) > b.limit {
		return fmt.Errorf("%w: over %v", errEvaluationTime, b.limit)
	}

	return nil
}

// work accounts for many units of work at once, such as the bytes of a text that a
// function reads in one go.
func (b *budget) work(units int) error {
	if b.steps -= units; b.steps < 0 {
		b.steps = 0

		return errEvaluationSteps
	}

	return b.look()
}
