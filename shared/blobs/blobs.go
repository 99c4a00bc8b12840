// Package blobs reads originals and writes their variants. Its Store has the operations
// of Amazon S3 that the functions use.
package blobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/shared/errorcode"
)

// The values of the Cache-Control header.
const (
	// Immutable is for objects whose URL names their version.
	Immutable = "public, max-age=31536000, immutable"
	// Revalidate is for the manifest: it is cached, and revalidated on every request.
	Revalidate = "no-cache"
)

var (
	// ErrNotFound means that the object or the version does not exist.
	ErrNotFound = errors.New("no such object")
	// ErrChanged means that the object is not the one that was read before.
	ErrChanged = errors.New("the object has changed")
)

// Store is the S3 client.
type Store struct{ client *s3.Client }

// New returns a store.
func New(config aws.Config) *Store { return Of(s3.NewFromConfig(config)) }

// Of returns a store that uses client.
func Of(client *s3.Client) *Store { return &Store{client: client} }

// Object is one object to write.
type Object struct {
	Body         []byte
	ContentType  string
	CacheControl string
}

// Get reads a whole object of at most maxBytes; versionID may be empty. The second result
// is the object's ETag.
func (s *Store) Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error) {
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &bucket, Key: &key, VersionId: optional(versionID),
	})
	if err != nil {
		return nil, "", failure(err, "get", bucket, key)
	}
	defer out.Body.Close()

	size := aws.ToInt64(out.ContentLength)
	if size > maxBytes {
		return nil, "", errorcode.New(errorcode.TooManyBytes, "it has %d bytes; at most %d are accepted", size, maxBytes)
	}

	body := make([]byte, size)
	if _, err := io.ReadFull(out.Body, body); err != nil {
		return nil, "", failure(err, "read", bucket, key)
	}

	return body, aws.ToString(out.ETag), nil
}

// Open streams an object; versionID may be empty. The caller closes the stream. Read
// errors are wrapped as in the other methods: a broken connection is Transient, and not
// the end of the file.
func (s *Store) Open(ctx context.Context, bucket, key, versionID string) (io.ReadCloser, error) {
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &bucket, Key: &key, VersionId: optional(versionID),
	})
	if err != nil {
		return nil, failure(err, "get", bucket, key)
	}

	return &body{ReadCloser: out.Body, bucket: bucket, key: key}, nil
}

// body is the stream of an object.
type body struct {
	io.ReadCloser

	bucket, key string
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = failure(err, "read", b.bucket, b.key)
	}

	return n, err
}

// Exists reports whether an object with this key exists.
func (s *Store) Exists(ctx context.Context, bucket, key string) (bool, error) {
	_, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key})

	err = failure(err, "check", bucket, key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}

	return err == nil, err
}

// Version describes the current version of an object.
type Version struct {
	ID    string // "" in a bucket that has never had versioning
	ETag  string // without quotes, as in events
	Bytes int64
}

// Current describes the current version of an object. It returns ErrNotFound if the
// object does not exist or if its current version is a delete marker.
func (s *Store) Current(ctx context.Context, bucket, key string) (Version, error) {
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return Version{}, failure(err, "describe", bucket, key)
	}

	return Version{
		ID: aws.ToString(out.VersionId), ETag: strings.Trim(aws.ToString(out.ETag), `"`), Bytes: aws.ToInt64(out.ContentLength),
	}, nil
}

// Put writes an object and overwrites an existing one.
func (s *Store) Put(ctx context.Context, bucket, key string, object Object) error {
	_, err := s.client.PutObject(ctx, put(bucket, key, object))

	return failure(err, "put", bucket, key)
}

