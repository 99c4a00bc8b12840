// Package uploads lists the uploads in the ledger, newest first, and reads the published
// state of one key. It is used by `triptych ls`, `triptych show` and the console.
package uploads
