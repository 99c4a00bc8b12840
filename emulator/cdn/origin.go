package cdn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Origin streams the objects of one bucket.
type Origin interface {
	// Fetch requests one object. The body is nil for a HEAD; otherwise the caller closes
	// it. An answer without an object (304, 404, 412, 416) is a [StatusError].
	Fetch(ctx context.Context, request Request) (*Object, error)
}

// Request asks for an object, for a part of it, or for it only if it differs from the
// object that the viewer has. Empty fields have no effect.
type Request struct {
	Key  string
	Head bool // without the body

	Range             string // as in the header: "bytes=0-99"
	IfMatch           string
	IfNoneMatch       string
	IfModifiedSince   time.Time
	IfUnmodifiedSince time.Time
}

// Object is a whole object or the requested part.
type Object struct {
	Body   io.ReadCloser
	Header http.Header // ETag, Content-Type, Content-Range … if the origin sent them
	Bytes  int64       // of Body, or for a HEAD, of the body that a GET returns
}

// StatusError is an answer of the origin without an object.
type StatusError struct {
	Status int
	Header http.Header
	Cause  error
}

func (e *StatusError) Error() string { return fmt.Sprintf("origin answers %d: %v", e.Status, e.Cause) }

func (e *StatusError) Unwrap() error { return e.Cause }

// S3Origin reads one bucket, as CloudFront does with an origin access control.
type S3Origin struct {
	Client *s3.Client
	Bucket string
}

// Fetch implements [Origin].
func (o *S3Origin) Fetch(ctx context.Context, request Request) (*Object, error) {
	if request.Head {
		return o.head(ctx, request)
	}

	out, err := o.Client.GetObject(ctx, &s3.GetObjectInput{
		Bucket:            aws.String(o.Bucket),
		Key:               aws.String(request.Key),
		Range:             optional(request.Range),
		IfMatch:           optional(request.IfMatch),
		IfNoneMatch:       optional(request.IfNoneMatch),
		IfModifiedSince:   optionalTime(request.IfModifiedSince),
		IfUnmodifiedSince: optionalTime(request.IfUnmodifiedSince),
	})
	if err != nil {
		return nil, statusError("get object", request.Key, err)
	}

	return &Object{
		Body:  out.Body,
		Bytes: aws.ToInt64(out.ContentLength),
		Header: header{
			out.ContentRange, out.ETag, out.ContentType, out.CacheControl,
			out.ContentDisposition, out.ContentEncoding, out.ContentLanguage, out.LastModified,
		}.http(),
	}, nil
}

func (o *S3Origin) head(ctx context.Context, request Request) (*Object, error) {
	out, err := o.Client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket:            aws.String(o.Bucket),
		Key:               aws.String(request.Key),
		Range:             optional(request.Range),
		IfMatch:           optional(request.IfMatch),
		IfNoneMatch:       optional(request.IfNoneMatch),
		IfModifiedSince:   optionalTime(request.IfModifiedSince),
		IfUnmodifiedSince: optionalTime(request.IfUnmodifiedSince),
	})
	if err != nil {
		return nil, statusError("head object", request.Key, err)
	}

	return &Object{
		Bytes: aws.ToInt64(out.ContentLength),
		Header: header{
			out.ContentRange, out.ETag, out.ContentType, out.CacheControl,
			out.ContentDisposition, out.ContentEncoding, out.ContentLanguage, out.LastModified,
		}.http(),
	}, nil
}

// statusError converts an answer that the SDK reports as an error back to the status that
// S3 sent. An error without an answer stays unchanged.
func statusError(operation, key string, err error) error {
	err = fmt.Errorf("%s %s: %w", operation, key, err)

	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil {
		return err
	}

	return &StatusError{Status: answer.HTTPStatusCode(), Header: answer.Response.Header, Cause: err}
}

// header has the headers of an object that S3 sends for both GET and HEAD.
type header struct {
	contentRange, etag, contentType, cacheControl *string
	disposition, encoding, language               *string
	modified                                      *time.Time
}

func (h header) http() http.Header {
	set := http.Header{}

	for name, value := range map[string]*string{
		"Content-Range":       h.contentRange,
		"ETag":                h.etag,
		"Content-Type":        h.contentType,
		cacheControl:          h.cacheControl,
		"Content-Disposition": h.disposition,
		"Content-Encoding":    h.encoding,
		"Content-Language":    h.language,
	} {
		if value != nil && *value != "" {
			set.Set(name, *value)
		}
	}

	if h.modified != nil {
		set.Set("Last-Modified", h.modified.UTC().Format(http.TimeFormat))
	}

	return set
}

func optional(value string) *string {
	if value == "" {
		return nil
	}

	return &value
}

func optionalTime(value time.Time) *time.Time {
	if value.IsZero() {
		return nil
	}

	return &value
}
