// Package doctor examines a stack: whether its parts can be reached and used by
// the caller, whether anything waits to be replayed, and whether the ledger, the
// originals and the variants agree.
//
// Everything is read in pages. What is kept of a picture that was looked at is
// eight bytes, so that the three lists that pictures are found by (originals,
// variants, ledger) lead to each but once.
package doctor
