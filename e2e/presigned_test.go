package e2e_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// putPresigned uploads with a presigned URL, as a browser does.
func putPresigned(t *testing.T, key string, content []byte) {
	t.Helper()

	signed, err := s3.NewPresignClient(under.s3()).PresignPutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &under.Stack.UploadsBucket, Key: &key,
	})
	if err != nil {
		t.Fatal(err)
	}

	request, err := http.NewRequestWithContext(t.Context(), signed.Method, signed.URL, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}

	maps.Copy(request.Header, signed.SignedHeader)

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	if answer, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		t.Fatalf("presigned PUT: status %d: %s", response.StatusCode, answer)
	}
}

// putMultipart uploads in parts, as SDKs do with large files. The last part may have any
// size.
func putMultipart(t *testing.T, key string, content []byte) {
	t.Helper()

	client, bucket := under.s3(), &under.Stack.UploadsBucket

	created, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}

	part, err := client.UploadPart(t.Context(), &s3.UploadPartInput{
		Bucket: bucket, Key: &key, UploadId: created.UploadId, PartNumber: aws.Int32(1), Body: bytes.NewReader(content),
	})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: &key, UploadId: created.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{
			PartNumber: aws.Int32(1), ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32,
		}}},
	}); err != nil {
		t.Fatal(err)
	}
}
