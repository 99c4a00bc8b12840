package s3wire_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/objectstore/s3wire"
)

func TestParse(t *testing.T) {
	const upload = "3b241101-e2bb-4255-8caf-4136c566a962"

	tests := map[string]struct {
		target, source string
		want           *s3wire.Request
		code           string
	}{
		"buckets":            {target: "/", want: &s3wire.Request{}},
		"a bucket":           {target: "/my-bucket", want: &s3wire.Request{Bucket: "my-bucket"}},
		"a bucket and slash": {target: "/my-bucket/", want: &s3wire.Request{Bucket: "my-bucket"}},
		"a key":              {target: "/my-bucket/a%20b%2Fc+d%2541", want: &s3wire.Request{Bucket: "my-bucket", Key: "a b/c+d%41"}},
		"an empty component": {target: "/my-bucket//k", want: &s3wire.Request{Bucket: "my-bucket", Key: "/k"}},
		"no bucket":          {target: "//k", code: "InvalidBucketName"},
		"a bucket above":     {target: "/../k", code: "InvalidBucketName"},
		"a hidden bucket":    {target: "/.vgwlocks/k", code: "InvalidBucketName"},
		"an upload":          {target: "/bkt/k?uploadId=" + upload, want: &s3wire.Request{Bucket: "bkt", Key: "k"}},
		"a bad upload":       {target: "/bkt/k?uploadId=..", code: "NoSuchUpload"},
		"a bad second":       {target: "/bkt/k?uploadId=" + upload + "&uploadId=../..", code: "NoSuchUpload"},
		"an empty upload":    {target: "/bkt/k?uploadId=", code: "NoSuchUpload"},
		"a version":          {target: "/bkt/k?versionId=01ARZ3NDEKTSV4RRFFQ69G5FAV", want: &s3wire.Request{Bucket: "bkt", Key: "k"}},
		"the null version":   {target: "/bkt/k?versionId=null", want: &s3wire.Request{Bucket: "bkt", Key: "k"}},
		"a bad version":      {target: "/bkt/k?versionId=../../../../../../../../x0", code: "InvalidArgument"},
		"a bad escape":       {target: "/bkt/k?uploadId=%zz", code: "InvalidURI"},
		"a semicolon":        {target: "/bkt/k?a;uploadId=..", code: "InvalidURI"},
		"a copy": {
			target: "/bkt/k", source: "/src/a%20b%2B?versionId=null",
			want: &s3wire.Request{Bucket: "bkt", Key: "k", Source: &s3wire.Source{Bucket: "src", Key: "a b+", VersionID: "null"}},
		},
		"a copy from above":    {target: "/bkt/k", source: "../src/k", code: "InvalidArgument"},
		"a copy of a bucket":   {target: "/bkt/k", source: "src", code: "InvalidArgument"},
		"a copy, bad version":  {target: "/bkt/k", source: "src/k?versionId=..", code: "InvalidArgument"},
		"a copy, encoded path": {target: "/bkt/k", source: "%2e%2e%2fsrc%2fk", code: "InvalidArgument"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, test.target, nil)
			if test.source != "" {
				request.Header.Set("X-Amz-Copy-Source", test.source)
			}

			got, failure := s3wire.Parse(request)
			if test.code != "" {
				if failure == nil || failure.Code != test.code {
					t.Errorf("got %v, want %s", failure, test.code)
				}

				return
			}

			if failure != nil {
				t.Fatal(failure)
			}

			test.want.Method, test.want.Query = http.MethodGet, request.URL.Query()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzCheckKey checks that an accepted key is a file below the bucket's folder, and that
// the path of the file determines the key: no two keys share a file.
func FuzzCheckKey(f *testing.F) {
	for _, key := range []string{"a/b.jpg", "../x", "a/./b", "/a", "a/", "a//b", ".sgwtmp/x", "a/.sgwtmp", "...", "\x00", "\xff"} {
		f.Add(key)
	}

	f.Fuzz(func(t *testing.T, key string) {
		if s3wire.CheckKey(key) != nil {
			return
		}

		path := filepath.Join("/buckets/b", key)
		if got := strings.TrimPrefix(path, "/buckets/b/"); got != key {
			t.Errorf("the key %q is stored as %q", key, got)
		}
	})
}

func TestWriteError(t *testing.T) {
	failure := &s3wire.Error{Code: "NoSuchKey", Message: "no <such> key", Status: http.StatusNotFound}

	for method, want := range map[string]string{
		http.MethodGet: `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
			`<Error><Code>NoSuchKey</Code><Message>no &lt;such&gt; key</Message><Resource>/b/k &amp; l</Resource>` +
			`<RequestId>AN ID</RequestId><HostId>A HOST</HostId></Error>`,
		http.MethodHead: "",
	} {
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(method, "/", nil)
		request.URL = &url.URL{Path: "/b/k & l"}

		recorder.Header().Set("X-Amz-Request-Id", "AN ID")
		recorder.Header().Set("X-Amz-Id-2", "A HOST")
		s3wire.WriteError(recorder, request, failure)

		if recorder.Code != http.StatusNotFound || recorder.Body.String() != want {
			t.Errorf("%s: %d %s", method, recorder.Code, recorder.Body)
		}
	}
}
