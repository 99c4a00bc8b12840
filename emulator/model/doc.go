// Package model explores the protocol that keeps the ledger, the variants bucket
// and the manifests in agreement: see package triptych/shared/publish.
//
// Its tests run the real protocol and the real ledger against the laptop's
// DynamoDB and a bucket in memory, one call at a time, in orders chosen by a
// scheduler: every interleaving with few switches between two actors, and random
// ones of up to four, with deaths in between. After each, the promises are
// checked: the manifest names the newest READY upload that is not erased, nothing
// erased is reachable, nothing is named that is not there, and no upload is
// forgotten.
package model
