package resources

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
)

// maxGroupKeys is how many public keys a key group has at most.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const maxGroupKeys = 5

// publicKey reads the key of a PublicKeyConfig.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
func publicKey(encoded string) (crypto.PublicKey, error) {
	problem := failure("InvalidArgument", http.StatusBadRequest,
		"Your request contains empty/invalid/out of limits RSA Encoded Key: want a PEM with an RSA key of 2048 bits or an ECDSA key on P-256")

	block, _ := pem.Decode([]byte(encoded))
	if block == nil {
		return nil, problem
	}

	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, problem
	}

	const rsaBits = 2048

	switch key := key.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() == rsaBits {
			return key, nil
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			return key, nil
		}
	}

	return nil, problem
}

func checkPublicKey(c *config) error {
	if err := checkName(c); err != nil {
		return err
	}

	if c.text("CallerReference") == "" {
		return invalid("The parameter CallerReference is required.")
	}

	_, err := publicKey(c.text("EncodedKey"))

	return err
}

func checkKeyGroup(c *config) error {
	switch count := len(c.values["PublicKey"]); {
	case count == 0:
		return invalid("The parameter Items must have at least one public key.")
	case count > maxGroupKeys:
		return failure("TooManyPublicKeysInKeyGroup", http.StatusBadRequest, "The number of public keys in this key group is more than the maximum allowed, %d.", maxGroupKeys)
	}

	return checkName(c)
}

// KeyGroup is the public keys of some key groups.
type KeyGroup map[string]crypto.PublicKey

// Key returns the public key with this id.
func (g KeyGroup) Key(id string) (crypto.PublicKey, bool) {
	key, known := g[id]

	return key, known
}

// groups returns the keys of key groups. The service is locked.
func (s *Service) groups(ids []string) KeyGroup {
	keys := KeyGroup{}

	for _, id := range ids {
		group := s.all[key(keyGroups.path, id)]
		if group == nil {
			continue
		}

		parsed, err := parse(group.Config)
		if err != nil {
			continue
		}

		for _, id := range parsed.values["PublicKey"] {
			one := s.all[key(publicKeys.path, id)]
			if one == nil {
				continue
			}

			if parsed, err := parse(one.Config); err == nil {
				if public, err := publicKey(parsed.text("EncodedKey")); err == nil {
					keys[id] = public
				}
			}
		}
	}

	return keys
}
