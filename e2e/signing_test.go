package e2e_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"triptych/e2e/fixture"
)

// signedURL is the output of `triptych sign --json`.
type signedURL struct {
	Method, URL, Resource, KeyPairID string
	Cookies                          []struct{ Name, Value string }
}

func sign(t *testing.T, against *target, arguments ...string) signedURL {
	t.Helper()

	var found signedURL

	out := expect(t, exitWell, against, append([]string{"sign", "--json"}, arguments...)...).Stdout
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		t.Fatalf("sign %v: %v: %s", arguments, err, out)
	}

	return found
}

// ask requests exactly this URL with a body of length bytes; the length -1 sends the body
// in chunks.
func ask(t *testing.T, method, url string, body []byte, length int64, headers ...string) page {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), method, url, io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}

	base, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	request.URL.Opaque = "//" + base + strings.TrimPrefix(url, "http://"+base)
	request.URL.RawQuery = "" // The query is in the opaque part, as it was signed.
	request.ContentLength = length

	if length == 0 {
		request.Body = http.NoBody
	}

	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}

	response, err := (&http.Transport{}).RoundTrip(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer response.Body.Close()

	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}

	return page{response.StatusCode, response.Header, answer}
}

// allowUploads allows pages of an origin to upload from a browser, as
// uploads.cors_origins of Terraform does.
func allowUploads(t *testing.T, to *target, origin string) {
	t.Helper()

	_, err := s3.NewFromConfig(to.config, func(o *s3.Options) { o.UsePathStyle = true }).PutBucketCors(t.Context(), &s3.PutBucketCorsInput{
		Bucket: &to.Stack.UploadsBucket, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{{
			AllowedOrigins: []string{origin}, AllowedMethods: []string{"PUT", "POST"}, AllowedHeaders: []string{"*"},
		}}},
	})
	if err != nil {
		t.Fatalf("allow uploads from %s: %v", origin, err)
	}
}

// TestSignedUpload uploads an image through the CDN with a signed URL. The key has all
// characters that are special in policies and URLs.
func TestSignedUpload(t *testing.T) {
	t.Parallel()

	const key = "signed/a *?[x]+%2F&é 1.jpg"

	picture := fixture.JPEG(fixture.Quarters(64, 48, 91))
	signed := sign(t, under, key, "--upload")

	if signed.Method != http.MethodPut || strings.ContainsAny(strings.SplitN(signed.URL, "?", 2)[0][len("http://"):], "*?[]+ é") {
		t.Errorf("signed: %+v", signed)
	}

	// A browser first sends a preflight for the same URL. The CORS configuration of the
	// bucket decides.
	question := []string{"Origin", "https://example.org", "Access-Control-Request-Method", "PUT"}
	if asked := ask(t, http.MethodOptions, signed.URL, nil, 0, question...); asked.Status != http.StatusForbidden {
		t.Errorf("a preflight without a CORS configuration: %d", asked.Status)
	}

	if foreign := ask(t, http.MethodPut, signed.URL, picture, int64(len(picture)), question[:2]...); foreign.Status != http.StatusForbidden {
		t.Errorf("another site's upload without a CORS configuration: %d %s", foreign.Status, foreign.Body)
	}

	allowUploads(t, under, "https://example.org")

	asked := ask(t, http.MethodOptions, signed.URL, nil, 0, question...)
	if asked.Status != http.StatusOK || !strings.Contains(asked.Header.Get("Access-Control-Allow-Methods"), http.MethodPut) ||
		asked.Header.Get("Access-Control-Allow-Origin") != "https://example.org" {
		t.Errorf("a preflight: %d %v", asked.Status, asked.Header)
	}

	answer := ask(t, http.MethodPut, signed.URL, picture, int64(len(picture)), "Origin", "https://example.org",
		"X-Amz-Acl", "public-read", "X-Amz-Tagging", "a=b")
	if answer.Status != http.StatusOK || answer.Header.Get("ETag") == "" {
		t.Fatalf("a signed upload: %d %s", answer.Status, answer.Body)
	}

	if items := awaitVersions(t, under, key, 1); len(items) != 1 || items[0].Status != "READY" {
		t.Fatalf("ledger: %+v, want READY", items)
	}

	for _, made := range fetchManifest(t, under, key).Variants {
		immutableObject(t, made.URL, "image/jpeg")
	}
}

