package cdn_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"

	"triptych/emulator/cdn"
)

type trusted struct{ key *rsa.PrivateKey }

func (g trusted) Key(id string) (crypto.PublicKey, bool) { return g.key.Public(), id == "K1" }

// TestSignedViewing_signature_covers_the_path_as_sent checks that the signature is
// validated before the path is rewritten. It covers the path as the viewer sent it, and
// the object is found under its one spelling.
func TestSignedViewing_signature_covers_the_path_as_sent(t *testing.T) {
	t.Parallel()

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	const object = "my photo(1)&é.jpg/-/v/l.jpg"

	behind, front := startAs(t, cdn.Config{Signers: trusted{key}, SignedViewing: true}, object)
	signer := sign.NewURLSigner("K1", key)
	soon := time.Now().Add(time.Hour)

	spellings := []string{
		"/my%20photo(1)&%C3%A9.jpg/-/v/l.jpg", "/my+photo%281%29%26%c3%a9.jpg/%2d/v/l.jp%67", "/%6Dy%20photo(1)&%C3%A9.jpg%2F-/v/l.jpg",
	}

	for i, path := range spellings {
		canned, err := signer.Sign(front.URL+path, soon)
		if err != nil {
			t.Fatal(err)
		}

		folder := front.URL + path[:strings.LastIndex(path, "/v/")] + "/*"
		policy := &sign.Policy{Statements: []sign.Statement{{Resource: folder, Condition: sign.Condition{DateLessThan: sign.NewAWSEpochTime(soon)}}}}

		custom, err := signer.SignWithPolicy(front.URL+path, policy)
		if err != nil {
			t.Fatal(err)
		}

		cookies, err := sign.NewCookieSigner("K1", key).SignWithPolicy(policy)
		if err != nil {
			t.Fatal(err)
		}

		header := http.Header{}
		for _, cookie := range cookies {
			header.Add("Cookie", cookie.Name+"="+cookie.Value)
		}

		for name, request := range map[string]struct {
			path   string
			header http.Header
		}{
			"canned URL": {strings.TrimPrefix(canned, front.URL), nil},
			"custom URL": {strings.TrimPrefix(custom, front.URL), nil},
			"cookies":    {path, header},
		} {
			if response, body := ask(t, front, http.MethodGet, request.path, request.header); response.StatusCode != http.StatusOK || body != string(content) {
				t.Errorf("%s of %s: %d %s", name, path, response.StatusCode, body)
			}

			// The signature of one spelling is not valid for another.
			other := strings.Replace(request.path, path, spellings[(i+1)%len(spellings)], 1)
			if response, _ := ask(t, front, http.MethodGet, other, request.header); response.StatusCode != http.StatusForbidden {
				t.Errorf("%s of %s, used for %s: %d, want 403", name, path, other, response.StatusCode)
			}
		}
	}

	for _, path := range behind.paths {
		if path != behind.paths[0] {
			t.Errorf("the bucket received requests for %s and for %s", behind.paths[0], path)
		}
	}
}
