package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// presigned returns a request that an attacker can create, because the emulator's keys
// are public.
func (l *fixture) presigned(t *testing.T, method, host, path string, query url.Values) *http.Request {
	t.Helper()

	if query == nil {
		query = url.Values{}
	}

	query.Set("X-Amz-Expires", "600")

	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+host+path+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}

	signed, _, err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).PresignHTTP(t.Context(),
		aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, request, "UNSIGNED-PAYLOAD", "s3", "us-east-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}

	if request.URL, err = url.Parse(signed); err != nil {
		t.Fatal(err)
	}

	// The name resolves to the port, like a rebound name.
	request.Host, request.URL.Host = host, strings.TrimPrefix(l.url, "http://")

	return request
}

// form is an upload by a cross-site form, whose policy anybody can sign.
func (l *fixture) form(t *testing.T, key string) *http.Request {
	t.Helper()

	post, err := s3.NewPresignClient(l.root).PresignPostObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(uploads), Key: &key})
	if err != nil {
		t.Fatal(err)
	}

	var body strings.Builder

	for name, value := range post.Values {
		body.WriteString("--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
	}

	body.WriteString("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nfrom a form\r\n--b--\r\n")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/"+uploads, strings.NewReader(body.String()))
	if err != nil {
		t.Fatal(err)
	}

	request.Header.Set("Content-Type", "multipart/form-data; boundary=b")

	return request
}

func (l *fixture) status(t *testing.T, request *http.Request, headers ...string) int {
	t.Helper()

	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}

	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}

	_ = response.Body.Close()

	return response.StatusCode
}

// TestForeignPages sends requests of another site's page. The page can use the browser of
// this machine's user, and knows the keys.
func TestForeignPages(t *testing.T) {
	l := newFixture(t)
	l.put(t, uploads, "private.jpg", "with a GPS position")
	host := strings.TrimPrefix(l.url, "http://")
	_, port, _ := strings.Cut(host, ":")

	list := url.Values{"list-type": {"2"}}
	fromEvil := []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}

	for name, attack := range map[string]struct {
		request *http.Request
		headers []string
	}{
		"a form uploads":                            {l.form(t, "by-form.jpg"), fromEvil},
		"an upload by form from an old browser":     {l.form(t, "by-form.jpg"), []string{"Origin", "https://evil.example"}},
		"an upload by form from a sandboxed page":   {l.form(t, "by-form.jpg"), []string{"Origin", "null"}},
		"a form without an origin uploads":          {l.form(t, "by-form.jpg"), []string{"Sec-Fetch-Site", "cross-site"}},
		"an image tag shows an original":            {l.presigned(t, "GET", host, "/"+uploads+"/private.jpg", nil), []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}},
		"a frame shows an original":                 {l.presigned(t, "GET", host, "/"+uploads+"/private.jpg", nil), []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}},
		"a script reads an original":                {l.presigned(t, "GET", host, "/"+uploads+"/private.jpg", nil), fromEvil},
		"a read by a script of another port":        {l.presigned(t, "GET", host, "/"+uploads+"/private.jpg", nil), []string{"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site"}},
		"a script puts":                             {l.presigned(t, "PUT", host, "/"+uploads+"/by-script.jpg", nil), fromEvil},
		"a script deletes":                          {l.presigned(t, "DELETE", host, "/"+uploads+"/private.jpg", nil), fromEvil},
		"a script lists":                            {l.presigned(t, "GET", host, "/"+uploads, list), fromEvil},
		"a script lists the buckets":                {l.presigned(t, "GET", host, "/", nil), fromEvil},
		"a preflight by a script":                   {l.presigned(t, "OPTIONS", host, "/"+uploads+"/private.jpg", nil), append([]string{"Access-Control-Request-Method", "PUT"}, fromEvil...)},
		"a preflight at the root":                   {l.presigned(t, "OPTIONS", host, "/", nil), append([]string{"Access-Control-Request-Method", "POST"}, fromEvil...)},
		"a rebound host lists":                      {l.presigned(t, "GET", "evil.example:"+port, "/"+uploads, list), []string{"Sec-Fetch-Site", "same-origin"}},
		"a rebound host lists, with its own origin": {l.presigned(t, "GET", "evil.example:"+port, "/"+uploads, list), []string{"Origin", "http://evil.example:" + port, "Sec-Fetch-Site", "same-origin"}},
		"a rebound host without any header lists":   {l.presigned(t, "GET", "evil.example:"+port, "/"+uploads, list), nil},
		"a rebound host deletes":                    {l.presigned(t, "DELETE", "evil.example:"+port, "/"+uploads+"/private.jpg", nil), nil},
		"a rebound host without a port deletes":     {l.presigned(t, "DELETE", "evil.example", "/"+uploads+"/private.jpg", nil), nil},
		"a deletion under a host with our prefix":   {l.presigned(t, "DELETE", "localhost.evil.example:"+port, "/"+uploads+"/private.jpg", nil), nil},
		"the host 0.0.0.0 deletes":                  {l.presigned(t, "DELETE", "0.0.0.0:"+port, "/"+uploads+"/private.jpg", nil), nil},
		"another port's host deletes":               {l.presigned(t, "DELETE", "127.0.0.1:1", "/"+uploads+"/private.jpg", nil), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := l.status(t, attack.request, attack.headers...); got != http.StatusForbidden {
				t.Errorf("%d, want 403", got)
			}
		})
	}

	t.Run("a JSON service", func(t *testing.T) {
		status, body := send(t, http.MethodPost, l.url+"/", "{}", map[string]string{
			"X-Amz-Target": "AWSStepFunctions.DescribeStateMachine", "Origin": "https://evil.example", "Content-Type": "text/plain",
		})
		if status != http.StatusForbidden || !strings.Contains(body, "AccessDeniedException") {
			t.Errorf("%d %s", status, body)
		}
	})

	out, err := l.root.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(uploads)})
	if err != nil {
		t.Fatal(err)
	}

	if len(out.Versions) != 1 || *out.Versions[0].Key != "private.jpg" || len(out.DeleteMarkers) != 0 {
		t.Errorf("an attack changed the bucket: %d versions, %d delete markers", len(out.Versions), len(out.DeleteMarkers))
	}
}