// TestSignedUpload_refused sends uploads that the CDN must refuse.
func TestSignedUpload_refused(t *testing.T) {
	t.Parallel()

	const key = "refused/photo.jpg"

	picture := fixture.JPEG(fixture.Quarters(64, 48, 92))
	length := int64(len(picture))
	good := sign(t, under, key, "--upload").URL
	plain, query, _ := strings.Cut(good, "?")

	expired := sign(t, under, key, "--upload", "--expires", "1s").URL

	// The CDN's answers do not say whether the URL has expired, so the test waits until the
	// time in the URL.
	time.Sleep(time.Until(expiry(t, expired).Add(time.Second)))

	// This key is not trusted, but uses the id of a trusted key.
	stranger := filepath.Join(t.TempDir(), "stranger.pem")
	writeKey(t, stranger)

	id := sign(t, under, key, "--upload").KeyPairID

	tests := map[string]struct {
		method, url string
		body        []byte
		length      int64
		status      int
		says        string
	}{
		"no signature":         {"PUT", plain, picture, length, 403, "<Code>MissingKey</Code>"},
		"expired":              {"PUT", expired, picture, length, 403, "<Code>AccessDenied</Code>"},
		"another expiry":       {"PUT", strings.Replace(good, "Expires=1", "Expires=2", 1), picture, length, 403, "<Code>AccessDenied</Code>"},
		"a tampered signature": {"PUT", strings.Replace(good, "Signature=", "Signature=AAAA", 1), picture, length, 403, "<Code>AccessDenied</Code>"},
		"not base64":           {"PUT", strings.Replace(good, "Signature=", "Signature=!", 1), picture, length, 403, "<Code>MalformedSignature</Code>"},
		"an unknown key":       {"PUT", strings.Replace(good, "Key-Pair-Id=K", "Key-Pair-Id=X", 1), picture, length, 403, "<Code>InvalidKey</Code>"},
		"a path as a key's id": {"PUT", plain + "?Expires=1&Signature=AAAA&Key-Pair-Id=../state", picture, length, 403, "<Code>InvalidKey</Code>"},
		"a stranger's key": {
			"PUT", sign(t, under, key, "--upload", "--key", stranger, "--key-pair-id", id).URL, picture, length, 403, "<Code>AccessDenied</Code>",
		},
		"another path":               {"PUT", strings.Replace(good, "photo.jpg", "other.jpg", 1), picture, length, 403, "<Code>AccessDenied</Code>"},
		"the path, escaped":          {"PUT", strings.Replace(good, "photo", "%70hoto", 1), picture, length, 403, "<Code>AccessDenied</Code>"},
		"a further parameter":        {"PUT", good + "&uploads=", picture, length, 403, "<Code>AccessDenied</Code>"},
		"from another address":       {"PUT", sign(t, under, key, "--upload", "--ip", "192.0.2.0/24").URL, picture, length, 403, "<Code>AccessDenied</Code>"},
		"a GET of the upload":        {"GET", good, nil, 0, 405, "PUT"},
		"a HEAD of the upload":       {"HEAD", good, nil, 0, 405, ""},
		"a POST":                     {"POST", good, picture, length, 405, "PUT"},
		"a DELETE":                   {"DELETE", good, nil, 0, 405, "PUT"},
		"too large":                  {"PUT", good, picture, 52_428_801, 413, "52428800"},
		"in chunks":                  {"PUT", good, picture, -1, 413, "Content-Length"},
		"a PUT of a variant":         {"PUT", under.Stack.CDN + "/refused/photo.jpg/-/manifest.json?" + query, picture, length, 403, "method"},
		"a PUT outside of /-/upload": {"PUT", under.Stack.CDN + "/refused/photo.jpg?" + query, picture, length, 403, "method"},
	}

	t.Run("each", func(t *testing.T) { // The group waits until all of its tests have ended.
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()

				if test.length > length {
					// The CDN must refuse the request before it reads a byte of the body.
					test.body = make([]byte, test.length)
				}

				answer := ask(t, test.method, test.url, test.body, test.length)
				if answer.Status != test.status || !strings.Contains(string(answer.Body), test.says) {
					t.Errorf("status %d: %s; want %d with %q", answer.Status, answer.Body, test.status, test.says)
				}
			})
		}

		t.Run("below the /-/ of another image", func(t *testing.T) {
			t.Parallel()

			// The command refuses such a key; another signer may not.
			result := expect(t, exitUsage, under, "sign", "refused/photo.jpg/-/manifest.json", "--upload")
			mentions(t, result.Stderr, "is not valid")
		})
	})

	if found := objectsUnder(t, under, under.Stack.UploadsBucket, "refused/"); len(found) != 0 {
		t.Errorf("refused uploads exist in the bucket: %v", found)
	}
}

