package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/e2e/fixture"
)

// TestBackfill_changedRecipe renders all images with another recipe, and then returns to
// the first recipe.
func TestBackfill_changedRecipe(t *testing.T) {
	t.Parallel()

	const pictures = 5

	other := write(t, t.TempDir(), "recipe.json", []byte(`{"variants": [{"name": "only", "width": 50}]}`))

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))

	folder := t.TempDir()
	for i := range pictures {
		write(t, folder, fmt.Sprintf("%d.jpg", i), fixture.JPEG(fixture.Quarters(300+i, 200, uint64(900+i))))
	}

	before := upload(t, exitWell, up.target, folder)

	up.renew(t, "--recipe", other)

	if result := backfill(t, exitWell, up.target, "--missing"); result.Unchanged != pictures {
		t.Errorf("--missing: %+v", result)
	}

	if plan := planBackfill(t, up.target); len(plan) != pictures || plan[0].Reason != "other recipe" {
		t.Errorf("the plan is %+v", plan)
	}

	stillThere(t, before)

	if result := backfill(t, exitWell, up.target); result.Ready != pictures || result.Action != "start" {
		t.Errorf("with the other recipe: %+v", result)
	}

	for key := range before {
		if found := fetchManifest(t, up.target, key); len(found.Variants) != 1 || found.Variants[0].Name != "only" {
			t.Errorf("%s has %+v", key, found.Variants)
		}
	}

	stillThere(t, before)

	// The first recipe is used again: its variants still exist.
	up.renew(t)

	if plan := planBackfill(t, up.target); len(plan) != pictures || plan[0].Action != "restore" {
		t.Errorf("the plan is %+v", plan)
	}

	if result := backfill(t, exitWell, up.target); result.Ready != pictures {
		t.Errorf("with the first recipe again: %+v", result)
	}

	for key, first := range before {
		if found := fetchManifest(t, up.target, key); len(found.Variants) != len(first.Variants) || found.Variants[0].URL != first.Variants[0].URL {
			t.Errorf("%s has %+v, want %+v", key, found.Variants, first.Variants)
		}
	}

	once(t, up.target, 2*pictures)
}

// stillThere checks that every variant is served at its URL.
func stillThere(t *testing.T, results map[string]uploaded) {
	t.Helper()

	for _, result := range results {
		for _, made := range result.Variants {
			if answer := get(t, made.URL); answer.Status != http.StatusOK {
				t.Errorf("%s answers %d", made.URL, answer.Status)
			}
		}
	}
}

// TestBackfill_deletion deletes an original while the backfill restores the manifest of
// an earlier recipe. The deletion must win: no object may be left.
func TestBackfill_deletion(t *testing.T) {
	t.Parallel()

	const key = "back.jpg"

	folder := t.TempDir()
	other := write(t, folder, "recipe.json", []byte(`{"variants": [{"name": "only", "width": 50}]}`))
	// A writer that is about to put a manifest has read the manifest before it, and
	// waits. A reader that is about to read an original waits too.
	slow := write(t, folder, "faults.json", []byte(`{"api": [
		{"service": "s3", "operation": "PutObject", "kind": "slow", "rate": 1, "millis": 4000},
		{"service": "s3", "operation": "HeadObject", "kind": "slow", "rate": 1, "millis": 2000}
	]}`))

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))

	for _, key := range []string{key, "gone.jpg"} {
		put(t, up.target, key, fixture.JPEG(fixture.Quarters(200, 100, 970)))
		awaitVersions(t, up.target, key, 1)
	}

	up.renew(t, "--recipe", other)
	backfill(t, exitWell, up.target)
	up.renew(t, "--inject", slow)

	started, err := up.sfn().StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: &up.Stack.BackfillARN, Input: aws.String(`{"prefix":"","missing":false,"batches":1}`),
	})
	if err != nil {
		t.Fatal(err)
	}

	// The first object is deleted after the bucket is listed, the second after its
	// manifest is read.
	for _, one := range []struct {
		key   string
		after time.Duration
	}{{"gone.jpg", time.Second}, {key, 3 * time.Second}} {
		time.Sleep(one.after)

		if _, err := up.s3().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &up.Stack.UploadsBucket, Key: &one.key}); err != nil {
			t.Fatal(err)
		}
	}

	ended := finished(t, up.target, *started.ExecutionArn)

	var counts map[string]int
	if err := json.Unmarshal([]byte(aws.ToString(ended.Output)), &counts); err != nil || counts["superseded"] != 1 || counts["ready"] != 0 {
		t.Errorf("the backfill ended %s with %s: %s", ended.Status, aws.ToString(ended.Output), aws.ToString(ended.Cause))
	}

	eventually(t, "no object is left", func() bool {
		return len(objectsUnder(t, up.target, up.Stack.VariantsBucket, key+"/")) == 0
	})
}
