package cdn_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/cdn"
)

const (
	variantType  = "image/jpeg"
	immutable    = "public, max-age=31536000, immutable"
	variantETag  = `"5d41402abc4b2a76b9719d911017c592"`
	manifestETag = `"7d793037a0760186574b0282f2f435e7"`
	maxHeadBytes = 8000 // about the limit of S3
	notAnETag    = `"00000000000000000000000000000000"`
)

var written = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// content is the body of every object in the test's bucket.
var content = []byte("0123456789")

// bucket is an S3 endpoint in path style. net/http's own file server implements the
// ranges and the conditions of RFC 9110.
type bucket struct {
	mu      sync.Mutex
	paths   []string // as received, still encoded
	objects map[string]http.Header
	status  int // if not 0: the status of every answer
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.paths = append(b.paths, r.RequestURI)
	b.mu.Unlock()

	if b.status != 0 {
		w.WriteHeader(b.status)

		return
	}

	if len(r.RequestURI)+len(r.Header.Get("If-None-Match"))+len(r.Header.Get("If-Match"))+len(r.Header.Get("Range")) > maxHeadBytes {
		w.WriteHeader(http.StatusRequestHeaderFieldsTooLarge)

		return
	}

	key := strings.TrimPrefix(r.URL.Path, "/t-variants/")

	header, ok := b.objects[key]
	if !ok {
		w.WriteHeader(http.StatusNotFound)

		return
	}

	maps.Copy(w.Header(), header)

	http.ServeContent(&forgetful{ResponseWriter: w}, r, "", written, bytes.NewReader(content))
}

// forgetful omits headers from a 304 that some S3 servers omit.
type forgetful struct{ http.ResponseWriter }

func (f *forgetful) WriteHeader(status int) {
	if status == http.StatusNotModified {
		clear(f.Header())
	}

	f.ResponseWriter.WriteHeader(status)
}

func (b *bucket) asked() int {
	b.mu.Lock()
	defer b.mu.Unlock()

	return len(b.paths)
}

func made(t *testing.T, config cdn.Config) *cdn.Handler {
	t.Helper()

	handler, err := cdn.New(config)
	if err != nil {
		t.Fatal(err)
	}

	return handler
}

func start(t *testing.T, objects ...string) (*bucket, *httptest.Server) {
	t.Helper()

	return startAs(t, cdn.Config{}, objects...)
}

// startAs serves the objects by a distribution with this config, whose Variants it sets.
func startAs(t *testing.T, config cdn.Config, objects ...string) (*bucket, *httptest.Server) {
	t.Helper()

	behind := &bucket{objects: map[string]http.Header{}}

	for _, key := range objects {
		behind.objects[key] = http.Header{"Content-Type": {variantType}, "Cache-Control": {immutable}, "Etag": {variantETag}}
		if strings.HasSuffix(key, "manifest.json") {
			behind.objects[key] = http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-cache"}, "Etag": {manifestETag}}
		}
	}

	config.Variants = origin(t, behind)
	front := httptest.NewServer(made(t, config))
	t.Cleanup(front.Close)

	return behind, front
}

// origin returns the bucket as an origin of the CDN.
func origin(t *testing.T, behind *bucket) *cdn.S3Origin {
	t.Helper()

	served := httptest.NewServer(behind)
	t.Cleanup(served.Close)

	client := s3.New(s3.Options{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(served.URL),
		UsePathStyle:     true,
		Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
		RetryMaxAttempts: 1,
	})

	return &cdn.S3Origin{Client: client, Bucket: "t-variants"}
}

// ask sends a request whose path is sent exactly as it is written.
func ask(t *testing.T, front *httptest.Server, method, path string, header http.Header) (*http.Response, string) {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), method, front.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}

	request.URL = &url.URL{Scheme: "http", Host: strings.TrimPrefix(front.URL, "http://"), Opaque: path}
	maps.Copy(request.Header, header)

	response, err := front.Client().Transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}

	return response, string(body)
}