// Swap overwrites the object that has this ETag. If the ETag is empty, Swap creates the
// object. It returns ErrChanged if the object has another ETag by now; the caller then
// reads again and decides again.
func (s *Store) Swap(ctx context.Context, bucket, key string, object Object, etag string) error {
	input := put(bucket, key, object)
	if etag == "" {
		input.IfNoneMatch = aws.String("*")
	} else {
		input.IfMatch = &etag
	}

	_, err := s.client.PutObject(ctx, input)

	// 412: another object has this key. 409: another write was in progress. 404: the
	// object to overwrite no longer exists (Amazon S3 User Guide, "Conditional writes").
	switch errorcode.HTTPStatus(err) {
	case http.StatusPreconditionFailed, http.StatusConflict, http.StatusNotFound:
		return fmt.Errorf("swap s3://%s/%s: %w", bucket, key, ErrChanged)
	default:
		return failure(err, "swap", bucket, key)
	}
}

// List returns the keys of all objects with a prefix.
func (s *Store) List(ctx context.Context, bucket, prefix string) ([]string, error) {
	var found []string

	for object, err := range s.Objects(ctx, bucket, prefix) {
		if err != nil {
			return found, err
		}

		found = append(found, object.Key)
	}

	return found, nil
}

// Sizes returns the size in bytes of each object with a prefix, by key.
func (s *Store) Sizes(ctx context.Context, bucket, prefix string) (map[string]int64, error) {
	sizes := map[string]int64{}

	for object, err := range s.Objects(ctx, bucket, prefix) {
		if err != nil {
			return sizes, err
		}

		sizes[object.Key] = object.Bytes
	}

	return sizes, nil
}

// Listed is an object in a listing.
type Listed struct {
	Key   string
	Bytes int64 // its size
}

// Objects lists the objects with a prefix, in the order of their keys. It reads a page of
// 1,000 when the loop needs it. An error ends the listing.
func (s *Store) Objects(ctx context.Context, bucket, prefix string) iter.Seq2[Listed, error] {
	return func(yield func(Listed, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Listed{}, failure(err, "list", bucket, prefix))

				return
			}

			for i := range page.Contents {
				if !yield(Listed{aws.ToString(page.Contents[i].Key), aws.ToInt64(page.Contents[i].Size)}, nil) {
					return
				}
			}
		}
	}
}

// Delete deletes one object. A missing object is not an error.
func (s *Store) Delete(ctx context.Context, bucket, key string) error {
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})

	return failure(err, "delete", bucket, key)
}

// DeleteMatch deletes the object that has this ETag. It returns ErrChanged if another
// object has the key by now. A missing object is not an error (Amazon S3 User Guide,
// "Conditional deletes").
func (s *Store) DeleteMatch(ctx context.Context, bucket, key, etag string) error {
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key, IfMatch: &etag})

	switch errorcode.HTTPStatus(err) {
	case http.StatusPreconditionFailed, http.StatusConflict:
		return fmt.Errorf("delete s3://%s/%s: %w", bucket, key, ErrChanged)
	case http.StatusNotFound:
		return nil
	default:
		return failure(err, "delete", bucket, key)
	}
}

func put(bucket, key string, object Object) *s3.PutObjectInput {
	return &s3.PutObjectInput{
		Bucket: &bucket, Key: &key,
		Body:         bytes.NewReader(object.Body),
		ContentType:  &object.ContentType,
		CacheControl: &object.CacheControl,
	}
}

func optional(text string) *string {
	if text == "" {
		return nil
	}

	return &text
}

// failure names the operation that failed, and maps the several "not found" answers of
// AWS to ErrNotFound. (A version id that is no longer valid gives status 400.)
func failure(err error, verb, bucket, key string) error {
	if err == nil {
		return nil
	}

	switch errorcode.APICode(err) {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		return fmt.Errorf("%s s3://%s/%s: %w", verb, bucket, key, ErrNotFound)
	case "InvalidObjectState":
		return errorcode.Wrap(errorcode.Archived, err, "")
	case "InvalidRequest":
		// S3 has no error code for an object that is encrypted with SSE-C.
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
		if strings.Contains(err.Error(), "form of Server Side Encryption") {
			return errorcode.Wrap(errorcode.EncryptedByCustomer, err, "")
		}
	}

	return errorcode.FromAWS(err, "%s s3://%s/%s", verb, bucket, key)
}
