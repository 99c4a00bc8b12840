// Package signingkey reads the keys that CloudFront accepts for signed URLs and cookies:
// RSA of 2048 bits or ECDSA on P-256, in PEM.
//
// Source: Amazon CloudFront Developer Guide, "Specify signers that can create signed URLs
// and signed cookies".
package signingkey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// RSABits is the size of an RSA key; CloudFront accepts no other size.
const RSABits = 2048

// Private parses a private key. It accepts the formats of openssl's commands genrsa, genpkey
// and ecparam.
func Private(text []byte) (crypto.Signer, error) {
	key, err := parse(text)
	if err != nil {
		return nil, err
	}

	private, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("it is a public key; signing requires a private key")
	}

	return private, nil
}

// Public parses a public key, or returns the public half of a private key.
func Public(text []byte) (crypto.PublicKey, error) {
	key, err := parse(text)
	if err != nil {
		return nil, err
	}

	return public(key), nil
}

// parse parses a private or a public key. It uses the first key of the text.
func parse(text []byte) (any, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("it is not PEM: create a key with `openssl genrsa 2048`")
	}

	var (
		key any
		err error
	)

	// PUBLIC KEY and PRIVATE KEY are the labels of RFC 7468, sections 13 and 10. The other
	// two are older, and belong to PKCS #1 and SEC 1.
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("CloudFront does not accept a PEM of type %q", block.Type)
	}

	if err != nil {
		return nil, fmt.Errorf("parse the %s: %w", strings.ToLower(block.Type), err)
	}

	if !isTaken(public(key)) {
		return nil, fmt.Errorf("CloudFront accepts RSA keys of %d bits and ECDSA keys on P-256", RSABits)
	}

	return key, nil
}

// public returns the public half of a key.
func public(key any) crypto.PublicKey {
	if private, ok := key.(crypto.Signer); ok {
		return private.Public()
	}

	return key
}

func isTaken(public crypto.PublicKey) bool {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() == RSABits
	case *ecdsa.PublicKey:
		return key.Curve == elliptic.P256()
	default:
		return false
	}
}
