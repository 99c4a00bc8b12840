// Package backfill decides what has to be done for an original that is already in
// the uploads bucket: nothing, to start the pipeline as its event would have, or to
// bring back what today's recipe once made of it.
//
// The decision follows from S3, the ledger and the recipe alone, and the name of the
// execution that it starts from the decision. So it can be asked again at any time,
// by anybody, after any crash: what is done is found done.
package backfill
