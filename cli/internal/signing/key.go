// Package signing signs URLs and cookies for CloudFront, with the private half of
// one of the keys that the distribution trusts.
//
// Source: Amazon CloudFront Developer Guide, "Use signed URLs", "Use signed cookies".
package signing

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"
)

const rsaBits = 2048 // what CloudFront takes, and no other size

// Key is a private key, and the id that CloudFront knows its public half by.
type Key struct {
	ID      string // key pair id, "K2JCJMDEHXQW5F"
	Private crypto.Signer
}

// ReadKey reads a private key from a PEM file: RSA of 2048 bits or ECDSA on P-256.
func ReadKey(path, id string) (Key, error) {
	text, err := os.ReadFile(path) //nolint:gosec // The user's own file.
	if err != nil {
		return Key{}, fmt.Errorf("read the signing key: %w", err)
	}

	private, err := parse(text)
	if err != nil {
		return Key{}, fmt.Errorf("read the signing key %s: %w", path, err)
	}

	return Key{ID: id, Private: private}, nil
}

func parse(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("it is no PEM: `openssl genrsa 2048` makes one")
	}

	var (
		private crypto.Signer
		err     error
	)

	switch block.Type {
	case "RSA PRIVATE KEY":
		private, err = sign.LoadPEMPrivKey(bytes.NewReader(text))
	case "EC PRIVATE KEY":
		private, err = x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		private, err = sign.LoadPEMPrivKeyPKCS8AsSigner(bytes.NewReader(text))
	default:
		return nil, fmt.Errorf("a PEM of type %q is no private key", block.Type)
	}

	if err != nil {
		return nil, fmt.Errorf("parse the private key: %w", err)
	}

	switch key := private.(type) {
	case *rsa.PrivateKey:
		if key.N.BitLen() == rsaBits {
			return key, nil
		}
	case *ecdsa.PrivateKey:
		if key.Curve == elliptic.P256() {
			return key, nil
		}
	}

	return nil, fmt.Errorf("CloudFront takes RSA keys of %d bits and ECDSA keys on P-256", rsaBits)
}
