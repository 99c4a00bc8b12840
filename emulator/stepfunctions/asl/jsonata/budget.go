package jsonata

import (
	"errors"
	"fmt"
	"time"
)

// Limits of an evaluation. AWS stops an expression after one second, and documents no limit
// for its memory. The limit here is longer, because a busy computer can need more time for
// the same work.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#handling-errors-jsonata-expressions
const (
	// maxEvaluationBytes limits the bytes that the expressions of one state's fields may
	// allocate together. Memory that an expression no longer uses still counts: the
	// allocated bytes are an upper limit of the bytes in use, so the heap need not be
	// measured.
	maxEvaluationBytes = 128 << 20
	// maxEvaluationSteps limits the number of evaluated nodes plus the number of items that
	// built-in functions visit.
	maxEvaluationSteps = 5_000_000
	// maxEvaluationDepth limits the nesting of evaluations, because Go ends a process whose
	// stack overflows.
	maxEvaluationDepth = 20_000
	// maxResultBytes limits the JSON that the expressions of one state's fields return
	// together, before the state's own limit of 256 KiB is applied.
	maxResultBytes = 8 << 20
	// maxResultDepth limits the nesting of a result. encoding/json does not read deeper
	// JSON.
	maxResultDepth = 9_000
	// maxEvaluation limits the duration of an evaluation.
	maxEvaluation = 10 * time.Second
	// stepsPerTimeCheck is the number of steps between two checks of the clock.
	stepsPerTimeCheck = 256
)

// Memory that values use in Go. The numbers are approximate and never too small.
const (
	itemBytes   = 48  // An item of a growing array: two words, and the number that they point to.
	memberBytes = 128 // A member of an object.
	frameBytes  = 128 // The variables of a block or a call.
)

// Errors of an expression that exceeds its budget.
var (
	errEvaluationTime   = errors.New("Expression evaluation timeout")
	errEvaluationMemory = fmt.Errorf("the expression needs more than %d MiB of memory", maxEvaluationBytes>>20)
	errEvaluationSteps  = fmt.Errorf("the expression takes more than %d steps", maxEvaluationSteps)
	errResult           = errors.New("the result of the expression is too large")
	errEvaluationDepth  = fmt.Errorf("Stack overflow error: the expression nests more than %d evaluations", maxEvaluationDepth) //nolint:staticcheck // AWS's words.
)

// Budget is the remaining budget of evaluations. Everything that builds a string or an
// array deducts its size from the budget before it allocates.
type Budget struct {
	bytes   int
	steps   int
	results int // The number of bytes of JSON that may still be returned.
	depth   int
	limit   time.Duration
	began   time.Time // By the process's own clock. It only limits work and affects no result.
}

// NewBudget returns a full budget. Expressions that share it are limited together.
func NewBudget() *Budget {
	return &Budget{bytes: maxEvaluationBytes, steps: maxEvaluationSteps, results: maxResultBytes, limit: maxEvaluation}
}

// take deducts an allocation.
func (b *Budget) take(bytes int) error {
	if bytes < 0 || bytes > b.bytes {
		b.bytes = 0 // So that the expression cannot continue with a smaller allocation.

		return errEvaluationMemory
	}

	b.bytes -= bytes

	return nil
}

// takeItems deducts count items, or members, of the given size.
func (b *Budget) takeItems(count, size int) error {
	if count > b.bytes/size {
		count, size = b.bytes+1, 1
	}

	return b.take(count * size)
}

// step deducts one step.
func (b *Budget) step() error {
	if b.steps--; b.steps < 0 {
		return errEvaluationSteps
	}

	if b.steps%stepsPerTimeCheck == 0 {
		return b.checkTime()
	}

	return nil
}

// checkTime compares the elapsed time with the limit.
func (b *Budget) checkTime() error {
	if b.began.IsZero() {
		b.began = time.Now()
	}

	if time.Since(b.began) > b.limit {
		return fmt.Errorf("%w: over %v", errEvaluationTime, b.limit)
	}

	return nil
}

// work deducts many steps at once, such as the bytes of a text that a function reads in one
// call.
func (b *Budget) work(units int) error {
	if b.steps -= units; b.steps < 0 {
		b.steps = 0

		return errEvaluationSteps
	}

	return b.checkTime()
}
