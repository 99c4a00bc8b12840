// Package transfer uploads files and follows each upload to its outcome.
//
// The version id that S3 returns identifies an upload. The ledger's item with this version id
// has the outcome. The key is not sufficient, because another client may upload to the same
// key at the same time.
package transfer
