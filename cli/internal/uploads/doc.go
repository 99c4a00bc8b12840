// Package uploads lists the uploads in the ledger, newest first, and reads the published state
// of one key. `triptych ls`, `triptych show` and the console use it.
package uploads