// expiry returns the time at which a signed URL expires. The URL has this time in seconds
// since 1970.
func expiry(t *testing.T, signed string) time.Time {
	t.Helper()

	at, err := url.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}

	seconds, err := strconv.ParseInt(at.Query().Get("Expires"), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", signed, err)
	}

	return time.Unix(seconds, 0)
}

// TestSignedPolicies tests wildcards, cookies and keys other than the first, with a CDN
// that requires a signature for viewing.
func TestSignedPolicies(t *testing.T) {
	t.Parallel()

	data := filepath.Join(t.TempDir(), "data")
	up := ownEmulator(t, data, "--signed-viewing")

	file := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(64, 48, 93)))
	variant := upload(t, exitWell, up.target, "--prefix", "a/", file)["a/photo.jpg"].Variants[0].URL
	manifest := up.Stack.CDN + "/a/photo.jpg/-/manifest.json"

	shown := func(url string, headers ...string) int {
		return ask(t, http.MethodGet, url, nil, 0, headers...).Status
	}

	for _, unsigned := range []string{variant, manifest, up.Stack.CDN + "/"} {
		if status := shown(unsigned); status != http.StatusForbidden {
			t.Errorf("GET %s unsigned: %d, want 403", unsigned, status)
		}
	}

	one := sign(t, up.target, variant)
	if status := shown(one.URL); status != http.StatusOK {
		t.Errorf("GET with a signed URL: %d", status)
	}

	whole := sign(t, up.target, "a/photo.jpg", "--whole-image")
	_, query, _ := strings.Cut(whole.URL, "?")
	_, canned, _ := strings.Cut(one.URL, "?")

	for url, want := range map[string]int{
		whole.URL:               http.StatusOK,
		variant + "?" + query:   http.StatusOK,
		manifest + "?" + canned: http.StatusForbidden,
		up.Stack.CDN + "/a/photo.jpg/-/none/large.jpg?" + query:     http.StatusNotFound,
		up.Stack.CDN + "/a/photo.jpg2/-/manifest.json?" + query:     http.StatusForbidden,
		up.Stack.CDN + "/a/photo.jpg/-/../-/manifest.json?" + query: http.StatusNotFound,
	} {
		if status := shown(url); status != want {
			t.Errorf("GET %s: %d, want %d", url, status, want)
		}
	}

	var pairs []string
	for _, cookie := range sign(t, up.target, "a/photo.jpg", "--whole-image", "--cookies", "--ip", "127.0.0.1").Cookies {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}

	if status := shown(variant, "Cookie", strings.Join(pairs, "; ")); status != http.StatusOK {
		t.Errorf("GET with cookies: %d", status)
	}

	if status := shown(variant, "Cookie", strings.Join(pairs[:2], "; ")); status != http.StatusForbidden {
		t.Errorf("GET with two of three cookies: %d, want 403", status)
	}

	rotate(t, up, variant, one)
}

// rotate adds a second key beside the first, and then removes the first.
func rotate(t *testing.T, up *emulator, variant string, old signedURL) {
	t.Helper()

	folder := filepath.Join(up.Data, "cdn-keys")
	writeKey(t, filepath.Join(folder, "KSECOND.pem"))

	renewed := sign(t, up.target, variant)
	if renewed.KeyPairID != "KSECOND" {
		t.Errorf("signed by %s, want the newest, KSECOND", renewed.KeyPairID)
	}

	for _, signed := range []signedURL{old, renewed} {
		if answer := ask(t, http.MethodGet, signed.URL, nil, 0); answer.Status != http.StatusOK {
			t.Errorf("while two keys are trusted, %s: %d %s", signed.KeyPairID, answer.Status, answer.Body)
		}
	}

	if err := os.Remove(filepath.Join(folder, old.KeyPairID+".pem")); err != nil {
		t.Fatal(err)
	}

	if answer := ask(t, http.MethodGet, old.URL, nil, 0); answer.Status != http.StatusForbidden || !strings.Contains(string(answer.Body), "InvalidKey") {
		t.Errorf("the removed old key: %d %s, want 403 InvalidKey", answer.Status, answer.Body)
	}

	if answer := ask(t, http.MethodGet, renewed.URL, nil, 0); answer.Status != http.StatusOK {
		t.Errorf("the new key without the old one: %d %s", answer.Status, answer.Body)
	}
}

// writeKey writes a new private key: ECDSA, which CloudFront accepts beside RSA.
func writeKey(t *testing.T, path string) {
	t.Helper()

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}
