package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"
)

func TestRanges(t *testing.T) {
	l := newFixture(t)
	l.put(t, uploads, "k", "0123456789")

	tests := map[string]struct{ ask, want, contentRange string }{
		"start":        {"bytes=0-3", "0123", "bytes 0-3/10"},
		"middle":       {"bytes=4-5", "45", "bytes 4-5/10"},
		"end":          {"bytes=-2", "89", "bytes 8-9/10"},
		"past the end": {"bytes=8-99", "89", "bytes 8-9/10"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, err := l.root.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(uploads), Key: aws.String("k"), Range: &test.ask})
			if err != nil {
				t.Fatal(err)
			}

			body, err := io.ReadAll(out.Body)
			if err != nil || string(body) != test.want || *out.ContentRange != test.contentRange {
				t.Errorf("got %q, %s, %v", body, *out.ContentRange, err)
			}
		})
	}

	_, err := l.root.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(uploads), Key: aws.String("k"), Range: aws.String("bytes=10-")})
	if got := code(err); got != "InvalidRange" {
		t.Errorf("out of range: %s", got)
	}
}

func TestConditionalRequests(t *testing.T) {
	l := newFixture(t)
	first := l.put(t, variants, "k", "first")
	bucket, key := aws.String(variants), aws.String("k")

	_, err := l.root.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: key, IfNoneMatch: first.ETag})
	if err == nil || !strings.Contains(err.Error(), "StatusCode: 304") {
		t.Errorf("If-None-Match: %v", err)
	}

	tests := []struct {
		name, body           string
		key                  *string
		ifMatch, ifNoneMatch *string
		want                 string
	}{
		{name: "create an existing key", key: key, ifNoneMatch: aws.String("*"), want: "PreconditionFailed"},
		{name: "create a new key", key: aws.String("new"), ifNoneMatch: aws.String("*")},
		{name: "compare and swap with another ETag", key: key, ifMatch: aws.String(`"0123456789abcdef0123456789abcdef"`), want: "PreconditionFailed"},
		{name: "compare and swap with the current ETag", key: key, ifMatch: first.ETag},
		{name: "compare and swap with a replaced ETag", key: key, ifMatch: first.ETag, want: "PreconditionFailed"},
		{name: "compare and swap on a missing key", key: aws.String("none"), ifMatch: first.ETag, want: "NoSuchKey"},
	}

	for _, test := range tests {
		_, err := l.root.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: bucket, Key: test.key, Body: strings.NewReader("of " + test.name), IfMatch: test.ifMatch, IfNoneMatch: test.ifNoneMatch,
		})
		if got := code(err); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestVersions(t *testing.T) {
	l := newFixture(t)
	bucket, key := aws.String(uploads), aws.String("ordner/k k.jpg")

	old := l.put(t, uploads, *key, "old")
	l.put(t, uploads, *key, "new")

	read := func(version *string) string {
		out, err := l.root.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: key, VersionId: version})
		if err != nil {
			return code(err)
		}

		body, err := io.ReadAll(out.Body)
		if err != nil {
			t.Fatal(err)
		}

		return string(body)
	}

	if got := []string{read(old.VersionId), read(nil)}; !cmp.Equal(got, []string{"old", "new"}) {
		t.Errorf("got %v", got)
	}

	if _, err := l.root.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: key}); err != nil {
		t.Fatal(err)
	}

	if got := []string{read(old.VersionId), read(nil)}; !cmp.Equal(got, []string{"old", "NoSuchKey"}) {
		t.Errorf("behind a delete marker: %v", got)
	}

	if got := read(aws.String("01ARZ3NDEKTSV4RRFFQ69G5FAV")); got != "NoSuchVersion" {
		t.Errorf("a missing version: %s", got)
	}

	list, err := l.root.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: bucket})
	if err != nil {
		t.Fatal(err)
	}

	if len(list.Versions) != 2 || len(list.DeleteMarkers) != 1 {
		t.Errorf("%d versions, %d markers", len(list.Versions), len(list.DeleteMarkers))
	}
}

