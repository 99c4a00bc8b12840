// Package model explores the protocol that keeps the ledger, the variants bucket and the
// manifests consistent: see package triptych/shared/publish.
//
// Its tests run the real protocol and the real ledger with the emulator's DynamoDB and a
// bucket in memory. A scheduler runs up to four executions, one call at a time. The tests
// try every order with few switches between the executions and few killed processes. They
// also try random orders. At the end of each order, they check the guarantees: the
// manifest names the newest READY upload that is not erased, no erased object is
// reachable, every object that the manifest names exists, and every upload has a final
// status.
package model
