package integration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"triptych/emulator/stepfunctions/asl"
)

// s3Operation calls an operation of S3. The result is one of the SDK's output structures.
type s3Operation func(ctx context.Context, client *s3.Client, arguments json.RawMessage) (any, error)

// s3Operations are the operations of arn:aws:states:::aws-sdk:s3.
var s3Operations = map[string]s3Operation{
	"abortMultipartUpload":  operation((*s3.Client).AbortMultipartUpload),
	"copyObject":            operation((*s3.Client).CopyObject),
	"createMultipartUpload": operation((*s3.Client).CreateMultipartUpload),
	"deleteObject":          operation((*s3.Client).DeleteObject),
	"deleteObjectTagging":   operation((*s3.Client).DeleteObjectTagging),
	"deleteObjects":         operation((*s3.Client).DeleteObjects),
	"getBucketLocation":     operation((*s3.Client).GetBucketLocation),
	"getBucketVersioning":   operation((*s3.Client).GetBucketVersioning),
	"getObject":             operation((*s3.Client).GetObject),
	"getObjectAttributes":   operation((*s3.Client).GetObjectAttributes),
	"getObjectTagging":      operation((*s3.Client).GetObjectTagging),
	"headBucket":            operation((*s3.Client).HeadBucket),
	"headObject":            operation((*s3.Client).HeadObject),
	"listBuckets":           operation((*s3.Client).ListBuckets),
	"listMultipartUploads":  operation((*s3.Client).ListMultipartUploads),
	"listObjectVersions":    operation((*s3.Client).ListObjectVersions),
	"listObjects":           operation((*s3.Client).ListObjects),
	"listObjectsV2":         operation((*s3.Client).ListObjectsV2),
	"listParts":             operation((*s3.Client).ListParts),
	"putObject":             operation((*s3.Client).PutObject),
	"putObjectTagging":      operation((*s3.Client).PutObjectTagging),
}

// errArguments means that Arguments are not those of an operation.
var errArguments = errors.New("read the Arguments")

// operation adapts a method of the client.
func operation[In, Out any](method func(*s3.Client, context.Context, *In, ...func(*s3.Options)) (*Out, error)) s3Operation {
	return func(ctx context.Context, client *s3.Client, arguments json.RawMessage) (any, error) {
		in := new(In)
		if err := readParameters(arguments, in); err != nil {
			return nil, fmt.Errorf("%w: %w", errArguments, err)
		}

		return method(client, ctx, in)
	}
}

// s3Call returns the call of an operation of S3.
func (c Config) s3Call(operation s3Operation) Call {
	return func(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
		out, err := operation(ctx, c.S3(ctx), arguments)
		if errors.Is(err, errArguments) {
			return nil, &asl.TaskError{Name: asl.ErrorRuntime, Cause: err.Error()}
		}

		if err != nil {
			return nil, s3Failure(err)
		}

		result, err := membersOf(out)
		if errors.Is(err, errTooLarge) {
			return nil, &asl.TaskError{Name: asl.ErrorDataLimit, Cause: err.Error()}
		}

		if err != nil {
			return nil, err
		}

		return encode(result)
	}
}

// s3Modeled are the errors of S3's model. All others are an S3Exception.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
var s3Modeled = []string{
	"BucketAlreadyExists", "BucketAlreadyOwnedByYou", "EncryptionTypeMismatch", "InvalidObjectState", "InvalidRequest", "InvalidWriteOffset",
	"NoSuchBucket", "NoSuchKey", "NoSuchUpload", "ObjectAlreadyInActiveTierError", "ObjectNotInActiveTierError", "TooManyParts",
}

// s3Failure converts an error of the client to the error of a task.
func s3Failure(err error) error {
	answered, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return &asl.TaskError{Name: "S3.SdkClientException", Cause: err.Error()}
	}

	failed := serviceError{exception: answered.ErrorCode(), message: answered.ErrorMessage(), status: http.StatusBadRequest}

	if transport, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		failed.status, failed.requestID = transport.HTTPStatusCode(), transport.ServiceRequestID()
	}

	if failed.exception == "NotFound" { // A HEAD request has no body with a code and a message.
		failed.exception, failed.message = notFound(err), "null"
	}

	if failed.message == "" {
		failed.message = "null"
	}

	name := "S3Exception"
	if slices.Contains(s3Modeled, failed.exception) {
		name = withException(failed.exception)
	}

	return &asl.TaskError{Name: "S3." + name, Cause: fmt.Sprintf("%s (Service: S3, Status Code: %d, Request ID: %s)", failed.message, failed.status, failed.requestID)}
}

// notFound returns the code for a missing object or bucket in the answer to a HEAD request.
func notFound(err error) string {
	if failed, ok := errors.AsType[*smithy.OperationError](err); ok && failed.OperationName == "HeadBucket" {
		return "NoSuchBucket"
	}

	return "NoSuchKey"
}
