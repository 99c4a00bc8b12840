// Package transfer uploads files and follows each upload to its outcome.
//
// An upload is identified by the version id that S3 returns; the ledger's item with this
// version id has its outcome. Nothing else is compared, because others may upload to the
// same key at the same time.
package transfer
