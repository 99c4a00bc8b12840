package e2e_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// lost is a fault plan that loses the event of every upload, and makes the functions
// slow.
const lost = `{
  "seed": 1,
  "lambda": [{"function": "sanitize", "kind": "slow", "rate": 1, "millis": 400}],
  "events": [{"detailType": "Object Created", "kind": "lose", "rate": 1}]
}`

// backfilled is the output of `triptych backfill --json`.
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

// planned is the output of `triptych backfill --dry-run --json`.
type planned struct{ Key, Version, Action, Reason string }

func planBackfill(t *testing.T, up *target, options ...string) []planned {
	t.Helper()

	return lines[planned](t, expect(t, exitWell, up, append([]string{"backfill", "--dry-run", "--json"}, options...)...).Stdout)
}

// TestBackfill_lostEvents uploads while every event is lost. The backfill is interrupted
// twice: the emulator is killed, and the execution is stopped. In the end each upload
// must be complete, and must have had one execution.
func TestBackfill_lostEvents(t *testing.T) {
	t.Parallel()

	uploads := 60
	if thorough() {
		uploads = 500
	}

	plan := write(t, t.TempDir(), "faults.json", []byte(lost))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)

	keys := send(t, up.target, "lost/", uploads)
	if len(keys) != uploads || len(pipelineRuns(t, up.target)) != 0 {
		t.Fatalf("%d of %d uploads were accepted, %d executions", len(keys), uploads, len(pipelineRuns(t, up.target)))
	}

	if missed := planBackfill(t, up.target, "--missing"); len(missed) != uploads || missed[0].Action != "start" || missed[0].Reason != "missing" {
		t.Fatalf("%d are missing, such as %+v; want %d", len(missed), missed[0], uploads)
	}

	// The test starts the execution in the same way as the command, so that it can kill
	// the emulator meanwhile.
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
	up.revive(t, "--inject", plan)

	atLeast(madeOf() + 3)

	if _, err := up.sfn().StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: started.ExecutionArn}); err != nil {
		t.Fatal(err)
	}

	if made := madeOf(); made >= uploads*9/10 {
		t.Errorf("all %d were processed before the stop, so the stop interrupted no work", made)
	}

	result := backfill(t, exitRejected, up.target, "--missing", "--batches", "1")
	if result.Action != "redrive" || result.ExecutionARN != *started.ExecutionArn || result.Status != "SUCCEEDED" ||
		result.Originals != int64(uploads) || result.Ready+result.Rejected+result.Unchanged != int64(uploads) || result.Rejected == 0 {
		t.Errorf("after the stop: %+v", result)
	}

	complete(t, up.target, keys)
	once(t, up.target, uploads)

	if again := backfill(t, exitWell, up.target, "--missing", "--batches", "1"); again.Action != "start" || again.Unchanged != int64(uploads) {
		t.Errorf("backfill again: %+v", again)
	}

	once(t, up.target, uploads)
	expect(t, exitWell, up.target, "doctor")
	t.Logf("%d uploads: %+v", uploads, result)
}

// once checks that the pipeline had this number of executions, and that all succeeded.
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

// TestBackfill_failedExecutions checks that the backfill counts the failed executions of
// the pipeline and leaves them to replay. A second backfill must start no new execution
// for them.
func TestBackfill_failedExecutions(t *testing.T) {
	t.Parallel()

	const uploads = 3

	plan := write(t, t.TempDir(), "faults.json", []byte(`{
		"lambda": [{"function": "resize", "kind": "error", "rate": 1, "errorType": "Unplanned"}],
		"events": [{"detailType": "Object Created", "kind": "lose", "rate": 1}]
	}`))

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)

	send(t, up.target, "fails/", uploads)

	for range 2 {
		if result := backfill(t, exitFailed, up.target, "--missing"); result.Failed != uploads || result.Status != "SUCCEEDED" {
			t.Errorf("backfill: %+v", result)
		}
	}

	if all := pipelineRuns(t, up.target); len(all) != uploads {
		t.Errorf("%d executions, want %d", len(all), uploads)
	}

	up.renew(t)

	if result := backfill(t, exitFailed, up.target, "--missing"); result.Failed != uploads {
		t.Errorf("before the replay: %+v", result)
	}

	expect(t, exitWell, up.target, "replay", "--all")

	if result := backfill(t, exitWell, up.target, "--missing"); result.Unchanged != uploads {
		t.Errorf("after the replay: %+v", result)
	}

	once(t, up.target, uploads)
}
