package server

import (
	"context"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"

	"triptych/emulator/objectstore/link"
	"triptych/emulator/objectstore/s3event"
	"triptych/emulator/objectstore/s3wire"
)

// decorator wraps the server's backend: every operation that creates or
// removes an object goes through the notifier. Addresses in a request's path were checked
// before. Keys that come in bodies (forms and multi-deletes), and the caller's
// permissions for them, are checked here.
type decorator struct {
	backend.Backend

	notifier *notifier
	callers  accounts
	parent   *link.Client
}

// PutObject implements [backend.Backend]. The server also calls it for a POST form.
func (o *decorator) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	reason := s3event.ReasonPut

	if ctx.Value(string(utils.ContextKeyObjectPostResult)) != nil {
		reason = s3event.ReasonPost

		if err := o.checkForm(ctx, *in.Bucket, *in.Key); err != nil {
			return s3response.PutObjectOutput{}, err
		}
	} else { // The length of a form has more than the object.
		in.Body = bodyOf(in.Body, in.ContentLength)
	}

	in.Metadata = withheld(ctx, in.Metadata)

	var out s3response.PutObjectOutput

	err := o.notifier.write(ctx, &link.Intent{Bucket: *in.Bucket, Key: *in.Key, Reason: reason}, func() (*subject, error) {
		var err error
		if out, err = o.Backend.PutObject(ctx, in); err != nil {
			return nil, err
		}

		return &subject{versionID: out.VersionID, etag: unquote(&out.ETag), size: out.Size}, nil
	})

	// S3 reports the size only for an object that was appended to (S3 API Reference,
	// PutObject, x-amz-object-size).
	out.Size = nil

	return out, err
}

// UploadPart implements [backend.Backend].
func (o *decorator) UploadPart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	in.Body = bodyOf(in.Body, in.ContentLength)

	return o.Backend.UploadPart(ctx, in)
}

// CompleteMultipartUpload implements [backend.Backend].
func (o *decorator) CompleteMultipartUpload(
	ctx context.Context, in *s3.CompleteMultipartUploadInput,
) (s3response.CompleteMultipartUploadResult, string, error) {
	var (
		out     s3response.CompleteMultipartUploadResult
		version string
	)

	err := o.notifier.write(ctx, &link.Intent{Bucket: *in.Bucket, Key: *in.Key, Reason: s3event.ReasonComplete}, func() (*subject, error) {
		var err error
		if out, version, err = o.Backend.CompleteMultipartUpload(ctx, in); err != nil {
			return nil, err
		}

		return o.current(*in.Bucket, *in.Key)
	})

	return out, version, err
}

// CopyObject implements [backend.Backend].
func (o *decorator) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	source, err := o.source(ctx, &in)
	if err != nil {
		return s3response.CopyObjectOutput{}, err
	}

	in.Metadata = withheld(ctx, in.Metadata)

	var out s3response.CopyObjectOutput

	err = o.notifier.write(ctx, &link.Intent{Bucket: *in.Bucket, Key: *in.Key, Reason: s3event.ReasonCopy}, func() (*subject, error) {
		var err error
		if out, err = o.Backend.CopyObject(ctx, in); err != nil {
			return nil, err
		}

		return o.current(*in.Bucket, *in.Key)
	})

	out.CopySourceVersionId = source

	return out, err
}

// source fixes the version that a copy reads, and returns its id; nil if the bucket has
// no versions. It returns S3's error for a source that S3 does not read.
func (o *decorator) source(ctx context.Context, in *s3response.CopyObjectInput) (*string, error) {
	bucket, key, version, err := backend.ParseCopySource(*in.CopySource)
	if err != nil {
		return nil, err
	}

	wanted := &s3.HeadObjectInput{Bucket: &bucket, Key: &key}
	if version != "" {
		wanted.VersionId = &version
	}

	found, err := o.Backend.HeadObject(ctx, wanted)

	switch {
	case isMissing(err) && version == "":
		return nil, missingKey()
	case err != nil:
		return nil, nil //nolint:nilerr,nilnil // The copy itself reports the error.
	}

	if _, err := reveal(ctx, found.Metadata, true); err != nil {
		return nil, err
	}

	if realVersion(found.VersionId) == "" {
		return nil, nil //nolint:nilnil // See above.
	}

	if version == "" {
		fixed := url.QueryEscape(bucket+"/"+key) + "?versionId=" + *found.VersionId
		in.CopySource = &fixed
	}

	return found.VersionId, nil
}

// current describes the current object, which is the one that the caller has just
// written: the key's lock keeps other writers out.
func (o *decorator) current(bucket, key string) (*subject, error) {
	head, err := o.head(o.notifier.life, &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, err
	}

	return created(head), nil
}

// checkForm checks an upload by form. Its key and its caller are in the body, which only
// the server has read.
func (o *decorator) checkForm(ctx context.Context, bucket, key string) error {
	if _, known := o.callers.secret(caller(ctx)); !known {
		return accessDenied("Access Denied")
	}

	if err := o.allow(ctx, "s3:PutObject", bucket, key); err != nil {
		return err
	}

	if failure := s3wire.CheckKey(key); failure != nil {
		return wireError(failure)
	}

	return nil
}

// allow returns S3's error if the caller may not do the action on the object. The parent
// has the policies.
func (o *decorator) allow(ctx context.Context, action, bucket, key string) error {
	denied, err := o.parent.Denied(caller(ctx), action, "arn:aws:s3:::"+bucket+"/"+key)

	switch {
	case err != nil:
		return err
	case denied != "":
		return accessDenied(denied)
	default:
		return nil
	}
}

// caller returns the access key of the principal whose signature the server has verified,
// or "".
func caller(ctx context.Context) string {
	account, _ := ctx.Value(string(utils.ContextKeyAccount)).(auth.Account)

	return account.Access
}

func accessDenied(message string) error {
	return wireError(&s3wire.Error{Code: "AccessDenied", Message: message, Status: http.StatusForbidden})
}

func wireError(e *s3wire.Error) error {
	return s3err.APIError{Code: e.Code, Description: e.Message, HTTPStatusCode: e.Status}
}
