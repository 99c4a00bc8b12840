package gateway_test

import (
	"bufio"
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"

	"triptych/emulator/gateway"
	"triptych/emulator/iam"
)

// TestVerify_requests_signed_by_the_SDK checks that the gateway accepts every request that the
// SDK signs, and no changed one.
func TestVerify_requests_signed_by_the_SDK(t *testing.T) {
	principals, err := iam.NewDirectory(&iam.Principal{ARN: "arn:root", AccessKey: "a/key", SecretKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}

	accept := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })

	handler, err := gateway.New(gateway.Config{
		Principals: principals, S3: accept, Services: map[string]http.Handler{"lambda": accept}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}

	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zA-Z0-9 !-/:-@\[-~é🐈]{0,8}`)
		service := rapid.SampledFrom([]string{"s3", "lambda"}).Draw(t, "service")
		path := "/bucket/" + text.Draw(t, "path") + "/x"

		query := url.Values{}
		for range rapid.IntRange(0, 3).Draw(t, "parameters") {
			query.Add("p"+text.Draw(t, "name"), text.Draw(t, "value"))
		}

		request := &http.Request{
			Method: http.MethodGet, Host: "127.0.0.1:4566", Header: http.Header{},
			URL: &url.URL{Scheme: "http", Host: "127.0.0.1:4566", Path: path, RawQuery: query.Encode()},
		}
		request.Header.Set("X-Amz-Meta-A", " "+text.Draw(t, "header")+"  b ")

		// The SDK sends paths in this encoding, and signs them as they are sent.
		request.URL.RawPath = v4EscapePath(path)

		if !headerFits(request) {
			t.Skip("HTTP has no such header")
		}

		err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" }).SignHTTP(t.Context(),
			aws.Credentials{AccessKeyID: "a/key", SecretAccessKey: "secret"},
			request, hashIn(request, service), service, "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}

		if status := over(t, handler, request, nil); status != http.StatusNoContent {
			t.Fatalf("%s %s: %d", service, request.URL, status)
		}

		changes := map[string]func(*http.Request){
			"path":      func(r *http.Request) { r.URL.Path += "y" },
			"query":     func(r *http.Request) { r.URL.RawQuery += "&q=1" },
			"method":    func(r *http.Request) { r.Method = http.MethodDelete },
			"header":    func(r *http.Request) { r.Header.Add("X-Amz-Meta-A", "c") },
			"host":      func(r *http.Request) { r.Host = "localhost:4566" },
			"unsigned":  func(r *http.Request) { r.Header.Set("X-Amz-Tagging", "a=b") },
			"signature": func(r *http.Request) { r.Header.Set("Authorization", r.Header.Get("Authorization")+"0") },
		}
		for name, change := range changes {
			if status := over(t, handler, request, change); status != http.StatusForbidden {
				t.Fatalf("another %s under the same signature: %d", name, status)
			}
		}
	})
}

// hashIn is the payload hash that the client signs. S3's is in a header.
func hashIn(r *http.Request, service string) string {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

	if service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", empty)
	}

	return empty
}

// over sends the request to the gateway in the form in which it would arrive over a
// connection, with a change.
func over(t *rapid.T, handler http.Handler, r *http.Request, change func(*http.Request)) int {
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}

	arrived, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatal(err)
	}

	if change != nil {
		change(arrived)
	}

	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, arrived)

	return recorder.Code
}

// headerFits reports whether HTTP can transport the request's header.
func headerFits(r *http.Request) bool {
	var wire bytes.Buffer

	return r.Write(&wire) == nil
}

// v4EscapePath encodes all characters except unreserved ones and slashes.
func v4EscapePath(path string) string {
	escaped := (&url.URL{Path: path}).EscapedPath()

	var out bytes.Buffer

	for i := range len(escaped) {
		switch char := escaped[i]; char {
		case '$', '&', '+', ',', ':', ';', '=', '@', '!', '\'', '(', ')', '*', '[', ']':
			out.WriteString(url.QueryEscape(string(char)))
		default:
			out.WriteByte(char)
		}
	}

	return out.String()
}

// FuzzUnknownCaller checks that no request from an unknown caller reaches a service or ends
// the process.
func FuzzUnknownCaller(f *testing.F) {
	f.Add("/b/k", "", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00", "20260101T000000Z", "")
	f.Add("/b/k", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20260101%2Fr%2Fs3%2Faws4_request&X-Amz-Expires=9", "", "", "")
	f.Add("/", "", "AWS4-HMAC-SHA256 ,=,", "x", "AWSStepFunctions.ListExecutions")

	principals, err := iam.NewDirectory(&iam.Principal{ARN: "arn:root", AccessKey: "a", SecretKey: "secret"})
	if err != nil {
		f.Fatal(err)
	}

	f.Fuzz(func(t *testing.T, path, query, authorization, date, target string) {
		reached := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a stranger got through") })

		handler, err := gateway.New(gateway.Config{
			Principals: principals, S3: reached, Services: map[string]http.Handler{"states": reached}, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}

		request := &http.Request{
			Method: http.MethodGet, URL: &url.URL{Path: path, RawQuery: query}, Host: "127.0.0.1", Body: http.NoBody,
			Header: http.Header{"Authorization": {authorization}, "X-Amz-Date": {date}, "X-Amz-Target": {target}},
		}
		handler.ServeHTTP(httptest.NewRecorder(), request)
	})
}
