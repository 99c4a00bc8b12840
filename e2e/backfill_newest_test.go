package e2e_test

import (
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/fixture"
)

// TestBackfill_newestUpload runs a backfill after two events were lost: the event of an
// upload that replaces another upload, and the event of an upload after a deletion. The
// backfill must publish the newest version in S3.
func TestBackfill_newestUpload(t *testing.T) {
	t.Parallel()

	plan := write(t, t.TempDir(), "lose.json", []byte(`{"events": [{"detailType": "Object Created", "kind": "lose", "calls": [1, 2]}]}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))

	for _, key := range []string{"replaced.jpg", "deleted.jpg"} {
		put(t, up.target, key, fixture.JPEG(fixture.Quarters(200, 100, 950)))
		awaitVersions(t, up.target, key, 1)
	}

	if _, err := up.s3().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &up.Stack.UploadsBucket, Key: aws.String("deleted.jpg")}); err != nil {
		t.Fatal(err)
	}

	eventually(t, "the deleted key is erased", func() bool {
		return len(objectsUnder(t, up.target, up.Stack.VariantsBucket, "deleted.jpg/")) == 0 && len(versionsOf(t, up.target, "deleted.jpg")) == 0
	})

	up.renew(t, "--inject", plan)

	for _, key := range []string{"replaced.jpg", "deleted.jpg"} {
		put(t, up.target, key, fixture.JPEG(fixture.Quarters(100, 200, 951)))
	}

	// The bus delivers events in the order in which it accepted them. So when this upload is
	// READY, all earlier events that were not lost have arrived.
	put(t, up.target, "next.jpg", fixture.JPEG(fixture.Quarters(100, 200, 952)))
	awaitVersions(t, up.target, "next.jpg", 1)

	for key, before := range map[string]int{"replaced.jpg": 1, "deleted.jpg": 0} {
		if items := versionsOf(t, up.target, key); len(items) != before {
			t.Errorf("%s: the event was not lost: %+v", key, items)
		}
	}

	if result := backfill(t, exitWell, up.target, "--missing"); result.Ready != 2 {
		t.Errorf("backfill: %+v", result)
	}

	for _, key := range []string{"replaced.jpg", "deleted.jpg"} {
		if err := right(t, up.target, key, newestOriginal(t, up.target, key)); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
}
