package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/valyala/fasthttp"
	"github.com/versity/versitygw/s3response"

	"triptych/emulator/objectstore/s3wire"
)

// The server stores neither storage classes nor customer-provided keys. For an object
// that S3 would not return, they are in metadata with these names, which no answer shows.
// The bytes are stored unchanged.
const (
	metadataClass = "triptych-emulator-storage-class"
	metadataKey   = "triptych-emulator-sse-customer-key"
)

const (
	headerClass = "X-Amz-Storage-Class"
	headerKey   = "X-Amz-Server-Side-Encryption-Customer-Key"
)

// requestHeader returns a header of the request that the server answers.
func requestHeader(ctx context.Context, name string) string {
	if request, ok := ctx.(*fasthttp.RequestCtx); ok {
		return string(request.Request.Header.Peek(name))
	}

	return ""
}

// customerKey is the hash of the key in a request, or "" if the request has no key.
func customerKey(ctx context.Context) string {
	key := requestHeader(ctx, headerKey)
	if key == "" {
		return ""
	}

	hash := sha256.Sum256([]byte(key))

	return hex.EncodeToString(hash[:])
}

// withheld adds to an object's metadata the reasons why S3 would not return it.
func withheld(ctx context.Context, metadata map[string]string) map[string]string {
	class, key := requestHeader(ctx, headerClass), customerKey(ctx)
	if !archived(types.StorageClass(class)) && key == "" {
		return metadata
	}

	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}

	if archived(types.StorageClass(class)) {
		metadata[metadataClass] = class
	}

	if key != "" {
		metadata[metadataKey] = key
	}

	return metadata
}

// archived reports whether an object of a class has to be restored before it is read (S3
// User Guide, "Working with archived objects").
func archived(class types.StorageClass) bool {
	return class == types.StorageClassGlacier || class == types.StorageClassDeepArchive
}

// reveal removes the entries of withheld from an object's metadata, and returns the
// object's storage class, which S3 reports unless it is the standard one (S3 API
// Reference, GetObject, x-amz-storage-class). It returns S3's error for an object that
// was encrypted with a customer's key, if the request does not have that key. If content
// is true, it also returns S3's error for an archived object.
func reveal(ctx context.Context, metadata map[string]string, content bool) (types.StorageClass, error) {
	class, key := types.StorageClass(metadata[metadataClass]), metadata[metadataKey]
	delete(metadata, metadataClass)
	delete(metadata, metadataKey)

	switch given := customerKey(ctx); {
	case key != "" && given == "":
		return class, wireError(&s3wire.Error{
			Code: "InvalidRequest", Status: http.StatusBadRequest,
			Message: "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
		})
	case key != given:
		return class, wireError(&s3wire.Error{Code: "AccessDenied", Message: "Access Denied", Status: http.StatusForbidden})
	case content && archived(class):
		return class, wireError(&s3wire.Error{
			Code: "InvalidObjectState", Status: http.StatusForbidden,
			Message: "The operation is not valid for the object's storage class",
		})
	}

	return class, nil
}

// CreateMultipartUpload implements [backend.Backend].
func (o *decorator) CreateMultipartUpload(
	ctx context.Context, in s3response.CreateMultipartUploadInput,
) (s3response.InitiateMultipartUploadResult, error) {
	in.Metadata = withheld(ctx, in.Metadata)

	return o.Backend.CreateMultipartUpload(ctx, in)
}
