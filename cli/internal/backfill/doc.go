// Package backfill runs the state machine that processes existing originals, or shows which
// originals it would process.
//
// An interrupted backfill is resumed. If an execution with the same input is running, the
// package follows it. If it failed or was stopped, and Step Functions allows a redrive, the
// package redrives it. Otherwise the package starts a new execution. A new execution is
// always correct, because it skips finished work, but it lists the bucket again.
package backfill