// TestOwnClients checks that clients of this machine, and pages of this machine, can use
// the emulator.
func TestOwnClients(t *testing.T) {
	l := newFixture(t)
	l.put(t, uploads, "k", "x")
	host := strings.TrimPrefix(l.url, "http://")
	_, port, _ := strings.Cut(host, ":")

	for name, c := range map[string]struct {
		request *http.Request
		headers []string
	}{
		"curl":                        {l.presigned(t, "GET", host, "/"+uploads+"/k", nil), nil},
		"by localhost":                {l.presigned(t, "GET", "localhost:"+port, "/"+uploads+"/k", nil), nil},
		"by ::1":                      {l.presigned(t, "GET", "[::1]:"+port, "/"+uploads+"/k", nil), nil},
		"typed into the browser":      {l.presigned(t, "GET", host, "/"+uploads+"/k", nil), []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}},
		"an image on another port":    {l.presigned(t, "GET", host, "/"+uploads+"/k", nil), []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors"}},
		"a form without a browser":    {l.form(t, "by-curl.jpg"), nil},
		"a client names this address": {l.presigned(t, "GET", host, "/"+uploads+"/k", nil), []string{"Origin", l.url}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := l.status(t, c.request, c.headers...); got >= http.StatusMultipleChoices {
				t.Errorf("%d", got)
			}
		})
	}

	t.Run("a document is sandboxed", func(t *testing.T) {
		request := l.presigned(t, "GET", host, "/"+uploads+"/k", nil)
		request.Header.Set("Sec-Fetch-Dest", "document")

		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()

		if policy := response.Header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "sandbox") {
			t.Errorf("the policy is %q", policy)
		}
	})
}

// TestCORSConfiguration checks that the requests which a bucket's CORS configuration
// allows are accepted, as on AWS, and no others.
func TestCORSConfiguration(t *testing.T) {
	l := newFixture(t)
	l.put(t, uploads, "k", "x")
	host := strings.TrimPrefix(l.url, "http://")

	_, err := l.root.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: aws.String(uploads), CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{
			AllowedOrigins: []string{"https://app.example", "http://*.dev.example"}, AllowedMethods: []string{"PUT", "POST"},
			AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"ETag"},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}

	app := []string{"Origin", "https://app.example", "Sec-Fetch-Site", "cross-site"}
	preflight := func(method string) []string { return append([]string{"Access-Control-Request-Method", method}, app...) }

	for name, c := range map[string]struct {
		request *http.Request
		headers []string
		want    int
	}{
		"a put":                            {l.presigned(t, "PUT", host, "/"+uploads+"/a", nil), app, 200},
		"a form":                           {l.form(t, "b"), app, 204},
		"an origin with a wildcard":        {l.presigned(t, "PUT", host, "/"+uploads+"/c", nil), []string{"Origin", "http://x.dev.example"}, 200},
		"its preflight":                    {l.presigned(t, "OPTIONS", host, "/"+uploads+"/a", nil), preflight("PUT"), 200},
		"an unsigned preflight":            {must(http.NewRequestWithContext(t.Context(), http.MethodOptions, l.url+"/"+uploads+"/a", nil)), preflight("PUT"), 200},
		"another method's preflight":       {l.presigned(t, "OPTIONS", host, "/"+uploads+"/a", nil), preflight("DELETE"), 403},
		"another method":                   {l.presigned(t, "DELETE", host, "/"+uploads+"/k", nil), app, 403},
		"a read":                           {l.presigned(t, "GET", host, "/"+uploads+"/k", nil), app, 403},
		"another bucket":                   {l.presigned(t, "PUT", host, "/"+variants+"/a", nil), app, 403},
		"another origin":                   {l.presigned(t, "PUT", host, "/"+uploads+"/a", nil), []string{"Origin", "https://evil.example"}, 403},
		"an origin with an allowed prefix": {l.presigned(t, "PUT", host, "/"+uploads+"/a", nil), []string{"Origin", "https://app.example.evil"}, 403},
		"an image without a rule":          {l.presigned(t, "GET", host, "/"+uploads+"/k", nil), []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a rebound host":                   {l.presigned(t, "PUT", "app.example", "/"+uploads+"/a", nil), app, 403},
	} {
		t.Run(name, func(t *testing.T) {
			if got := l.status(t, c.request, c.headers...); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}

	return value
}