// TestMetadata checks that an object's metadata is returned unchanged.
func TestMetadata(t *testing.T) {
	l := newFixture(t)
	bucket, key := aws.String(variants), aws.String("k")

	_, err := l.root.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: bucket, Key: key, Body: strings.NewReader("x"), ContentType: aws.String("image/webp"),
		CacheControl: aws.String("public, max-age=31536000, immutable"), Metadata: map[string]string{"width": "160"},
	})
	if err != nil {
		t.Fatal(err)
	}

	head, err := l.root.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}

	got := []any{*head.ContentType, *head.CacheControl, head.Metadata}
	if diff := cmp.Diff([]any{"image/webp", "public, max-age=31536000, immutable", map[string]string{"width": "160"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPolicyIsEnforced(t *testing.T) {
	l := newFixture(t)
	original := l.put(t, uploads, "photo.jpg", "x")
	l.put(t, variants, "own/1", "x")
	l.put(t, variants, "own/2", "x")
	l.put(t, variants, "other/1", "x")
	l.put(t, variants, "blind/1", "x")
	l.put(t, variants, "blind/2", "x")

	up, out := aws.String(uploads), aws.String(variants)
	body := func() io.Reader { return strings.NewReader("y") }
	tag := &types.Tagging{TagSet: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}

	tests := map[string]struct {
		call func(context.Context, *s3.Client) error
		want string // "" means allowed.
	}{
		"get":                                   {call: get(up, "photo.jpg", nil)},
		"get a version":                         {call: get(up, "photo.jpg", original.VersionId)},
		"get without permission":                {call: get(out, "other/1", nil), want: "AccessDenied"},
		"head":                                  {call: head(up, "photo.jpg")},
		"get a missing key, no list permission": {call: get(up, "none", nil), want: "AccessDenied"},
		"get a missing version":                 {call: get(up, "photo.jpg", aws.String("01ARZ3NDEKTSV4RRFFQ69G5FAV")), want: "AccessDenied"},
		"head a missing key":                    {call: head(up, "none"), want: "Forbidden"},
		"get from a missing bucket":             {call: get(aws.String("another-bucket"), "k", nil), want: "AccessDenied"},
		"put":                                   {call: put(&s3.PutObjectInput{Bucket: out, Key: aws.String("v/1")}, body)},
		"put without permission":                {call: put(&s3.PutObjectInput{Bucket: up, Key: aws.String("v/1")}, body), want: "AccessDenied"},
		"put with If-None-Match":                {call: put(&s3.PutObjectInput{Bucket: out, Key: aws.String("v/2"), IfNoneMatch: aws.String("*")}, body)},
		"put with If-Match and read permission": {call: put(&s3.PutObjectInput{Bucket: out, Key: aws.String("own/2"), IfMatch: original.ETag}, body)},
		"put with If-Match, no read permission": {call: put(&s3.PutObjectInput{Bucket: out, Key: aws.String("other/1"), IfMatch: original.ETag}, body), want: "AccessDenied"},
		"put with tags":                         {call: put(&s3.PutObjectInput{Bucket: out, Key: aws.String("v/3"), Tagging: aws.String("a=b")}, body), want: "AccessDenied"},
		"delete":                                {call: remove(out, "own/1", nil)},
		"delete If-Match, no read permission":   {call: removeMatch(out, "blind/1", aws.ToString(original.ETag)), want: "AccessDenied"},
		// The gateway allows this request. The server behind it reads * as an ETag.
		"delete If-Match *, no read permission": {call: removeMatch(out, "blind/2", "*"), want: "PreconditionFailed"},
		"delete without permission":             {call: remove(up, "photo.jpg", nil), want: "AccessDenied"},
		"delete a version":                      {call: remove(up, "photo.jpg", original.VersionId), want: "AccessDenied"},
		"list an allowed prefix":                {call: list(out, "own/")},
		"list a prefix without permission":      {call: list(out, "other/"), want: "AccessDenied"},
		"list another bucket":                   {call: list(up, "own/"), want: "AccessDenied"},
		"copy from a readable source":           {call: cp(out, "v/4", uploads+"/photo.jpg")},
		"copy from an unreadable source":        {call: cp(out, "v/4", variants+"/other/1"), want: "AccessDenied"},
		"list buckets": {want: "AccessDenied", call: func(ctx context.Context, c *s3.Client) error {
			_, err := c.ListBuckets(ctx, &s3.ListBucketsInput{})

			return err
		}},
		"an operation that policies do not support": {want: "AccessDenied", call: func(ctx context.Context, c *s3.Client) error {
			_, err := c.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: out})

			return err
		}},
		"tag": {want: "AccessDenied", call: func(ctx context.Context, c *s3.Client) error {
			_, err := c.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: out, Key: aws.String("own/1"), Tagging: tag})

			return err
		}},
		"multipart": {call: func(ctx context.Context, c *s3.Client) error {
			begun, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: out, Key: aws.String("v/5")})
			if err != nil {
				return err
			}

			_, err = c.UploadPart(ctx, &s3.UploadPartInput{
				Bucket: out, Key: aws.String("v/5"), UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: body(),
			})

			return err
		}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := code(test.call(t.Context(), l.role)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func get(bucket *string, key string, version *string) func(context.Context, *s3.Client) error {
	return func(ctx context.Context, c *s3.Client) error {
		_, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, VersionId: version})

		return err
	}
}

