package objectstore_test

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// TestAnswers_haveOneRequestID checks that every answer of S3 has one request ID and one
// host ID, and that an error repeats them in its body, no matter whether the server or
// the handler in front of it answers.
func TestAnswers_haveOneRequestID(t *testing.T) {
	l := newFixture(t)
	l.put(uploads, "k", "x")

	for name, request := range map[string]*http.Request{
		"put":                            l.signed(http.MethodPut, "/"+uploads+"/new", "x", "test"),
		"get":                            l.signed(http.MethodGet, "/"+uploads+"/k", "", "test"),
		"head":                           l.signed(http.MethodHead, "/"+uploads+"/k", "", "test"),
		"head missing":                   l.signed(http.MethodHead, "/"+uploads+"/missing", "", "test"),
		"get missing":                    l.signed(http.MethodGet, "/"+uploads+"/missing", "", "test"),
		"list":                           l.signed(http.MethodGet, "/"+uploads+"?list-type=2", "", "test"),
		"list buckets":                   l.signed(http.MethodGet, "/", "", "test"),
		"missing bucket":                 l.signed(http.MethodGet, "/triptych-nowhere/k", "", "test"),
		"delete":                         l.signed(http.MethodDelete, "/"+uploads+"/k", "", "test"),
		"delete a key that cannot exist": l.signed(http.MethodDelete, "/"+uploads+"/a//b", "", "test"),
		"put a key that cannot exist":    l.signed(http.MethodPut, "/"+uploads+"/a//b", "x", "test"),
		"another secret":                 l.signed(http.MethodGet, "/"+uploads+"/k", "", "wrong"),
		"unsigned":                       httptest.NewRequestWithContext(t.Context(), http.MethodGet, l.url+"/"+uploads+"/k", http.NoBody),
		"preflight":                      l.preflight(),
	} {
		request.RequestURI = ""

		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}

		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()

		if err != nil {
			t.Fatal(err)
		}

		ids, hosts := answer.Header.Values("X-Amz-Request-Id"), answer.Header.Values("X-Amz-Id-2")
		if len(ids) != 1 || ids[0] == "" || len(hosts) != 1 || hosts[0] == "" {
			t.Errorf("%s: %d with the request IDs %q and the host IDs %q, want one of each", name, answer.StatusCode, ids, hosts)

			continue
		}

		if answer.StatusCode < http.StatusBadRequest || request.Method == http.MethodHead {
			continue
		}

		var failure struct{ RequestId, HostId string } //nolint:revive // The spelling of S3.
		if err := xml.Unmarshal(body, &failure); err != nil || failure.RequestId != ids[0] || failure.HostId != hosts[0] {
			t.Errorf("%s: the body %s does not repeat %s and %s: %v", name, body, ids[0], hosts[0], err)
		}
	}
}

// signed returns a request that is signed with the secret.
func (l *fixture) signed(method, path, body, secret string) *http.Request {
	l.t.Helper()

	request := httptest.NewRequestWithContext(l.t.Context(), method, l.url+path, strings.NewReader(body))
	request.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")

	err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).SignHTTP(
		context.Background(), aws.Credentials{AccessKeyID: "test", SecretAccessKey: secret}, request, "UNSIGNED-PAYLOAD", "s3", "us-east-1", time.Now())
	if err != nil {
		l.t.Fatal(err)
	}

	return request
}

// preflight returns a browser's preflight request for a page that no CORS configuration
// names.
func (l *fixture) preflight() *http.Request {
	request := httptest.NewRequestWithContext(l.t.Context(), http.MethodOptions, l.url+"/"+uploads+"/k", http.NoBody)
	request.Header.Set("Origin", "https://www.example.org")
	request.Header.Set("Access-Control-Request-Method", http.MethodPut)

	return request
}
