package objectstore_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// TestDeleteObject_nullVersion empties a bucket without versioning as Terraform does: by the
// version that ListObjectVersions returns for each object.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
func TestDeleteObject_nullVersion(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	bucket := aws.String("plain")

	if _, err := f.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: bucket}); err != nil {
		t.Fatal(err)
	}

	for _, key := range []string{"a", "b/c", "d"} {
		if _, err := f.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}

	if _, err := f.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("a"), VersionId: aws.String("null")}); err != nil {
		t.Error(err)
	}

	if out, err := f.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String("d"), VersionId: aws.String("null")}); err != nil || aws.ToString(out.VersionId) != "null" {
		t.Errorf("%+v, %v", out, err)
	}

	list, err := f.client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: bucket})
	if err != nil || len(list.Versions) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}

	var objects []types.ObjectIdentifier
	for i := range list.Versions {
		objects = append(objects, types.ObjectIdentifier{Key: list.Versions[i].Key, VersionId: list.Versions[i].VersionId})
	}

	if out, err := f.client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{Objects: objects}}); err != nil || len(out.Errors) != 0 {
		t.Errorf("%+v, %v", out, err)
	}

	if _, err := f.client.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: bucket}); err != nil {
		t.Error(err)
	}
}
