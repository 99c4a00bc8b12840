// Package backfill selects the action for an original that is already in the uploads
// bucket. It does nothing, or it starts the pipeline as the upload's event would have
// started it, or it restores the variants that today's recipe made earlier.
//
// The decision depends only on S3, the ledger and the recipe. The name of the execution
// depends only on the decision. So anyone can repeat the decision at any time, even after
// a crash: finished work is recognized as finished.
package backfill
