package objectstore_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// answerOf returns an error's HTTP status and code; 200 and "" without an error.
func answerOf(err error) (status int, code string) {
	status = http.StatusOK

	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
	}

	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		code = failure.ErrorCode()
	}

	return status, code
}

// TestWithheld stores objects that S3 keeps and does not return (S3 User Guide, "Working
// with archived objects", "Using server-side encryption with customer-provided keys").
func TestWithheld(t *testing.T) {
	l := newFixture(t)
	key32 := strings.Repeat("k", 32)

	put := func(in s3.PutObjectInput) {
		in.Bucket, in.Body = aws.String(uploads), strings.NewReader("withheld")
		if _, err := l.client.PutObject(t.Context(), &in); err != nil {
			t.Fatal(err)
		}
	}

	for _, class := range []types.StorageClass{types.StorageClassGlacier, types.StorageClassDeepArchive, types.StorageClassStandardIa} {
		put(s3.PutObjectInput{Key: aws.String(string(class)), StorageClass: class, Metadata: map[string]string{"mine": "kept"}})
	}

	put(s3.PutObjectInput{
		Key: aws.String("customer"), SSECustomerAlgorithm: aws.String("AES256"), SSECustomerKey: aws.String(key32),
	})

	for key, want := range map[string]struct {
		status int
		code   string
	}{
		"GLACIER":      {http.StatusForbidden, "InvalidObjectState"},
		"DEEP_ARCHIVE": {http.StatusForbidden, "InvalidObjectState"},
		"STANDARD_IA":  {http.StatusOK, ""},
		"customer":     {http.StatusBadRequest, "InvalidRequest"},
	} {
		_, err := l.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(uploads), Key: aws.String(key)})
		if status, code := answerOf(err); status != want.status || code != want.code {
			t.Errorf("get %s: %d %s, want %d %s", key, status, code, want.status, want.code)
		}

		_, err = l.client.CopyObject(t.Context(), &s3.CopyObjectInput{
			Bucket: aws.String(uploads), Key: aws.String("copy"), CopySource: aws.String(uploads + "/" + key),
		})
		if status, code := answerOf(err); status != want.status || code != want.code {
			t.Errorf("copy %s: %d %s, want %d %s", key, status, code, want.status, want.code)
		}
	}

	head, err := l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("GLACIER")})
	if err != nil {
		t.Fatal(err)
	}

	if head.StorageClass != types.StorageClassGlacier || len(head.Metadata) != 1 || head.Metadata["mine"] != "kept" {
		t.Errorf("the head of an archived object: %s, %v", head.StorageClass, head.Metadata)
	}

	_, err = l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("customer")})
	if status, _ := answerOf(err); status != http.StatusBadRequest {
		t.Errorf("head without the customer's key: %d, want 400", status)
	}
}

// TestConditions reads with every kind of condition (RFC 9110, 13.1).
func TestConditions(t *testing.T) {
	l := newFixture(t)
	l.put(uploads, "k", "content")

	head, err := l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}

	etag, before, after := *head.ETag, head.LastModified.Add(-time.Second), head.LastModified.Add(time.Second)

	for name, test := range map[string]struct {
		in   s3.GetObjectInput
		want int
	}{
		"none match":                  {s3.GetObjectInput{IfNoneMatch: &etag}, http.StatusNotModified},
		"none match, weak":            {s3.GetObjectInput{IfNoneMatch: aws.String("W/" + etag)}, http.StatusNotModified},
		"none match, a list":          {s3.GetObjectInput{IfNoneMatch: aws.String(`"other", ` + etag)}, http.StatusNotModified},
		"none match, any":             {s3.GetObjectInput{IfNoneMatch: aws.String("*")}, http.StatusNotModified},
		"none match, others":          {s3.GetObjectInput{IfNoneMatch: aws.String(`"a", W/"b"`)}, http.StatusOK},
		"modified since, the same":    {s3.GetObjectInput{IfModifiedSince: head.LastModified}, http.StatusNotModified},
		"modified since, earlier":     {s3.GetObjectInput{IfModifiedSince: &before}, http.StatusOK},
		"the tag before the time":     {s3.GetObjectInput{IfNoneMatch: aws.String(`"other"`), IfModifiedSince: &after}, http.StatusOK},
		"match":                       {s3.GetObjectInput{IfMatch: &etag}, http.StatusOK},
		"match, a list":               {s3.GetObjectInput{IfMatch: aws.String(`"other",` + etag)}, http.StatusOK},
		"match, weak":                 {s3.GetObjectInput{IfMatch: aws.String("W/" + etag)}, http.StatusPreconditionFailed},
		"unmodified since, earlier":   {s3.GetObjectInput{IfUnmodifiedSince: &before}, http.StatusPreconditionFailed},
		"unmodified since, the same":  {s3.GetObjectInput{IfUnmodifiedSince: head.LastModified}, http.StatusOK},
		"match, and unmodified since": {s3.GetObjectInput{IfMatch: &etag, IfUnmodifiedSince: &before}, http.StatusOK},
	} {
		test.in.Bucket, test.in.Key = aws.String(uploads), aws.String("k")

		out, err := l.client.GetObject(t.Context(), &test.in)
		if status, _ := answerOf(err); status != test.want {
			t.Errorf("%s: %d, want %d", name, status, test.want)
		}

		if err == nil {
			out.Body.Close()
		}
	}
}

// TestCopyObject copies a missing key, and checks that a copy names the version that it
// read.
func TestCopyObject(t *testing.T) {
	l := newFixture(t)
	l.put(uploads, "from +", "content")

	copyFrom := func(source string) (*s3.CopyObjectOutput, error) {
		return l.client.CopyObject(t.Context(), &s3.CopyObjectInput{
			Bucket: aws.String(uploads), Key: aws.String("to"), CopySource: aws.String(uploads + "/" + source),
		})
	}

	head, err := l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("from +")})
	if err != nil {
		t.Fatal(err)
	}

	out, err := copyFrom("from%20%2B")
	if err != nil || aws.ToString(out.CopySourceVersionId) != *head.VersionId {
		t.Errorf("a copy: %+v, %v; want the source's version %s", out, err, *head.VersionId)
	}

	_, err = copyFrom("missing")
	if status, code := answerOf(err); status != http.StatusNotFound || code != "NoSuchKey" {
		t.Errorf("a copy of a missing key: %d %s, want 404 NoSuchKey", status, code)
	}
}
