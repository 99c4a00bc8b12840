package objectstore_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestDeleteObject_atOnce deletes each object several times at once. S3 reports a missing
// object as deleted, so no deletion may fail.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
func TestDeleteObject_atOnce(t *testing.T) {
	t.Parallel()

	const objects, deletions = 300, 8

	f := newFixture(t)

	for i := range objects {
		key := fmt.Sprintf("a/%d/b", i)
		f.put(variants, key, "x")

		var deleting sync.WaitGroup

		start := make(chan struct{})

		for range deletions {
			deleting.Go(func() {
				<-start

				_, err := f.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(variants), Key: &key})
				if err != nil {
					t.Errorf("delete %s: %v", key, err)
				}
			})
		}

		close(start)
		deleting.Wait()

		_, err := f.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(variants), Key: &key})
		if got := code(err); got != "NotFound" {
			t.Errorf("%s still exists (%s)", key, got)
		}
	}
}
