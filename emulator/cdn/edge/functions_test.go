package edge_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"triptych/emulator/cdn/edge"
	"triptych/shared/keys"
	"triptych/statemachine"
	"triptych/terraform"
)

const maxUpload = 1000

// deployed compiles a function of the deployment, rendered as Terraform does.
func deployed(t testing.TB, name string) *edge.Function {
	t.Helper()

	source, err := terraform.EdgeFunction(name)
	if err != nil {
		t.Fatal(err)
	}

	variables := map[string]string{}
	if name == "upload" {
		variables["max_upload_bytes"] = strconv.Itoa(maxUpload)
	}

	rendered, err := statemachine.Render(source, variables)
	if err != nil {
		t.Fatal(err)
	}

	function, err := edge.Compile(name, rendered)
	if err != nil {
		t.Fatal(err)
	}

	return function
}

func ask(method, uri string, headers ...string) edge.Request {
	request := edge.Request{Method: method, URI: uri, Headers: edge.Fields{"host": {Value: "d111.cloudfront.net"}}}

	for i := 0; i < len(headers); i += 2 {
		request.Headers[headers[i]] = edge.Field{Value: headers[i+1]}
	}

	return request
}

func TestViewer(t *testing.T) {
	t.Parallel()

	function := deployed(t, "viewer")

	for name, test := range map[string]struct {
		request edge.Request
		uri     string // of the request for the origin; "" if the function answers
		status  int
	}{
		"a variant":               {request: ask("GET", "/a.jpg/-/0123456789ab/medium.jpg"), uri: "/a.jpg/-/0123456789ab/medium.jpg"},
		"its head":                {request: ask("HEAD", "/a.jpg/-/0123456789ab/medium.jpg"), uri: "/a.jpg/-/0123456789ab/medium.jpg"},
		"a manifest":              {request: ask("GET", "/a%20b/c.jpg/-/manifest.json"), uri: "/a%20b/c.jpg/-/manifest.json"},
		"the fold, escaped":       {request: ask("GET", "/a.jpg%2F%2D%2Fmanifest.json"), uri: "/a.jpg/-/manifest.json"},
		"the root":                {request: ask("GET", "/"), status: 404},
		"an original":             {request: ask("GET", "/a.jpg"), status: 404},
		"a listing":               {request: ask("GET", "/?list-type=2"), status: 404},
		"the upload door":         {request: ask("GET", "/-/upload/a.jpg"), status: 404},
		"the upload door, hidden": {request: ask("GET", "/%2D/upload/a.jpg"), status: 404},
		"no UTF-8":                {request: ask("GET", "/%ff/-/manifest.json"), status: 404},
		"two slashes":             {request: ask("GET", "/a//b/-/manifest.json"), status: 404},
		"a way up":                {request: ask("GET", "/a/../b/-/manifest.json"), status: 404},
		"a way up, escaped":       {request: ask("GET", "/a/%2e%2e/b/-/manifest.json"), status: 404},
		"two folds":               {request: ask("GET", "/a/-/b/-/manifest.json"), status: 404},
		"a folder of variants":    {request: ask("GET", "/a/-"), status: 404},
		"another spelling":        {request: ask("GET", "/%70h%6fto%20+%28%e4%bd%a0%29%7e.jpg/%2d/manifest.json"), uri: "/photo%20%20(%E4%BD%A0)~.jpg/-/manifest.json"},
		"auto, escaped":           {request: ask("GET", "/a/-/v/m%2Eauto.jp%67", "accept", "image/webp"), uri: "/a/-/v/m.auto.webp"},
		"no escape":               {request: ask("GET", "/%zz/-/manifest.json"), status: 404},
		"PUT":                     {request: ask("PUT", "/a/-/manifest.json"), status: 405},
		"DELETE":                  {request: ask("DELETE", "/a/-/manifest.json"), status: 405},
		"a preflight":             {request: ask("OPTIONS", "/a/-/manifest.json"), status: 204},
		"auto, no Accept":         {request: ask("GET", "/a/-/v/m.auto.jpg"), uri: "/a/-/v/m.auto.jpg"},
		"auto, WebP":              {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "image/avif,image/webp,*/*;q=0.8"), uri: "/a/-/v/m.auto.webp"},
		"auto, WebP, PNG":         {request: ask("GET", "/a/-/v/m.auto.png", "accept", "image/webp"), uri: "/a/-/v/m.auto.webp"},
		"auto, in capitals":       {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "Image/WebP"), uri: "/a/-/v/m.auto.webp"},
		"auto, weighted":          {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "image/png, image/webp;q=0.001"), uri: "/a/-/v/m.auto.webp"},
		"auto, refused":           {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "image/webp;q=0, */*"), uri: "/a/-/v/m.auto.jpg"},
		"auto, refused at length": {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "image/webp ; Q = 0.000"), uri: "/a/-/v/m.auto.jpg"},
		"auto, anything":          {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "*/*"), uri: "/a/-/v/m.auto.jpg"},
		"auto, images":            {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "image/*"), uri: "/a/-/v/m.auto.jpg"},
		"auto, another format":    {request: ask("GET", "/a/-/v/m.auto.jpg", "accept", "image/webpx, text/image/webp"), uri: "/a/-/v/m.auto.jpg"},
		"auto, in the key only":   {request: ask("GET", "/a.auto.jpg/-/v/m.jpg", "accept", "image/webp"), uri: "/a.auto.jpg/-/v/m.jpg"},
		"WebP by its name":        {request: ask("GET", "/a/-/v/m.auto.webp"), uri: "/a/-/v/m.auto.webp"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			request, answer, err := function.OnRequest(edge.Viewer{IP: "192.0.2.1"}, test.request)
			if err != nil {
				t.Fatal(err)
			}

			if answer == nil && request.URI != test.uri {
				t.Errorf("the request goes to %q, want %q (or status %d)", request.URI, test.uri, test.status)
			}

			if answer != nil && answer.StatusCode != test.status {
				t.Errorf("it answers %d, want %d (or to go on to %q)", answer.StatusCode, test.status, test.uri)
			}
		})
	}

	t.Run("auto, on two lines", func(t *testing.T) {
		t.Parallel()

		request := ask("GET", "/a/-/v/m.auto.jpg")
		request.Headers["accept"] = edge.Field{Value: "image/png", MultiValue: []edge.Value{{"image/png"}, {"image/webp"}}}

		request, _, err := function.OnRequest(edge.Viewer{}, request)
		if err != nil || request.URI != "/a/-/v/m.auto.webp" {
			t.Errorf("the request goes to %q: %v", request.URI, err)
		}
	})
}

