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

// TestBackfillAfterAChangeOfTheRecipe renders all anew by another recipe, and has
// the first one come back.
func TestBackfillAfterAChangeOfTheRecipe(t *testing.T) {
	t.Parallel()

	const pictures = 5

	other := write(t, t.TempDir(), "recipe.json", []byte(`{"variants": [{"name": "only", "width": 50}]}`))

	up := ownLaptop(t, filepath.Join(t.TempDir(), "data"))

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
		t.Errorf("by the other recipe: %+v", result)
	}

	for key := range before {
		if found := fetchManifest(t, up.target, key); len(found.Variants) != 1 || found.Variants[0].Name != "only" {
			t.Errorf("%s has %+v", key, found.Variants)
		}
	}

	stillThere(t, before)

	// The first recipe again: what it made is there.
	up.renew(t)

	if plan := planBackfill(t, up.target); len(plan) != pictures || plan[0].Action != "restore" {
		t.Errorf("the plan is %+v", plan)
	}

	if result := backfill(t, exitWell, up.target); result.Ready != pictures {
		t.Errorf("by the first recipe again: %+v", result)
	}

	for key, first := range before {
		if found := fetchManifest(t, up.target, key); len(found.Variants) != len(first.Variants) || found.Variants[0].URL != first.Variants[0].URL {
			t.Errorf("%s has %+v, want %+v", key, found.Variants, first.Variants)
		}
	}

	once(t, up.target, 2*pictures)
}

// stillThere expects every variant at its URL.
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

// TestBackfillAndADeletion deletes an original while a former recipe's manifest is
// brought back. The deletion wins: nothing is left.
func TestBackfillAndADeletion(t *testing.T) {
	t.Parallel()

	const key = "back.jpg"

	folder := t.TempDir()
	other := write(t, folder, "recipe.json", []byte(`{"variants": [{"name": "only", "width": 50}]}`))
	// Whoever is about to put a manifest has read the one before it, and waits.
	// Whoever is about to look at an original waits too.
	slow := write(t, folder, "faults.json", []byte(`{"api": [
		{"service": "s3", "operation": "PutObject", "kind": "slow", "rate": 1, "millis": 4000},
		{"service": "s3", "operation": "HeadObject", "kind": "slow", "rate": 1, "millis": 2000}
	]}`))

	up := ownLaptop(t, filepath.Join(t.TempDir(), "data"))

	for _, key := range []string{key, "gone.jpg"} {
		put(t, up.target, key, fixture.JPEG(fixture.Quarters(200, 100, 970)))
		settled(t, up.target, key, 1)
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

	// The first once the bucket is listed, the second once its manifest is read.
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

	eventually(t, "nothing is left", func() bool {
		return len(objectsUnder(t, up.target, up.Stack.VariantsBucket, key+"/")) == 0
	})
}