func TestAnswers(t *testing.T) {
	t.Parallel()

	const variant = "/cat.jpg/-/abc123abc123/large.jpg"

	missing := map[string]string{"Cache-Control": "public, max-age=5", "Content-Type": "text/plain; charset=utf-8"}

	tests := map[string]struct {
		method, path string
		header       http.Header
		status       int
		body         string // "*": not checked
		want         map[string]string
	}{
		"a variant": {
			http.MethodGet, variant, nil, 200, "0123456789",
			map[string]string{
				"Content-Type": variantType, "Cache-Control": immutable, "Etag": variantETag, "Content-Length": "10",
				"Accept-Ranges": "bytes", "Last-Modified": "Wed, 04 Mar 2026 05:06:07 GMT", "X-Cache": "Miss from cloudfront",
			},
		},
		"the manifest": {
			http.MethodGet, "/cat.jpg/-/manifest.json", nil, 200, "0123456789",
			map[string]string{"Content-Type": "application/json", "Cache-Control": "no-cache", "Etag": manifestETag},
		},
		"HEAD": {
			http.MethodHead, variant, nil, 200, "",
			map[string]string{"Content-Length": "10", "Etag": variantETag, "Cache-Control": immutable},
		},
		"HEAD of a missing image": {http.MethodHead, "/dog.jpg/-/abc123abc123/large.jpg", nil, 404, "", missing},
		"a range": {
			http.MethodGet, variant, http.Header{"Range": {"bytes=2-4"}}, 206, "234",
			map[string]string{"Content-Range": "bytes 2-4/10", "Content-Length": "3", "Accept-Ranges": "bytes", "Cache-Control": immutable},
		},
		"the last bytes": {
			http.MethodGet, variant, http.Header{"Range": {"bytes=-3"}}, 206, "789",
			map[string]string{"Content-Range": "bytes 7-9/10"},
		},
		"a range behind the end": {
			http.MethodGet, variant, http.Header{"Range": {"bytes=10-"}}, 416, "*",
			map[string]string{"Content-Range": "bytes */10", "Cache-Control": "no-store"},
		},
		"several ranges return the whole object": {
			http.MethodGet, variant, http.Header{"Range": {"bytes=0-1,4-5"}}, 200, "0123456789", nil,
		},
		"an invalid range is ignored": {http.MethodGet, variant, http.Header{"Range": {"bytes=x"}}, 200, "0123456789", nil},
		"If-Range matches": {
			http.MethodGet, variant, http.Header{"Range": {"bytes=2-4"}, "If-Range": {variantETag}}, 206, "234", nil,
		},
		"If-Range does not match": {
			http.MethodGet, variant, http.Header{"Range": {"bytes=2-4"}, "If-Range": {notAnETag}}, 200, "0123456789", nil,
		},
		"unchanged by ETag": {
			http.MethodGet, variant, http.Header{"If-None-Match": {variantETag}}, 304, "",
			map[string]string{
				"Etag": variantETag, "Cache-Control": immutable, "Last-Modified": "Wed, 04 Mar 2026 05:06:07 GMT", "Content-Type": "",
			},
		},
		"HEAD, unchanged by ETag": {http.MethodHead, variant, http.Header{"If-None-Match": {variantETag}}, 304, "", nil},
		"changed by ETag":         {http.MethodGet, variant, http.Header{"If-None-Match": {notAnETag}}, 200, "0123456789", nil},
		"unchanged by date": {
			http.MethodGet, variant, http.Header{"If-Modified-Since": {"Wed, 04 Mar 2026 05:06:07 GMT"}}, 304, "", nil,
		},
		"no date": {http.MethodGet, variant, http.Header{"If-Modified-Since": {"yesterday"}}, 200, "0123456789", nil},
		"another item than expected": {
			http.MethodGet, variant, http.Header{"If-Match": {notAnETag}}, 412, "*", nil,
		},
		"a missing image":               {http.MethodGet, "/dog.jpg/-/abc123abc123/large.jpg", nil, 404, "*", missing},
		"an original":                   {http.MethodGet, "/cat.jpg", nil, 404, "*", missing},
		"the root":                      {http.MethodGet, "/", nil, 404, "*", missing},
		"no slash before the separator": {http.MethodGet, "/cat.jpg-/large.jpg", nil, 404, "*", missing},
		"the place for uploads":         {http.MethodGet, "/-/upload/cat.jpg", nil, 404, "*", missing},
		"PUT": {
			http.MethodPut, variant, nil, 403, "*", map[string]string{"Cache-Control": "no-store"},
		},
		"POST":   {http.MethodPost, variant, nil, 403, "*", nil},
		"DELETE": {http.MethodDelete, variant, nil, 403, "*", nil},
		"a preflight": {
			http.MethodOptions, variant, http.Header{"Origin": {"https://example.org"}, "Access-Control-Request-Method": {"GET"}},
			204, "", map[string]string{"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Allow": "GET, HEAD, OPTIONS"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, front := start(t, "cat.jpg/-/abc123abc123/large.jpg", "cat.jpg/-/manifest.json")
			response, body := ask(t, front, test.method, test.path, test.header)

			if response.StatusCode != test.status || (test.body != "*" && body != test.body) {
				t.Errorf("%d %q, want %d %q", response.StatusCode, body, test.status, test.body)
			}

			for header, want := range test.want {
				if got := response.Header.Get(header); got != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}

			for header, want := range map[string]string{
				"X-Content-Type-Options":      "nosniff",
				"Access-Control-Allow-Origin": "*",
				"Content-Security-Policy":     "default-src 'none'; style-src 'unsafe-inline'; sandbox",
			} {
				if got := response.Header.Get(header); got != want {
					t.Errorf("on every answer %s: %q, want %q", header, got, want)
				}
			}
		})
	}
}

