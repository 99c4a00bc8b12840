// Package backfill runs the state machine that processes existing originals, or shows its
// plan.
//
// An interrupted backfill is resumed. A running execution is followed. A failed or
// stopped execution is redriven, if its input is the same and Step Functions allows the
// redrive. Otherwise a new execution is started. A new execution is always correct,
// because finished work is recognized, but it lists the bucket again.
package backfill
