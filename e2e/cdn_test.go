package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const immutable = "public, max-age=31536000, immutable"

// encode returns the spelling of a key in a URL, as Triptych documents it. It
// percent-encodes non-ASCII characters, the characters that RFC 1738 §2.2 calls unsafe
// (except ~), and * + ?.
func encode(key string) string {
	var out strings.Builder

	for _, letter := range []byte(key) {
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'(),;:@=", letter) >= 0 {
			out.WriteByte(letter)
		} else {
			fmt.Fprintf(&out, "%%%02X", letter)
		}
	}

	return out.String()
}

// page is a complete answer of the CDN.
type page struct {
	Status int
	Header http.Header
	Body   []byte
}

// get requests a URL; headers are pairs of name and value.
func get(t *testing.T, address string, headers ...string) page {
	t.Helper()

	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}

	return getPath(t, parsed.Scheme+"://"+parsed.Host, strings.TrimPrefix(address, parsed.Scheme+"://"+parsed.Host), headers...)
}

// getPath requests a path, and sends it exactly as it is written.
func getPath(t *testing.T, base, path string, headers ...string) page {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}

	request.URL.Opaque = path
	if strings.HasPrefix(path, "//") {
		// net/url would read this path as a host; the absolute form avoids that.
		request.URL.Opaque = "//" + request.URL.Host + path
	}

	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}

	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}

	client := &http.Client{
		Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // The tests inspect redirects.
		},
	}

	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("GET %s%s: %v", base, path, err)
	}
	defer response.Body.Close()

	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("GET %s%s: %v", base, path, err)
	}

	return page{response.StatusCode, response.Header, body}
}

// header checks one header of an answer.
func (p page) header(t *testing.T, name, want string) {
	t.Helper()

	if got := p.Header.Get(name); got != want {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

// immutableObject fetches a variant or a master with all kinds of requests that browsers
// and proxies send, and returns its bytes.
func immutableObject(t *testing.T, address, contentType string) []byte {
	t.Helper()

	whole := get(t, address)
	if whole.Status != http.StatusOK || len(whole.Body) == 0 {
		t.Fatalf("GET %s: %d with %d bytes", address, whole.Status, len(whole.Body))
	}

	whole.header(t, "Content-Type", contentType)
	whole.header(t, "Cache-Control", immutable)
	whole.header(t, "X-Content-Type-Options", "nosniff")

	etag := whole.Header.Get("ETag")
	if len(etag) < 3 || !strings.HasPrefix(etag, `"`) || !strings.HasSuffix(etag, `"`) {
		t.Errorf("%s has the ETag %q, want a strong one", address, etag)
	}

	unchanged := get(t, address, "If-None-Match", etag)
	if unchanged.Status != http.StatusNotModified || len(unchanged.Body) != 0 {
		t.Errorf("If-None-Match with its own ETag: %d with %d bytes, want 304 with none", unchanged.Status, len(unchanged.Body))
	}

	unchanged.header(t, "ETag", etag)
	unchanged.header(t, "Cache-Control", immutable)

	size := len(whole.Body)
	part := get(t, address, "Range", "bytes=10-29")

	if part.Status != http.StatusPartialContent || !bytes.Equal(part.Body, whole.Body[10:30]) {
		t.Errorf("Range bytes=10-29: %d with %d bytes; want 206 with the bytes 10 to 29", part.Status, len(part.Body))
	}

	part.header(t, "Content-Range", fmt.Sprintf("bytes 10-29/%d", size))

	last := get(t, address, "Range", "bytes=-5")
	if last.Status != http.StatusPartialContent || !bytes.Equal(last.Body, whole.Body[size-5:]) {
		t.Errorf("Range bytes=-5: %d with %d bytes; want 206 with the last 5", last.Status, len(last.Body))
	}

	return whole.Body
}

// manifest is {key}/-/manifest.json.
type manifest struct {
	Key       string `json:"key"`
	Version   string `json:"version"`
	Sequencer string `json:"sequencer"`
	Source    struct {
		ETag   string `json:"etag"`
		Bytes  int64  `json:"bytes"`
		Format string `json:"format"`
		Width  int    `json:"width"`
		Height int    `json:"height"`
	} `json:"source"`
	Variants    []variant `json:"variants"`
	Placeholder string    `json:"placeholder"`
	Color       string    `json:"color"`
	CreatedAt   time.Time `json:"createdAt"`
}

// fetchManifest reads a key's manifest from the CDN.
func fetchManifest(t *testing.T, against *target, key string) manifest {
	t.Helper()

	answer := getPath(t, against.Stack.CDN, "/"+encode(key)+"/-/manifest.json")
	if answer.Status != http.StatusOK {
		t.Fatalf("the manifest of %q: %d %s", key, answer.Status, answer.Body)
	}

	answer.header(t, "Cache-Control", "no-cache")
	answer.header(t, "Content-Type", "application/json")
	answer.header(t, "X-Content-Type-Options", "nosniff")

	if answer.Header.Get("ETag") == "" {
		t.Errorf("the manifest of %q has no ETag", key)
	}

	return decodeManifest(t, key, answer.Body)
}

// decodeManifest decodes a manifest. An unknown field fails the test.
func decodeManifest(t *testing.T, key string, text []byte) manifest {
	t.Helper()

	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()

	var found manifest
	if err := decoder.Decode(&found); err != nil {
		t.Fatalf("the manifest of %q: %v\n%s", key, err, text)
	}

	return found
}

// previewed checks the placeholder of a manifest whose recipe has variants of the whole
// image, as the default recipe has.
func previewed(t *testing.T, found manifest) {
	t.Helper()

	if hash, err := base64.StdEncoding.DecodeString(found.Placeholder); err != nil || len(hash) < 5 || len(hash) > 25 {
		t.Errorf("the manifest of %q has the placeholder %q", found.Key, found.Placeholder)
	}

	if !regexp.MustCompile("^#[0-9a-f]{6}$").MatchString(found.Color) {
		t.Errorf("the manifest of %q has the color %q", found.Key, found.Color)
	}
}
