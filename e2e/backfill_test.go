package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// lost is a plan by which no upload is heard of, and what is made takes its time.
const lost = `{
  "seed": 1,
  "lambda": [{"function": "sanitize", "kind": "slow", "rate": 1, "millis": 400}],
  "events": [{"detailType": "Object Created", "kind": "lose", "rate": 1}]
}`

// backfilled is what `triptych backfill --json` prints.
type backfilled struct {
	ExecutionARN, MapRunARN, Action, Status                           string
	Originals, Unchanged, Ready, Rejected, Superseded, Failed, Unseen int64
	Error, Cause                                                      string
}

func backfill(t *testing.T, code int, up *target, options ...string) backfilled {
	t.Helper()

	out := expect(t, code, up, append([]string{"backfill", "--json"}, options...)...)

	found := lines[backfilled](t, out.Stdout)
	if len(found) != 1 {
		t.Fatalf("backfill printed %q", out.Stdout)
	}

	return found[0]
}

// planned is what `triptych backfill --dry-run --json` prints.
type planned struct{ Key, Version, Action, Reason string }

func planBackfill(t *testing.T, up *target, options ...string) []planned {
	t.Helper()

	return lines[planned](t, expect(t, exitWell, up, append([]string{"backfill", "--dry-run", "--json"}, options...)...).Stdout)
}

// TestBackfillOfLostEvents uploads while every event is lost, and then has the
// backfill killed with the whole laptop half-way, and stopped half-way. In the end
// each upload is complete, and had one execution.
func TestBackfillOfLostEvents(t *testing.T) {
	t.Parallel()

	uploads := 60
	if thorough() {
		uploads = 500
	}

	data := filepath.Join(t.TempDir(), "data")
	plan := write(t, t.TempDir(), "faults.json", []byte(lost))

	up, err := startLaptop(binary, data, "--faults", plan)
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if t.Failed() {
			t.Logf("triptych up wrote at last:\n%s", up.log.Tail(40))
		}

		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}()

	keys := send(t, up.target, "lost/", uploads)
	if len(keys) != uploads || len(pipelineRuns(t, up.target)) != 0 {
		t.Fatalf("%d of %d uploads were accepted, %d executions", len(keys), uploads, len(pipelineRuns(t, up.target)))
	}

	if missed := planBackfill(t, up.target, "--missing"); len(missed) != uploads || missed[0].Action != "start" || missed[0].Reason != "missing" {
		t.Fatalf("%d are missing, such as %+v; want %d", len(missed), missed[0], uploads)
	}

	// Started by hand as the command does, so that the laptop can be killed meanwhile.
	started, err := up.sfn().StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: &up.Stack.BackfillARN, Input: aws.String(`{"prefix":"","missing":true,"batches":1}`),
	})
	if err != nil {
		t.Fatal(err)
	}

	madeOf := func() int {
		return len(slices.DeleteFunc(objectsUnder(t, up.target, up.Stack.VariantsBucket, "lost/"), func(key string) bool {
			return filepath.Base(key) != "manifest.json"
		}))
	}

	atLeast := func(made int) {
		t.Helper()
		eventually(t, fmt.Sprintf("%d pictures are made", made), func() bool { return madeOf() >= made })
	}

	atLeast(3)
	up.kill()

	if up, err = up.again("--faults", plan); err != nil {
		t.Fatal(err)
	}

	atLeast(madeOf() + 3)

	if _, err := up.sfn().StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: started.ExecutionArn}); err != nil {
		t.Fatal(err)
	}

	if made := madeOf(); made >= uploads*9/10 {
		t.Errorf("all %d were made before the stop: nothing was interrupted", made)
	}

	result := backfill(t, exitRejected, up.target, "--missing", "--batches", "1")
	if result.Action != "redrive" || result.ExecutionARN != *started.ExecutionArn || result.Status != "SUCCEEDED" ||
		result.Originals != int64(uploads) || result.Ready+result.Rejected+result.Unchanged != int64(uploads) || result.Rejected == 0 {
		t.Errorf("after the stop: %+v", result)
	}

	complete(t, up.target, keys)
	once(t, up.target, uploads)

	if again := backfill(t, exitWell, up.target, "--missing", "--batches", "1"); again.Action != "start" || again.Unchanged != int64(uploads) {
		t.Errorf("asked again: %+v", again)
	}

	once(t, up.target, uploads)
	expect(t, exitWell, up.target, "doctor")
	t.Logf("%d uploads: %+v", uploads, result)
}

// once expects that the pipeline ran so many times, and always well.
func once(t *testing.T, up *target, runs int) {
	t.Helper()

	all := pipelineRuns(t, up)
	if len(all) != runs {
		t.Errorf("%d executions, want %d", len(all), runs)
	}

	for arn, status := range all {
		if status != string(sfntypes.ExecutionStatusSucceeded) {
			t.Errorf("%s is %s", arn, status)
		}
	}
}

