// Package backfill runs the state machine that sees to originals that are already
// there, or says what it would do.
//
// An execution that was interrupted is gone on with: one that runs is followed, one
// that failed or was stopped is redriven, where it was asked for the same and Step
// Functions allows it. In all other cases a new one is started. That is always right,
// because what is done is found done, but lists the bucket anew.
package backfill
