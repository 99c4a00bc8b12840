package e2e_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/fixture"
)

// TestBackfill_verify deletes every object of 50 photos, twice, and the ledger's items of
// ten of them. `backfill --verify` must restore each object at the same URL.
func TestBackfill_verify(t *testing.T) {
	t.Parallel()

	const pictures, forgotten = 50, 10

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))
	folder := t.TempDir()

	for i := range pictures {
		write(t, folder, fmt.Sprintf("%d.jpg", i), fixture.JPEG(fixture.Quarters(120+i, 80, uint64(1200+i))))
	}

	before := upload(t, exitWell, up.target, folder)

	if result := backfill(t, exitWell, up.target, "--verify"); result.Unchanged != pictures {
		t.Errorf("before any loss: %+v", result)
	}

	for round := range 2 {
		loseObjects(t, up.target, "")

		if plan := planBackfill(t, up.target, "--verify"); len(plan) != pictures || plan[0].Reason != "lost objects" {
			t.Fatalf("round %d: the plan is %+v", round, plan)
		}

		advised := expect(t, exitFailed, up.target, "doctor").Stdout
		if !strings.Contains(advised, "backfill --verify") || strings.Contains(advised, "upload it again") {
			t.Errorf("round %d: doctor says %s", round, advised)
		}

		if result := backfill(t, exitWell, up.target, "--verify"); result.Ready != pictures {
			t.Fatalf("round %d: %+v", round, result)
		}

		stillThere(t, before)

		for key, result := range before {
			if found := fetchManifest(t, up.target, key); found.Version != result.Version {
				t.Errorf("round %d: the manifest of %s names version %s, want %s", round, key, found.Version, result.Version)
			}
		}

		expect(t, exitWell, up.target, "doctor")
	}

	for i := range forgotten {
		forget(t, up.target, fmt.Sprintf("%d.jpg", i))
	}

	if result := backfill(t, exitWell, up.target, "--verify"); result.Ready != forgotten || result.Unchanged != pictures-forgotten {
		t.Errorf("after the ledger's items were deleted: %+v", result)
	}

	stillThere(t, before)
	expect(t, exitWell, up.target, "doctor")
}

// loseObjects deletes everything below a prefix from the variants bucket.
func loseObjects(t *testing.T, up *target, prefix string) {
	t.Helper()

	for _, key := range objectsUnder(t, up, up.Stack.VariantsBucket, prefix) {
		if _, err := up.s3().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &up.Stack.VariantsBucket, Key: &key}); err != nil {
			t.Fatalf("delete %s: %v", key, err)
		}
	}
}

// forget deletes the ledger items of a key, including the item that points to the current
// version.
func forget(t *testing.T, up *target, key string) {
	t.Helper()

	for _, version := range append([]item{{Version: "@current"}}, versionsOf(t, up, key)...) {
		_, err := up.dynamodb().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: &up.Stack.LedgerTable, Key: map[string]dynamodbtypes.AttributeValue{
				"key": &dynamodbtypes.AttributeValueMemberS{Value: key}, "version": &dynamodbtypes.AttributeValueMemberS{Value: version.Version},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
