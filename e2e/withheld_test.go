package e2e_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"triptych/e2e/fixture"
)

// TestWithheldOriginals uploads photos that the Lambda functions cannot read from S3:
// archived photos, and a photo that is encrypted with the uploader's own key. The pipeline
// must reject these photos, and no execution may fail.
func TestWithheldOriginals(t *testing.T) {
	t.Parallel()

	photo := fixture.JPEG(fixture.Quarters(300, 200, 610))

	for key, test := range map[string]struct {
		in   s3.PutObjectInput
		code string
	}{
		"withheld/glacier.jpg":      {s3.PutObjectInput{StorageClass: types.StorageClassGlacier}, "ARCHIVED"},
		"withheld/deep archive.jpg": {s3.PutObjectInput{StorageClass: types.StorageClassDeepArchive}, "ARCHIVED"},
		"withheld/customer.jpg": {s3.PutObjectInput{
			SSECustomerAlgorithm: aws.String("AES256"), SSECustomerKey: aws.String(strings.Repeat("k", 32)),
		}, "ENCRYPTED_BY_CUSTOMER"},
	} {
		t.Run(key, func(t *testing.T) {
			test.in.Bucket, test.in.Key, test.in.Body = &under.Stack.UploadsBucket, &key, bytes.NewReader(photo)
			if _, err := under.s3().PutObject(t.Context(), &test.in); err != nil {
				t.Fatal(err)
			}

			items := awaitVersions(t, under, key, 1)
			if len(items) != 1 || items[0].Status != "REJECTED" || items[0].Code != test.code {
				t.Errorf("%+v, want one REJECTED %s", items, test.code)
			}
		})
	}
}
