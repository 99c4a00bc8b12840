// Package transfer uploads files and follows each to its outcome.
//
// An upload is known by the version id that S3 answers; the ledger's item that
// carries it says what became of it. Nothing else is compared: a key may be
// uploaded to by others at the same time.
package transfer
