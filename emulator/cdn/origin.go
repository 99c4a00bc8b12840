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

// Origin is where the objects are: one bucket, streamed.
type Origin interface {
	// Fetch asks for one object. The body is nil for a HEAD, and otherwise the
	// caller's to close. An answer that is no object (304, 404, 412, 416) is a
	// [StatusError].
	Fetch(ctx context.Context, request Request) (*Object, error)
}

// Request asks for an object, or for a part of it, or for it only if it is
// another one than the viewer has. Empty fields don't matter.
type Request struct {
	Key  string
	Head bool // without the body

	Range             string // as the header: "bytes=0-99"
	IfMatch           string
	IfNoneMatch       string
	IfModifiedSince   time.Time
	IfUnmodifiedSince time.Time
}

// Object is a whole object or the part that was asked for.
type Object struct {
	Body   io.ReadCloser
	Header http.Header // those of ETag, Content-Type, Content-Range … that the origin gave
	Bytes  int64       // of Body, or of what Body would be
}

// StatusError is an origin's answer that carries no object.
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

// statusError turns an answer that the SDK takes for an error back into what it
// was on the wire. What never got an answer stays as it is.
func statusError(operation, key string, err error) error {
	err = fmt.Errorf("%s %s: %w", operation, key, err)

	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil {
		return err
	}

	return &StatusError{Status: answer.HTTPStatusCode(), Header: answer.Response.Header, Cause: err}
}

// header has what S3 says of an object, to a GET and to a HEAD alike.
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
