package objectstore_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestReads_whileDeleted reads a version while a delete marker is written above it. S3 keeps
// the version, so each read must find it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
func TestReads_whileDeleted(t *testing.T) {
	t.Parallel()

	const objects, readers = 60, 4

	f := newFixture(t)

	for i := range objects {
		key := fmt.Sprintf("k%d", i)
		version := f.put(uploads, key, "x").VersionId

		var work sync.WaitGroup

		deleted := make(chan struct{})

		for range readers {
			work.Go(func() {
				for done := false; !done; {
					select {
					case <-deleted:
						done = true // It is read once more.
					default:
					}

					if _, err := f.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: &key, VersionId: version}); err != nil {
						t.Errorf("describe version %s of %s: %v", *version, key, err)
					}

					out, err := f.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(uploads), Key: &key, VersionId: version})
					if err != nil {
						t.Errorf("read version %s of %s: %v", *version, key, err)

						return
					}

					if err := out.Body.Close(); err != nil {
						t.Error(err)
					}
				}
			})
		}

		_, err := f.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(uploads), Key: &key})
		if err != nil {
			t.Error(err)
		}

		close(deleted)
		work.Wait()
	}
}