// TestOverLongRequests checks that a request longer than S3 accepts gets an answer of its
// own, and not an error of the origin.
func TestOverLongRequests(t *testing.T) {
	t.Parallel()

	const picture = "cat.jpg/-/v/l.jpg"

	_, front := start(t, picture)

	for name, test := range map[string]struct {
		path   string
		header http.Header
		want   int
	}{
		"a path":                          {"/" + picture + strings.Repeat("a", 9000), nil, 414},
		"a path with an automatic type":   {"/" + strings.Repeat("a", 8180-len(picture)) + "/" + picture[:len(picture)-3] + "auto.jpg", http.Header{"Accept": {"image/webp"}}, 404},
		"a query":                         {"/" + picture + "?" + strings.Repeat("a", 9000), nil, 414},
		"a path just below":               {"/" + strings.Repeat("a", 8100) + "/-/v/l.jpg", nil, 404},
		"If-None-Match":                   {"/" + picture, http.Header{"If-None-Match": {strings.Repeat(notAnETag+", ", 1000) + variantETag}}, 200},
		"If-None-Match without an end":    {"/" + picture, http.Header{"If-None-Match": {`"` + strings.Repeat("a", 20_000)}}, 200},
		"If-None-Match with several tags": {"/" + picture, http.Header{"If-None-Match": {strings.Repeat(notAnETag+", ", 10) + variantETag}}, 304},
		"Range":                           {"/" + picture, http.Header{"Range": {"bytes=" + strings.Repeat("0", 9000) + "-3"}}, 200},
		"If-Match":                        {"/" + picture, http.Header{"If-Match": {strings.Repeat(notAnETag+", ", 1000)}}, 431},
		"If-Range":                        {"/" + picture, http.Header{"Range": {"bytes=0-3"}, "If-Range": {strings.Repeat("a", 9000)}}, 200},
		"a cookie is not forwarded":       {"/" + picture, http.Header{"Cookie": {"a=" + strings.Repeat("a", 9000)}}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if response, body := ask(t, front, http.MethodGet, test.path, test.header); response.StatusCode != test.want {
				t.Errorf("%d %.100s, want %d", response.StatusCode, body, test.want)
			}
		})
	}
}

