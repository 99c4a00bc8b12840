// Package model explores the protocol that keeps the ledger, the variants bucket and the
// manifests consistent: see package triptych/shared/publish.
//
// Its tests run the real protocol and the real ledger with the emulator's DynamoDB and a
// bucket in memory, one call at a time, in orders that a scheduler chooses: every
// interleaving with few switches between two actors, and random interleavings of up to
// four, with deaths in between. After each, the tests check the guarantees: the manifest
// names the newest READY upload that is not erased, nothing erased is reachable, every
// named object exists, and no upload is forgotten.
package model
