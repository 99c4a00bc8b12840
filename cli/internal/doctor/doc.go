// Package doctor examines a stack. It checks whether the caller can reach and use the
// resources, whether failed work waits for a replay, and whether the ledger, the
// originals and the variants are consistent.
//
// Everything is read in pages. Keys are found in three lists (originals, variants,
// ledger). The package keeps eight bytes for each examined key, so that it examines each
// key only once.
package doctor
