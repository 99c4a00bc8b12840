// Package signing signs URLs and cookies for CloudFront with a private key. The public key
// must be one of those that the distribution trusts.
//
// Source: Amazon CloudFront Developer Guide, "Use signed URLs", "Use signed cookies".
package signing

import (
	"crypto"
	"fmt"
	"os"

	"triptych/shared/signingkey"
)

// Key is a private key, and the id that CloudFront gave to its public key.
type Key struct {
	ID      string // key pair id, "K2JCJMDEHXQW5F"
	Private crypto.Signer
}

// ReadKey reads a private key from a PEM file: RSA of 2048 bits or ECDSA on P-256.
func ReadKey(path, id string) (Key, error) {
	text, err := os.ReadFile(path) //nolint:gosec // The user chose the file.
	if err != nil {
		return Key{}, fmt.Errorf("read the signing key: %w", err)
	}

	private, err := signingkey.Private(text)
	if err != nil {
		return Key{}, fmt.Errorf("read the signing key %s: %w", path, err)
	}

	return Key{ID: id, Private: private}, nil
}