func TestUpload(t *testing.T) {
	t.Parallel()

	function := deployed(t, "upload")

	for name, test := range map[string]struct {
		request edge.Request
		uri     string
		status  int
	}{
		"an upload":               {request: ask("PUT", "/-/upload/a/b.jpg", "content-length", "1000"), uri: "/a/b.jpg"},
		"of nothing":              {request: ask("PUT", "/-/upload/a.jpg", "content-length", "0"), uri: "/a.jpg"},
		"a preflight":             {request: ask("OPTIONS", "/-/upload/a.jpg"), uri: "/a.jpg"},
		"a key with escapes":      {request: ask("PUT", "/-/upload/%e4%bd%a0%20+%25%2a%2b(1)!%27.jpg", "content-length", "1"), uri: "/%E4%BD%A0%20%20%25%2A%2B(1)!'.jpg"},
		"a slash, escaped":        {request: ask("PUT", "/-/upload/a%2Fb.jpg", "content-length", "1"), uri: "/a/b.jpg"},
		"GET":                     {request: ask("GET", "/-/upload/a.jpg"), status: 405},
		"HEAD":                    {request: ask("HEAD", "/-/upload/a.jpg"), status: 405},
		"POST":                    {request: ask("POST", "/-/upload/a.jpg", "content-length", "1"), status: 405},
		"DELETE":                  {request: ask("DELETE", "/-/upload/a.jpg"), status: 405},
		"no length":               {request: ask("PUT", "/-/upload/a.jpg"), status: 413},
		"one byte too many":       {request: ask("PUT", "/-/upload/a.jpg", "content-length", "1001"), status: 413},
		"far too many":            {request: ask("PUT", "/-/upload/a.jpg", "content-length", "1"+strings.Repeat("0", 400)), status: 413},
		"in chunks":               {request: ask("PUT", "/-/upload/a.jpg", "transfer-encoding", "chunked"), status: 413},
		"in chunks, and lying":    {request: ask("PUT", "/-/upload/a.jpg", "transfer-encoding", "chunked", "content-length", "1"), status: 413},
		"a negative length":       {request: ask("PUT", "/-/upload/a.jpg", "content-length", "-1"), status: 413},
		"a length in hex":         {request: ask("PUT", "/-/upload/a.jpg", "content-length", "0x1"), status: 413},
		"no key":                  {request: ask("PUT", "/-/upload/", "content-length", "1"), status: 400},
		"a fold":                  {request: ask("PUT", "/-/upload/a.jpg/-/manifest.json", "content-length", "1"), status: 400},
		"a fold, escaped":         {request: ask("PUT", "/-/upload/a.jpg%2f%2d%2fmanifest.json", "content-length", "1"), status: 400},
		"a fold first":            {request: ask("PUT", "/-/upload/-/upload/a.jpg", "content-length", "1"), status: 400},
		"a way up":                {request: ask("PUT", "/-/upload/../a.jpg", "content-length", "1"), status: 400},
		"a way up, escaped":       {request: ask("PUT", "/-/upload/%2e%2e/a.jpg", "content-length", "1"), status: 400},
		"two slashes":             {request: ask("PUT", "/-/upload//a.jpg", "content-length", "1"), status: 400},
		"a slash at the end":      {request: ask("PUT", "/-/upload/a/", "content-length", "1"), status: 400},
		"a dot":                   {request: ask("PUT", "/-/upload/./a.jpg", "content-length", "1"), status: 400},
		"no UTF-8":                {request: ask("PUT", "/-/upload/%ff.jpg", "content-length", "1"), status: 400},
		"the door, escaped":       {request: ask("PUT", "/%2d/upload/a.jpg", "content-length", "1"), status: 400},
		"the door from below":     {request: ask("PUT", "/x/../-/upload/a.jpg", "content-length", "1"), status: 400},
		"a double escape is text": {request: ask("PUT", "/-/upload/%252e%252e/a.jpg", "content-length", "1"), uri: "/%252e%252e/a.jpg"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			request, answer, err := function.OnRequest(edge.Viewer{}, test.request)
			if err != nil {
				t.Fatal(err)
			}

			if answer == nil && request.URI != test.uri {
				t.Errorf("the request goes to %q, want %q (or status %d)", request.URI, test.uri, test.status)
			}

			if answer != nil && answer.StatusCode != test.status {
				t.Errorf("it answers %d, want %d (or to go on to %q)", answer.StatusCode, test.status, test.uri)
			}
		})
	}

	t.Run("what else could tell S3 something is dropped", func(t *testing.T) {
		t.Parallel()

		request := ask("PUT", "/-/upload/a.jpg", "content-length", "1", "content-type", "image/jpeg",
			"x-amz-acl", "public-read", "x-amz-copy-source", "/triptych-uploads/b.jpg", "x-amz-meta-a", "b")
		request.QueryString = edge.Fields{"uploads": {}, "versionId": {Value: "1"}, "Signature": {Value: "x"}}

		request, _, err := function.OnRequest(edge.Viewer{}, request)
		if err != nil {
			t.Fatal(err)
		}

		if len(request.QueryString) != 0 {
			t.Errorf("the query is forwarded: %v", request.QueryString)
		}

		for name := range request.Headers {
			if name != "host" && name != "content-length" && name != "content-type" {
				t.Errorf("the header %s is forwarded", name)
			}
		}
	})
}

