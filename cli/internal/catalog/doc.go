// Package catalog lists what the ledger knows of uploads, newest first, and tells
// what is published of one: for `triptych ls`, `triptych show` and the console.
package catalog
