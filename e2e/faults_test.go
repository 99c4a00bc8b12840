package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// failures is a fault plan in which every third invocation fails: a throttle, a crash and
// a timeout in turn. A few invocations fail with an error that is not retried. Calls of
// AWS are refused, or carried out without an answer, including the calls of replays.
// Every tenth status event is lost, and some events are duplicated or delayed.
const failures = `{
  "seed": 7,
  "lambda": [
    {"function": "*", "kind": "throttle", "every": 9, "from": 3},
    {"function": "*", "kind": "crash", "every": 9, "from": 6, "millis": 30},
    {"function": "*", "kind": "timeout", "every": 9, "from": 9, "millis": 30},
    {"function": "*", "kind": "error", "rate": 0.01, "errorType": "Unplanned"}
  ],
  "api": [
    {"service": "dynamodb", "operation": "UpdateItem", "kind": "throttle", "rate": 0.02},
    {"service": "dynamodb", "operation": "UpdateItem", "kind": "timeout", "rate": 0.02},
    {"service": "s3", "operation": "GetObject", "kind": "error", "rate": 0.02},
    {"service": "states", "operation": "RedriveExecution", "kind": "timeout", "rate": 0.3},
    {"service": "states", "operation": "StartExecution", "kind": "timeout", "rate": 0.3},
    {"service": "sqs", "operation": "DeleteMessage", "kind": "timeout", "rate": 0.3}
  ],
  "events": [
    {"detailType": "Object Created", "kind": "double", "rate": 0.1},
    {"detailType": "Object Created", "kind": "late", "rate": 0.1, "millis": 1500},
    {"detailType": "Step Functions Execution Status Change", "kind": "lose", "every": 10}
  ]
}`

// thorough reports whether the test has time for a thousand uploads.
func thorough() bool { return os.Getenv("E2E_LONG") != "" }

// replayWithin limits the time that many uploads need with many failures and their
// replays.
func replayWithin() time.Duration {
	if thorough() {
		return 30 * time.Minute
	}

	return 4 * time.Minute
}

// original returns the content of the i-th upload. Every tenth is not an image.
func original(i int) []byte {
	if i%10 == 9 {
		return fmt.Appendf(nil, "no picture %d", i)
	}

	return fixture.JPEG(fixture.Quarters(120+i%50, 90, uint64(200+i)))
}

// send uploads this number of originals, several in parallel, and returns the keys of
// those that were accepted.
func send(t *testing.T, up *target, prefix string, count int) []string {
	t.Helper()

	var (
		mu       sync.Mutex
		accepted []string
		work     sync.WaitGroup
	)

	client := s3.NewFromConfig(up.config, func(o *s3.Options) { o.UsePathStyle, o.RetryMaxAttempts = true, 1 })
	slots := make(chan struct{}, 4)

	for i := range count {
		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			key := fmt.Sprintf("%s%04d.jpg", prefix, i)

			_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: &up.Stack.UploadsBucket, Key: &key, Body: strings.NewReader(string(original(i))),
			})
			if err == nil {
				mu.Lock()
				defer mu.Unlock()

				accepted = append(accepted, key)
			}
		})
	}

	work.Wait()

	return accepted
}

// awaitExecutions waits until each of this number of uploads has an execution, and none
// runs.
func awaitExecutions(t *testing.T, up *target, uploads int) {
	t.Helper()

	deadline := time.Now().Add(replayWithin())

	for {
		running, err := up.sfn().ListExecutions(t.Context(), &sfn.ListExecutionsInput{
			StateMachineArn: &up.Stack.PipelineARN, StatusFilter: sfntypes.ExecutionStatusRunning,
		})
		if err != nil {
			t.Fatal(err)
		}

		if len(running.Executions) == 0 && len(pipelineRuns(t, up)) >= uploads {
			return
		}

		if time.Now().After(deadline) {
			t.Fatalf("after %v, %d executions run, and %d of %d uploads have one",
				replayWithin(), len(running.Executions), len(pipelineRuns(t, up)), uploads)
		}

		time.Sleep(200 * time.Millisecond)
	}
}

// pipelineRuns returns the status of all executions of the pipeline by ARN.
func pipelineRuns(t *testing.T, up *target) map[string]string {
	t.Helper()

	found := map[string]string{}

	for _, run := range pipelineExecutions(t, up) {
		found[aws.ToString(run.ExecutionArn)] = string(run.Status)
	}

	return found
}

// pipelineExecutions returns all executions of the pipeline as Step Functions lists them.
func pipelineExecutions(t *testing.T, up *target) []sfntypes.ExecutionListItem {
	t.Helper()

	var found []sfntypes.ExecutionListItem

	pages := sfn.NewListExecutionsPaginator(up.sfn(), &sfn.ListExecutionsInput{StateMachineArn: &up.Stack.PipelineARN, MaxResults: 1000})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		found = append(found, page.Executions...)
	}

	return found
}

