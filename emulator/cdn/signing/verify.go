package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // CloudFront's default.
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Group is a key group: public keys by their ids (key pair ids).
type Group interface {
	Key(id string) (crypto.PublicKey, bool)
}

// Check returns nil if a key of the group has signed the request and the signed policy
// allows the request at this moment.
func Check(request Request, trusted Group, now time.Time) *Refusal {
	found, query := request.read()
	if found.keyPairID == "" {
		return missingKey()
	}

	key, known := trusted.Key(found.keyPairID)
	if !known {
		return unknownKey(found.keyPairID)
	}

	signature, err := decode(found.signature)
	if err != nil || len(signature) == 0 {
		return malformedSignature()
	}

	text, refusal := found.signed(request.url(query))
	if refusal != nil {
		return refusal
	}

	if !verifies(key, found.hash, text, signature) {
		return denied("the signature is not that of this policy by the key " + found.keyPairID)
	}

	policy, refusal := parsePolicy(text)
	if refusal != nil {
		return refusal
	}

	return policy.allows(request, query, now)
}

// signed returns the text of the policy that was signed. A canned policy is not part of
// the request: it says that the URL is valid until Expires, in exactly these characters.
func (c claims) signed(url string) ([]byte, *Refusal) {
	switch {
	case c.policy != "":
		text, err := decode(c.policy)
		if err != nil {
			return nil, malformedPolicy("the policy is not base64")
		}

		return text, nil
	case c.expires == "":
		return nil, denied("it has neither Policy nor Expires")
	}

	seconds, err := strconv.ParseInt(c.expires, 10, 64)
	if err != nil || strconv.FormatInt(seconds, 10) != c.expires {
		return nil, denied("Expires is no number")
	}

	return fmt.Appendf(nil, `{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`, url, seconds), nil
}

// fromURL replaces CloudFront's URL-safe characters with those of base64.
var fromURL = strings.NewReplacer("-", "+", "_", "=", "~", "/")

func decode(text string) ([]byte, error) {
	decoded, err := base64.StdEncoding.DecodeString(fromURL.Replace(text))
	if err != nil {
		return nil, fmt.Errorf("decode base64: %w", err)
	}

	return decoded, nil
}

func verifies(key crypto.PublicKey, hash string, text, signature []byte) bool {
	var (
		algorithm crypto.Hash
		digest    []byte
	)

	switch hash {
	case "", "SHA1":
		sum := sha1.Sum(text) //nolint:gosec // As above.
		algorithm, digest = crypto.SHA1, sum[:]
	case "SHA256":
		sum := sha256.Sum256(text)
		algorithm, digest = crypto.SHA256, sum[:]
	default:
		return false
	}

	switch public := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(public, algorithm, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(public, digest, signature)
	default:
		return false
	}
}