// TestUploadKeys checks that the edge accepts exactly the keys that the pipeline accepts,
// and sends exactly these keys to S3, in every spelling.
func TestUploadKeys(t *testing.T) {
	t.Parallel()

	function := deployed(t, "upload")

	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"/", "-", ".", "..", "/-/", "%2F", "%", "+", "é", "\u2028", "*", "?", "#", " ", "\x7f", "😀", "a"}),
		rapid.String(),
		rapid.StringN(900, 1000, 1000),
	)

	rapid.Check(t, func(t *rapid.T) {
		key := strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "pieces"), "")

		var escaped strings.Builder

		for _, letter := range []byte(key) {
			if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/", letter) >= 0 &&
				rapid.Bool().Draw(t, "plain") {
				escaped.WriteByte(letter)
			} else {
				escaped.WriteString("%" + strings.ToUpper(strconv.FormatInt(0x100|int64(letter), 16)[1:]))
			}
		}

		request, answer, err := function.OnRequest(edge.Viewer{}, ask("PUT", "/-/upload/"+escaped.String(), "content-length", "1"))
		if err != nil {
			t.Fatal(err)
		}

		if wanted := keys.Validate(key); (wanted == nil) != (answer == nil) {
			t.Fatalf("%q: the pipeline answers %v, the edge %+v", key, wanted, answer)
		}

		if answer != nil {
			return
		}

		if named, err := url.PathUnescape(request.URI); err != nil || named != "/"+key {
			t.Fatalf("it names %q, want %q: %v", named, "/"+key, err)
		}

		if want := keys.URL("", key); request.URI != want {
			t.Fatalf("the request goes to %q, want the one form %q", request.URI, want)
		}
	})
}