// replayAll replays until no entry is left, and returns the number of replays.
func replayAll(t *testing.T, up *target) int {
	t.Helper()

	deadline := time.Now().Add(replayWithin())
	replays := 0

	for {
		out := triptych(t, up, "replay", "--all", "--json")
		for _, line := range lines[replayed](t, out.Stdout) {
			if line.Action != "none" {
				replays++
			}
		}

		if len(replay(t, exitWell, up)) == 0 {
			return replays
		}

		if time.Now().After(deadline) {
			t.Fatalf("after %v, these are left: %s", replayWithin(), expect(t, exitWell, up, "replay").Stdout)
		}
	}
}

// complete checks the final status of every upload, and that each variant exists exactly
// once.
func complete(t *testing.T, up *target, keys []string) {
	t.Helper()

	ready := 0

	for _, key := range keys {
		items := versionsOf(t, up, key)
		if len(items) != 1 {
			t.Errorf("%s has %d versions: %+v", key, len(items), items)

			continue
		}

		var i int
		if _, err := fmt.Sscanf(filepath.Base(key), "%d.jpg", &i); err != nil {
			t.Fatal(err)
		}

		objects := objectsUnder(t, up, up.Stack.VariantsBucket, key+"/-/")

		if i%10 == 9 {
			if items[0].Status != "REJECTED" || len(objects) != 0 {
				t.Errorf("%s: %+v and %d objects, want REJECTED and none", key, items[0], len(objects))
			}

			continue
		}

		want := []string{key + "/-/" + items[0].Version + "/original.jpg", key + "/-/manifest.json"}
		for _, made := range defaultRecipe() {
			want = append(want, key+"/-/"+items[0].Version+"/"+made.name+".jpg")
		}

		slices.Sort(objects)
		slices.Sort(want)

		if items[0].Status != "READY" || !slices.Equal(objects, want) {
			t.Errorf("%s: %+v, objects %v, want READY and %v", key, items[0], objects, want)
		}

		ready++
	}

	if ready == 0 {
		t.Error("no variant was made")
	}
}

// TestFaults uploads many photos under a plan of many failures. After the replays, each
// upload must be complete.
func TestFaults(t *testing.T) {
	t.Parallel()

	uploads := 60
	if thorough() {
		uploads = 1000
	}

	plan := write(t, t.TempDir(), "faults.json", []byte(failures))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)

	keys := send(t, up.target, "faults/", uploads)
	if len(keys) != uploads {
		t.Fatalf("%d of %d uploads were accepted", len(keys), uploads)
	}

	awaitExecutions(t, up.target, len(keys))

	failed := 0

	for _, status := range pipelineRuns(t, up.target) {
		if status != "SUCCEEDED" {
			failed++
		}
	}

	if failed == 0 {
		t.Error("no execution failed: the plan has too few failures for this test")
	}

	replays := replayAll(t, up.target)
	complete(t, up.target, keys)
	expect(t, exitWell, up.target, "doctor")
	t.Logf("%d uploads, %d executions failed, %d replays", uploads, failed, replays)
}

// TestSoak is TestFaults on an emulator that is killed repeatedly.
func TestSoak(t *testing.T) {
	t.Parallel()

	uploads, kills, pause := 40, 3, 1500*time.Millisecond
	if thorough() {
		uploads, kills, pause = 1000, 40, 4*time.Second
	}

	plan := write(t, t.TempDir(), "faults.json", []byte(failures))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)

	accepted := map[string]bool{}

	var asked sync.WaitGroup

	for round := range kills {
		var work sync.WaitGroup

		work.Go(func() {
			for _, key := range send(t, up.target, fmt.Sprintf("soak/%03d/", round), uploads/kills) {
				accepted[key] = true
			}
		})

		// During the kills, replay may fail or be killed too. The result must be correct
		// nevertheless.
		environment := up.environment()

		asked.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 3*pause)
			defer cancel()

			command := exec.CommandContext(ctx, binary, "replay", "--all")
			command.Env = environment
			_ = command.Run()
		})

		time.Sleep(pause)
		up.kill()
		work.Wait()

		up.revive(t, "--inject", plan)
	}

	asked.Wait()

	// An upload whose answer was lost counts too, if its object exists.
	keys := objectsUnder(t, up.target, up.Stack.UploadsBucket, "soak/")
	for key := range accepted {
		if !slices.Contains(keys, key) {
			t.Errorf("%s was accepted, but its object is missing", key)
		}
	}

	if len(keys) == 0 {
		t.Fatal("no upload was accepted")
	}

	awaitExecutions(t, up.target, len(keys))

	replays := replayAll(t, up.target)
	complete(t, up.target, keys)
	expect(t, exitWell, up.target, "doctor")
	t.Logf("%d uploads, %d kills, %d replays", len(keys), kills, replays)
}