func head(bucket *string, key string) func(context.Context, *s3.Client) error {
	return func(ctx context.Context, c *s3.Client) error {
		_, err := c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: &key})

		return err
	}
}

func put(in *s3.PutObjectInput, body func() io.Reader) func(context.Context, *s3.Client) error {
	return func(ctx context.Context, c *s3.Client) error {
		in.Body = body()
		_, err := c.PutObject(ctx, in)

		return err
	}
}

func remove(bucket *string, key string, version *string) func(context.Context, *s3.Client) error {
	return func(ctx context.Context, c *s3.Client) error {
		_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: &key, VersionId: version})

		return err
	}
}

func removeMatch(bucket *string, key, etag string) func(context.Context, *s3.Client) error {
	return func(ctx context.Context, c *s3.Client) error {
		_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: &key, IfMatch: &etag})

		return err
	}
}

func list(bucket *string, prefix string) func(context.Context, *s3.Client) error {
	return func(ctx context.Context, c *s3.Client) error {
		_, err := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: &prefix})

		return err
	}
}

func cp(bucket *string, key, source string) func(context.Context, *s3.Client) error {
	return func(ctx context.Context, c *s3.Client) error {
		_, err := c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: &key, CopySource: &source})

		return err
	}
}

// TestMultiDelete_permission_for_each_key checks that a request that deletes many keys needs a
// permission for every key.
func TestMultiDelete_permission_for_each_key(t *testing.T) {
	l := newFixture(t)
	l.put(t, variants, "own/1", "x")
	l.put(t, variants, "other/1", "x")

	out, err := l.role.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{
		Bucket: aws.String(variants),
		Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("own/1")}, {Key: aws.String("other/1")}}},
	})
	if err != nil {
		t.Fatal(err)
	}

	if len(out.Deleted) != 1 || *out.Deleted[0].Key != "own/1" {
		t.Errorf("deleted %v", out.Deleted)
	}

	if len(out.Errors) != 1 || *out.Errors[0].Key != "other/1" || *out.Errors[0].Code != "AccessDenied" {
		t.Errorf("errors %v", out.Errors)
	}

	if err := head(aws.String(variants), "other/1")(t.Context(), l.root); err != nil {
		t.Errorf("other/1 was deleted: %v", err)
	}
}

// TestExpectContinue checks that the gateway answers "Expect: 100-continue" with 100 Continue,
// before the client sends the body.
func TestExpectContinue(t *testing.T) {
	l := newFixture(t)

	signed, err := s3.NewPresignClient(l.root).PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(uploads), Key: aws.String("big")})
	if err != nil {
		t.Fatal(err)
	}

	address, err := url.Parse(signed.URL)
	if err != nil {
		t.Fatal(err)
	}

	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()

	if err := connection.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}

	const size = 3 << 20

	_, err = fmt.Fprintf(connection, "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		address.RequestURI(), address.Host, size)
	if err != nil {
		t.Fatal(err)
	}

	reader := bufio.NewReader(connection)

	interim, err := reader.ReadString('\n')
	if err != nil || !strings.Contains(interim, "100 Continue") {
		t.Fatalf("%q %v", interim, err)
	}

	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}

	if _, err := connection.Write(bytes.Repeat([]byte("x"), size)); err != nil {
		t.Fatal(err)
	}

	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", response, err)
	}

	_ = response.Body.Close()

	if err := head(aws.String(uploads), "big")(t.Context(), l.root); err != nil {
		t.Error(err)
	}
}