// TestUploadKeys_length checks that the edge and the pipeline accept the same number of bytes.
func TestUploadKeys_length(t *testing.T) {
	t.Parallel()

	function := deployed(t, "upload")

	for length := keys.MaxBytes - 10; length <= keys.MaxBytes+10; length++ {
		key := strings.Repeat("a", length)

		_, answer, err := function.OnRequest(edge.Viewer{}, ask("PUT", "/-/upload/"+key, "content-length", "1"))
		if err != nil {
			t.Fatal(err)
		}

		if accepted := answer == nil; accepted != (length <= keys.MaxBytes) {
			t.Errorf("%d bytes: accepted %v; the pipeline accepts at most %d bytes", length, accepted, keys.MaxBytes)
		}
	}
}

func TestResponse(t *testing.T) {
	t.Parallel()

	function := deployed(t, "response")

	for name, test := range map[string]struct {
		uri  string
		vary *edge.Field
		want string
	}{
		"a variant":            {uri: "/a/-/v/m.jpg"},
		"format auto":          {uri: "/a/-/v/m.auto.webp", want: "Accept"},
		"its other format":     {uri: "/a/-/v/m.auto.png", want: "Accept"},
		"beside another":       {uri: "/a/-/v/m.auto.jpg", vary: &edge.Field{Value: "Origin"}, want: "Origin, Accept"},
		"beside several":       {uri: "/a/-/v/m.auto.jpg", vary: &edge.Field{Value: "a", MultiValue: []edge.Value{{"a"}, {"b"}}}, want: "a, b, Accept"},
		"a key with this name": {uri: "/a.auto.jpg/-/v/m.jpg", vary: &edge.Field{Value: "Origin"}, want: "Origin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			response := edge.Response{StatusCode: http.StatusOK, Headers: edge.Fields{"etag": {Value: `"x"`}}}
			if test.vary != nil {
				response.Headers["vary"] = *test.vary
			}

			got, err := function.OnResponse(edge.Viewer{}, ask("GET", test.uri), response)
			if err != nil {
				t.Fatal(err)
			}

			if vary := strings.Join(edge.WriteHeaders(got.Headers).Values("Vary"), ", "); vary != test.want || got.StatusCode != http.StatusOK {
				t.Errorf("%d, Vary: %q, want %q", got.StatusCode, vary, test.want)
			}
		})
	}
}
