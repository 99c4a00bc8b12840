package cdn_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"triptych/emulator/cdn"
)

// signer is a key group of one key.
type signer struct{ key *rsa.PrivateKey }

func (s signer) Key(string) (crypto.PublicKey, bool) { return &s.key.PublicKey, true }

// sign signs a URL with CloudFront's canned policy.
func (s signer) sign(t *testing.T, url string) string {
	t.Helper()

	expires := time.Now().Add(time.Hour).Unix()
	policy := fmt.Sprintf(`{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`, url, expires)
	hash := sha1.Sum([]byte(policy))

	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA1, hash[:])
	if err != nil {
		t.Fatal(err)
	}

	text := strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(base64.StdEncoding.EncodeToString(signature))

	return fmt.Sprintf("%s?Expires=%d&Signature=%s&Key-Pair-Id=K1", url, expires, text)
}

// TestForeignPages checks that pages of other sites can send signed uploads only if the
// bucket allows it, and that every page can view images, as on CloudFront.
func TestForeignPages(t *testing.T) {
	t.Parallel()

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	var stored []string

	uploads := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)

		if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
			t.Errorf("the bucket receives a header of the page: %s", site)
		}

		if r.Method == http.MethodPut {
			stored = append(stored, r.URL.Path)
		} else {
			w.WriteHeader(http.StatusForbidden) // As S3 answers a preflight request that no rule allows.
		}
	}))
	t.Cleanup(uploads.Close)

	handler, err := cdn.S3Uploads{
		Endpoint: uploads.URL, Region: "us-east-1", Bucket: "t-uploads", Log: slog.New(slog.DiscardHandler),
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}.Handler()
	if err != nil {
		t.Fatal(err)
	}

	behind, _ := start(t, "cat.jpg/-/v/l.jpg")
	front := httptest.NewServer(made(t, cdn.Config{
		Variants: origin(t, behind), Uploads: handler, MaxUploadBytes: 100, Signers: signer{key},
		UploadsCORS: func(_ context.Context, origin, method string) bool {
			return origin == "https://app.example" && method == http.MethodPut
		},
	}))
	t.Cleanup(front.Close)

	_, port, _ := strings.Cut(front.URL, "127.0.0.1:")

	const picture, upload = "/cat.jpg/-/v/l.jpg", "/-/upload/k.jpg"

	for name, c := range map[string]struct {
		method, host, path string
		header             map[string]string
		want               int
	}{
		"curl uploads":                             {"PUT", "127.0.0.1:" + port, upload, nil, 200},
		"an allowed page uploads":                  {"PUT", "127.0.0.1:" + port, upload, map[string]string{"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"}, 200},
		"another page uploads":                     {"PUT", "127.0.0.1:" + port, upload, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403},
		"another page of an old browser":           {"PUT", "127.0.0.1:" + port, upload, map[string]string{"Origin": "https://evil.example"}, 403},
		"a page without an origin":                 {"PUT", "127.0.0.1:" + port, upload, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"a sandboxed page":                         {"PUT", "127.0.0.1:" + port, upload, map[string]string{"Origin": "null"}, 403},
		"a preflight that no rule allows":          {"OPTIONS", "127.0.0.1:" + port, upload, map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}, 403},
		"a rebound host uploads":                   {"PUT", "evil.example:" + port, upload, nil, 403},
		"an image in another site's img":           {"GET", "127.0.0.1:" + port, picture, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 200},
		"an image in another site's script":        {"GET", "127.0.0.1:" + port, picture, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 200},
		"an image's preflight":                     {"OPTIONS", "127.0.0.1:" + port, picture, map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}, 204},
		"an image under a rebound host":            {"GET", "evil.example:" + port, picture, nil, 403},
		"an image under localhost":                 {"GET", "localhost:" + port, picture, nil, 200},
		"an image under a name with another port":  {"GET", "localhost:1", picture, nil, 403},
		"an image under another machine's address": {"GET", "192.0.2.7:" + port, picture, nil, 403},
	} {
		t.Run(name, func(t *testing.T) {
			address := "http://" + c.host + c.path
			if c.path == upload {
				address = signer{key}.sign(t, address)
			}

			request, err := http.NewRequestWithContext(t.Context(), c.method, strings.Replace(address, c.host, "127.0.0.1:"+port, 1), strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}

			if c.method != http.MethodPut {
				request.Body, request.ContentLength = http.NoBody, 0
			}

			request.Host = c.host

			for header, value := range c.header {
				request.Header.Set(header, value)
			}

			response, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()

			if response.StatusCode != c.want {
				body, _ := io.ReadAll(response.Body)
				t.Errorf("%d %s, want %d", response.StatusCode, body, c.want)
			}
		})
	}

	if len(stored) != 2 {
		t.Errorf("%d uploads were stored, want those of curl and of the allowed page", len(stored))
	}
}