// TestPathsAreDecodedOnce requests paths that change their meaning if they are decoded
// twice or cleaned.
func TestPathsAreDecodedOnce(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		path string
		key  string // "": answered with 404 without a request to the origin
	}{
		"plain":                        {"/cat.jpg/-/v/l.jpg", "cat.jpg/-/v/l.jpg"},
		"space":                        {"/my%20cat.jpg/-/v/l.jpg", "my cat.jpg/-/v/l.jpg"},
		"plus is a space, as in S3":    {"/a+b.jpg/-/v/l.jpg", "a b.jpg/-/v/l.jpg"},
		"an encoded plus is a plus":    {"/a%2Bb.jpg/-/v/l.jpg", "a+b.jpg/-/v/l.jpg"},
		"percent":                      {"/100%25.jpg/-/v/l.jpg", "100%.jpg/-/v/l.jpg"},
		"twice encoded is once":        {"/a%252Fb.jpg/-/v/l.jpg", "a%2Fb.jpg/-/v/l.jpg"},
		"twice encoded dots are a key": {"/%252e%252e/-/v/l.jpg", "%2e%2e/-/v/l.jpg"},
		"unicode, raw":                 {"/kätzchen.jpg/-/v/l.jpg", "kätzchen.jpg/-/v/l.jpg"},
		"ISO-8859-1, raw":              {"/k\xe4tzchen.jpg/-/v/l.jpg", "kätzchen.jpg/-/v/l.jpg"},
		"letters, encoded":             {"/%63at.jpg%2F%2d/%76/l.jp%67", "cat.jpg/-/v/l.jpg"},
		"unicode":                      {"/k%C3%A4tzchen.jpg/-/v/l.jpg", "kätzchen.jpg/-/v/l.jpg"},
		"folders":                      {"/2026/03/cat.jpg/-/v/l.jpg", "2026/03/cat.jpg/-/v/l.jpg"},
		"an encoded slash is a slash":  {"/2026%2Fcat.jpg/-/v/l.jpg", "2026/cat.jpg/-/v/l.jpg"},
		"backslash":                    {`/a%5Cb.jpg/-/v/l.jpg`, `a\b.jpg/-/v/l.jpg`},
		"backslash and dots":           {`/..%5C..%5Ca.jpg/-/v/l.jpg`, `..\..\a.jpg/-/v/l.jpg`},
		"question mark":                {"/what%3F.jpg/-/v/l.jpg", "what?.jpg/-/v/l.jpg"},
		"the query is ignored":         {"/cat.jpg/-/v/l.jpg?x=/../", "cat.jpg/-/v/l.jpg"},
		"three dots":                   {"/.../-/v/l.jpg", ".../-/v/l.jpg"},

		"two slashes":             {"//cat.jpg/-/v/l.jpg", ""},
		"two slashes within":      {"/a//cat.jpg/-/v/l.jpg", ""},
		"an encoded first slash":  {"/%2Fcat.jpg/-/v/l.jpg", ""},
		"dot dot":                 {"/../t-uploads/cat.jpg/-/v/l.jpg", ""},
		"encoded dot dot":         {"/%2e%2e/t-uploads/cat.jpg/-/v/l.jpg", ""},
		"dot dot below the fold":  {"/cat.jpg/-/../../../t-uploads/cat.jpg", ""},
		"encoded, below the fold": {"/cat.jpg/-/%2e%2e%2f%2e%2e%2f%2e%2e%2ft-uploads%2fcat.jpg", ""},
		"dot":                     {"/./cat.jpg/-/v/l.jpg", ""},
		"fold twice":              {"/cat.jpg/-/v/-/l.jpg", ""},
		"only the fold":           {"/cat.jpg/-/", ""},
		"the fold without a name": {"/-/v/l.jpg", ""},
		"NUL":                     {"/cat.jpg%00/-/v/l.jpg", ""},
		"NUL below the fold":      {"/cat.jpg/-/v/l.jpg%00", ""},
		"no UTF-8":                {"/cat%FF.jpg/-/v/l.jpg", ""},
		"longer than a key":       {"/" + strings.Repeat("a", 1000) + "/-/v/l.jpg", ""},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			behind, front := start(t, test.key)
			response, body := ask(t, front, http.MethodGet, test.path, nil)

			if test.key == "" {
				if response.StatusCode != http.StatusNotFound || behind.asked() != 0 {
					t.Errorf("%d %q after requests to the origin for %q; want 404 without a request", response.StatusCode, body, behind.paths)
				}

				return
			}

			if response.StatusCode != http.StatusOK || body != string(content) {
				t.Errorf("%d %q, the origin received requests for %q", response.StatusCode, body, behind.paths)
			}
		})
	}
}

func TestOriginErrors(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ origin, want int }{
		"403 without s3:ListBucket": {http.StatusForbidden, http.StatusNotFound},
		"broken":                    {http.StatusInternalServerError, http.StatusBadGateway},
		"busy":                      {http.StatusServiceUnavailable, http.StatusBadGateway},
	}

	for name, test := range tests {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			t.Run(fmt.Sprint(name, ", ", method), func(t *testing.T) {
				t.Parallel()

				behind, front := start(t)
				behind.status = test.origin

				response, _ := ask(t, front, method, "/cat.jpg/-/v/l.jpg", nil)
				if response.StatusCode != test.want {
					t.Errorf("%d, want %d", response.StatusCode, test.want)
				}
			})
		}
	}
}

// brokenOrigin sends fewer bytes than it announces.
type brokenOrigin struct{}

func (brokenOrigin) Fetch(context.Context, cdn.Request) (*cdn.Object, error) {
	return &cdn.Object{Body: io.NopCloser(strings.NewReader("half")), Bytes: 8, Header: http.Header{}}, nil
}

func TestBodyCutOffByOrigin(t *testing.T) {
	t.Parallel()

	front := httptest.NewServer(made(t, cdn.Config{Variants: brokenOrigin{}}))
	defer front.Close()

	response, err := front.Client().Get(front.URL + "/cat.jpg/-/v/l.jpg")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	got, err := io.ReadAll(response.Body)
	if diff := cmp.Diff("half", string(got)); diff != "" || err == nil {
		t.Errorf("error %v, body (-want +got):\n%s", err, diff)
	}
}
