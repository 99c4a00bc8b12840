package server

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"

	"triptych/emulator/objectstore/link"
	"triptych/emulator/objectstore/s3event"
	"triptych/emulator/objectstore/s3wire"
)

// DeleteObject implements [backend.Backend].
func (o *decorator) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	asked := in.VersionId

	only := *in
	only.VersionId = o.asOnly(ctx, *in.Bucket, in.VersionId)
	in = &only

	wanted := &link.Intent{Bucket: *in.Bucket, Key: *in.Key, Deletion: true, Reason: s3event.ReasonDelete}
	if in.VersionId != nil {
		wanted.VersionID = *in.VersionId
	}

	var out *s3.DeleteObjectOutput

	err := o.notifier.write(ctx, wanted, func() (*subject, error) {
		_, headErr := o.head(ctx, &s3.HeadObjectInput{Bucket: in.Bucket, Key: in.Key, VersionId: in.VersionId})

		// A client that receives no answer retries the deletion. So a version that no longer
		// exists is reported as deleted, as on AWS. The wrapped backend would return an error
		// for an invalid version id.
		if wanted.VersionID != "" && isMissing(headErr) {
			out = &s3.DeleteObjectOutput{VersionId: in.VersionId}

			return nil, nil //nolint:nilnil // There was nothing to delete.
		}

		var err error
		if out, err = o.Backend.DeleteObject(ctx, in); err != nil {
			return nil, err
		}

		if isMissing(headErr) {
			return nil, nil //nolint:nilnil // There was nothing to delete.
		}

		return deleted(wanted, out), nil
	})
	if err == nil && in.VersionId == nil && asked != nil {
		out.VersionId = asked
	}

	return out, err
}

func deleted(wanted *link.Intent, out *s3.DeleteObjectOutput) *subject {
	if wanted.VersionID == "" && out.DeleteMarker != nil && *out.DeleteMarker {
		return &subject{versionID: realVersion(out.VersionId), deletionType: s3event.DeletionMarker}
	}

	return &subject{versionID: realVersion(&wanted.VersionID), deletionType: s3event.DeletionPermanent}
}

// DeleteObjects implements [backend.Backend]. It deletes each object separately: each
// deletion has its own permission check and its own event.
func (o *decorator) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	result := s3response.DeleteResult{Deleted: []types.DeletedObject{}, Error: []types.Error{}}

	for _, object := range in.Delete.Objects {
		out, err := o.deleteOne(ctx, *in.Bucket, object)
		if err != nil {
			result.Error = append(result.Error, s3err.ObjectDeleteError(object.Key, object.VersionId, err))

			continue
		}

		entry := types.DeletedObject{Key: object.Key, VersionId: object.VersionId, DeleteMarker: out.DeleteMarker}
		if out.DeleteMarker != nil && *out.DeleteMarker {
			entry.DeleteMarkerVersionId = out.VersionId
		}

		result.Deleted = append(result.Deleted, entry)
	}

	if quiet(ctx) {
		result.Deleted = nil
	}

	return result, nil
}

// quiet reports whether a DeleteObjects request asks for errors only. The server does not
// pass this setting to the backend, but ctx is the server's own request. So quiet reads the
// setting from the body of the request.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html (Quiet)
func quiet(ctx context.Context) bool {
	request, ok := ctx.(interface{ PostBody() []byte })
	if !ok {
		return false
	}

	var wanted struct {
		Quiet bool `xml:"Quiet"`
	}

	return xml.Unmarshal(request.PostBody(), &wanted) == nil && wanted.Quiet
}

func (o *decorator) deleteOne(ctx context.Context, bucket string, object types.ObjectIdentifier) (*s3.DeleteObjectOutput, error) {
	key, action := *object.Key, "s3:DeleteObject"

	if object.VersionId != nil && *object.VersionId != "" {
		action = "s3:DeleteObjectVersion"

		if !s3wire.ValidVersion(*object.VersionId) {
			return nil, wireError(&s3wire.Error{
				Code: "NoSuchVersion", Message: "The specified version does not exist.", Status: http.StatusNotFound,
			})
		}
	}

	if err := o.allow(ctx, action, bucket, key); err != nil {
		return nil, err
	}

	// The emulator has no object with an invalid key. S3 reports a missing object as deleted.
	if s3wire.CheckKey(key) != nil {
		return &s3.DeleteObjectOutput{}, nil //nolint:nilerr // See above.
	}

	return o.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key, VersionId: object.VersionId})
}