// TestBackfillAfterAChangeOfTheRecipe renders all anew by another recipe, and has
// the first one come back.
func TestBackfillAfterAChangeOfTheRecipe(t *testing.T) {
	t.Parallel()

	const pictures = 5

	other := write(t, t.TempDir(), "recipe.json", []byte(`{"variants": [{"name": "only", "width": 50}]}`))

	up, err := startLaptop(binary, filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}()

	folder := t.TempDir()
	for i := range pictures {
		write(t, folder, fmt.Sprintf("%d.jpg", i), fixture.JPEG(fixture.Quarters(300+i, 200, uint64(900+i))))
	}

	before := upload(t, exitWell, up.target, folder)
	renew := func(options ...string) {
		t.Helper()

		if err := up.stop(); err != nil {
			t.Fatal(err)
		}

		if up, err = up.again(options...); err != nil {
			t.Fatal(err)
		}
	}

	renew("--recipe", other)

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
	renew()

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

// TestBackfillShowsTheNewest: where the event of a replacement is lost, or of an
// upload after a deletion, the backfill finds what S3 says is the newest.
func TestBackfillShowsTheNewest(t *testing.T) {
	t.Parallel()

	plan := write(t, t.TempDir(), "faults.json", []byte(lost))

	up, err := startLaptop(binary, filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}()

	for _, key := range []string{"replaced.jpg", "deleted.jpg"} {
		put(t, up.target, key, fixture.JPEG(fixture.Quarters(200, 100, 950)))
		settled(t, up.target, key, 1)
	}

	if _, err := up.s3().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &up.Stack.UploadsBucket, Key: aws.String("deleted.jpg")}); err != nil {
		t.Fatal(err)
	}

	eventually(t, "what was deleted is erased", func() bool {
		return len(objectsUnder(t, up.target, up.Stack.VariantsBucket, "deleted.jpg/")) == 0
	})

	if err := up.stop(); err != nil {
		t.Fatal(err)
	}

	if up, err = up.again("--faults", plan); err != nil {
		t.Fatal(err)
	}

	for _, key := range []string{"replaced.jpg", "deleted.jpg"} {
		put(t, up.target, key, fixture.JPEG(fixture.Quarters(100, 200, 951)))
	}

	time.Sleep(time.Second) // An event that was not lost would have come.

	if result := backfill(t, exitWell, up.target, "--missing"); result.Ready != 2 {
		t.Errorf("backfill: %+v", result)
	}

	for _, key := range []string{"replaced.jpg", "deleted.jpg"} {
		if err := right(t, up.target, key, newestOriginal(t, up.target, key)); err != nil {
			t.Errorf("%s: %v", key, err)
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

	up, err := startLaptop(binary, filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}()

	renew := func(options ...string) {
		t.Helper()

		if err := up.stop(); err != nil {
			t.Fatal(err)
		}

		if up, err = up.again(options...); err != nil {
			t.Fatal(err)
		}
	}

	for _, key := range []string{key, "gone.jpg"} {
		put(t, up.target, key, fixture.JPEG(fixture.Quarters(200, 100, 970)))
		settled(t, up.target, key, 1)
	}

	renew("--recipe", other)
	backfill(t, exitWell, up.target)
	renew("--faults", slow)

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

// TestBackfillOfWhatFails: what fails in the pipeline is counted, and is left to
// replay. Asked again, the backfill starts nothing anew.
func TestBackfillOfWhatFails(t *testing.T) {
	t.Parallel()

	const uploads = 3

	plan := write(t, t.TempDir(), "faults.json", []byte(`{
		"lambda": [{"function": "resize", "kind": "error", "rate": 1, "errorType": "Unplanned"}],
		"events": [{"detailType": "Object Created", "kind": "lose", "rate": 1}]
	}`))

	up, err := startLaptop(binary, filepath.Join(t.TempDir(), "data"), "--faults", plan)
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}()

	send(t, up.target, "fails/", uploads)

	for range 2 {
		if result := backfill(t, exitFailed, up.target, "--missing"); result.Failed != uploads || result.Status != "SUCCEEDED" {
			t.Errorf("%+v", result)
		}
	}

	if all := pipelineRuns(t, up.target); len(all) != uploads {
		t.Errorf("%d executions, want %d", len(all), uploads)
	}

	if err := up.stop(); err != nil {
		t.Fatal(err)
	}

	if up, err = up.again(); err != nil {
		t.Fatal(err)
	}

	if result := backfill(t, exitFailed, up.target, "--missing"); result.Failed != uploads {
		t.Errorf("before the replay: %+v", result)
	}

	expect(t, exitWell, up.target, "replay", "--all")

	if result := backfill(t, exitWell, up.target, "--missing"); result.Unchanged != uploads {
		t.Errorf("after the replay: %+v", result)
	}

	once(t, up.target, uploads)
}
