package signingkey_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"triptych/shared/signingkey"
)

// equal is implemented by the public keys of the standard library.
type equal interface {
	Equal(other crypto.PublicKey) bool
}

func must[T any](t testing.TB, value T, err error) T {
	t.Helper()

	if err != nil {
		t.Fatal(err)
	}

	return value
}

func block(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// written returns the private and the public key, each in every format that the package can
// read.
func written(t testing.TB, key crypto.Signer) (private, public map[string]string) {
	t.Helper()

	encode := func(der []byte, err error) []byte { return must(t, der, err) }
	private = map[string]string{"PKCS #8": block("PRIVATE KEY", encode(x509.MarshalPKCS8PrivateKey(key)))}
	public = map[string]string{"SPKI": block("PUBLIC KEY", encode(x509.MarshalPKIXPublicKey(key.Public())))}

	switch key := key.(type) {
	case *rsa.PrivateKey:
		private["PKCS #1"] = block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
	case *ecdsa.PrivateKey:
		private["SEC 1"] = block("EC PRIVATE KEY", encode(x509.MarshalECPrivateKey(key)))
	}

	return private, public
}

func TestPrivate_acceptedKeys(t *testing.T) {
	t.Parallel()

	rsaKey, err := rsa.GenerateKey(rand.Reader, signingkey.RSABits)
	must(t, rsaKey, err)

	ecdsaKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, ecdsaKey, err)

	for name, key := range map[string]crypto.Signer{"RSA": rsaKey, "ECDSA": ecdsaKey} {
		private, public := written(t, key)
		want := key.Public().(equal)

		for form, text := range private {
			got, err := signingkey.Private([]byte(text))
			if err != nil || !want.Equal(got.Public()) {
				t.Errorf("%s, %s: %v", name, form, err)
			}

			public[form] = text
		}

		for form, text := range public {
			if got, err := signingkey.Public([]byte(text)); err != nil || !want.Equal(got) {
				t.Errorf("the public half of %s, %s: %v", name, form, err)
			}
		}

		if _, err := signingkey.Private([]byte(public["SPKI"])); err == nil || !strings.Contains(err.Error(), "public key") {
			t.Errorf("%s: Private accepts a public key: %v", name, err)
		}
	}
}

func TestPrivate_rejectedKeys(t *testing.T) {
	t.Parallel()

	larger, err := rsa.GenerateKey(rand.Reader, signingkey.RSABits+1024)
	must(t, larger, err)

	curve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(t, curve, err)

	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	must(t, edwards, err)

	refused := map[string]struct{ text, says string }{
		"empty":         {"", "not PEM"},
		"certificate":   {block("CERTIFICATE", []byte{0x30, 0}), "CERTIFICATE"},
		"a broken key":  {block("PRIVATE KEY", []byte{0x30, 0}), "parse the private key"},
		"another label": {block("EC PRIVATE KEY", x509.MarshalPKCS1PrivateKey(larger)), "parse the ec private key"},
	}

	for name, key := range map[string]crypto.Signer{"3072 bits": larger, "P-384": curve, "Ed25519": edwards} {
		private, public := written(t, key)
		for form, text := range private {
			refused[name+", "+form] = struct{ text, says string }{text, "2048 bits"}
		}

		refused[name+", public"] = struct{ text, says string }{public["SPKI"], "2048 bits"}
	}

	for name, test := range refused {
		if _, err := signingkey.Private([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s, private: %v", name, err)
		}

		if _, err := signingkey.Public([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s, public: %v", name, err)
		}
	}
}

// FuzzPublic checks that Public accepts every text that Private accepts.
func FuzzPublic(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(f, key, err)

	private, public := written(f, key)
	for _, text := range []string{private["PKCS #8"], private["SEC 1"], public["SPKI"], "", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"} {
		f.Add([]byte(text))
	}

	f.Fuzz(func(t *testing.T, text []byte) {
		signer, err := signingkey.Private(text)
		if err != nil {
			return
		}

		if half, err := signingkey.Public(text); err != nil || !half.(equal).Equal(signer.Public()) {
			t.Errorf("%v", err)
		}
	})
}
