package stack

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/klauspost/compress/zstd"

	"triptych/emulator/stepfunctions"
	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/dataset"
)

// objectArguments are the Arguments of an ItemReader that reads a file.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
type objectArguments struct{ Bucket, Key, VersionId, ExpectedBucketOwner *string } //nolint:revive // AWS's names.

// objectToken is the start of a page in a file. All pages are read from the same content.
type objectToken struct {
	dataset.Position

	ETag string `json:"etag"`
}

// maxWindow limits the memory of zstd's decoder.
const maxWindow = 128 << 20

// reading reads a file of items for the state machines, under their roles: with signed calls,
// as Step Functions does. A file whose name ends with .gz or .zstd is decompressed.
func reading(who identities, awsURL string) stepfunctions.Reader {
	return func(ctx context.Context, roleARN string, read asl.Read) (asl.Page, error) {
		var arguments objectArguments
		if err := json.Unmarshal(read.Arguments, &arguments); err != nil {
			return asl.Page{}, fmt.Errorf("read the Arguments of getObject: %w", err)
		}

		var at objectToken
		if read.Token != "" {
			if err := json.Unmarshal([]byte(read.Token), &at); err != nil {
				return asl.Page{}, fmt.Errorf("continue to read: %w", err)
			}
		}

		in := &s3.GetObjectInput{Bucket: arguments.Bucket, Key: arguments.Key, VersionId: arguments.VersionId, ExpectedBucketOwner: arguments.ExpectedBucketOwner}
		compressed := isCompressed(aws.ToString(arguments.Key))

		if at.ETag != "" {
			in.IfMatch = &at.ETag
		}

		if at.Offset > 0 && !compressed {
			in.Range = aws.String(fmt.Sprintf("bytes=%d-", at.Offset))
		}

		out, err := s3Of(who.machines[roleARN], awsURL).GetObject(ctx, in)
		if err != nil {
			return asl.Page{}, fmt.Errorf("get %s: %w", aws.ToString(arguments.Key), err)
		}

		defer func() { _ = out.Body.Close() }() // It was read as far as it is needed.

		file, err := decompressed(out.Body, aws.ToString(arguments.Key))
		if err == nil && compressed {
			_, err = io.CopyN(io.Discard, file, at.Offset)
		}

		if err != nil {
			return asl.Page{}, fmt.Errorf("decompress %s: %w", aws.ToString(arguments.Key), err)
		}

		return datasetPage(file, read, at, aws.ToString(out.ETag))
	}
}

func datasetPage(file io.Reader, read asl.Read, at objectToken, etag string) (asl.Page, error) {
	found, err := dataset.Read(file, read.Format, at.Position, read.Limit)
	if err != nil {
		return asl.Page{}, err
	}

	page := asl.Page{Items: found.Items}
	if found.Next == nil {
		return page, nil
	}

	token, err := json.Marshal(objectToken{Position: *found.Next, ETag: etag})
	page.Next = string(token)

	return page, err
}

func isCompressed(key string) bool {
	return strings.HasSuffix(key, ".gz") || strings.HasSuffix(key, ".zstd")
}

// decompressed returns the content of a file by the end of its name.
func decompressed(file io.Reader, key string) (io.Reader, error) {
	switch {
	case strings.HasSuffix(key, ".gz"):
		return gzip.NewReader(file)
	case strings.HasSuffix(key, ".zstd"):
		decoder, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}

		return decoder.IOReadCloser(), nil
	default:
		return file, nil
	}
}

// writing writes a file of the results of a Map Run, under the role of its state machine.
func writing(who identities, awsURL string) func(ctx context.Context, roleARN, bucket, key string, file io.ReadSeeker) error {
	return func(ctx context.Context, roleARN, bucket, key string, file io.ReadSeeker) error {
		_, err := s3Of(who.machines[roleARN], awsURL).PutObject(ctx, &s3.PutObjectInput{
			Bucket: &bucket, Key: &key, Body: file, ContentType: aws.String("application/json"),
		})
		if err != nil {
			return fmt.Errorf("put %s: %w", key, err)
		}

		return nil
	}
}
