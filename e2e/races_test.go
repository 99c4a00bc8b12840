package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"triptych/e2e/fixture"
)

// anyDelay is a fault plan that delays calls, invocations and events at random. Over many
// rounds, events arrive between any two steps. Some events are duplicated.
const anyDelay = `{
  "seed": 3,
  "api": [
    {"service": "dynamodb", "operation": "*", "kind": "slow", "rate": 0.02, "millis": 150},
    {"service": "dynamodb", "operation": "*", "kind": "slow", "rate": 0.1, "millis": 20},
    {"service": "s3", "operation": "*", "kind": "slow", "rate": 0.02, "millis": 150},
    {"service": "s3", "operation": "*", "kind": "slow", "rate": 0.1, "millis": 20}
  ],
  "lambda": [
    {"function": "resize", "kind": "slow", "rate": 0.3, "millis": 80},
    {"function": "*", "kind": "slow", "rate": 0.1, "millis": 40}
  ],
  "events": [
    {"detailType": "Object Created", "kind": "late", "rate": 0.15, "millis": 250},
    {"detailType": "Object Deleted", "kind": "late", "rate": 0.15, "millis": 250},
    {"detailType": "*", "kind": "double", "rate": 0.15}
  ]
}`

// raceRounds is the number of rounds of each race.
const raceRounds = 200

// ownAttempts limits the attempts of each AWS call that a test with faults makes itself,
// directly or by the command. The plan's faults meet these calls too. A test polls so often
// that in a few runs, all 3 attempts of one call failed, which is the SDK's default.
const ownAttempts = 6

// withFaults starts an emulator with a fault plan.
func withFaults(t *testing.T, plan string) *emulator {
	t.Helper()

	folder := t.TempDir()
	file := write(t, folder, "faults.json", []byte(plan))

	up := ownEmulator(t, filepath.Join(folder, "data"), "--inject", file)
	up.config.RetryMaxAttempts = ownAttempts

	return up
}

// scenario changes a key within one round of a race. It returns the version id of the
// upload whose variants must exist in the end, or "" if none must exist.
type scenario func(t *testing.T, against *target, key string, round int) string

// The images of a round differ in their width.
const (
	oldWidth, newWidth = 120, 130
	raceHeight         = 80
)

func picture(width, round int) []byte {
	return fixture.JPEG(fixture.Quarters(width, raceHeight, uint64(round*1000+width)))
}

// randomPause waits for a random time of at most 200 ms, in which the pipeline may reach
// any of its steps.
func randomPause(round int) {
	time.Sleep(time.Duration(rand.New(rand.NewPCG(uint64(round), 0)).Int64N(int64(200 * time.Millisecond))))
}

func scenarios() map[string]scenario {
	return map[string]scenario{
		"two files": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(oldWidth, round))

			return put(t, against, key, picture(newWidth, round))
		},
		"A, B, A again": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(newWidth, round))
			put(t, against, key, picture(oldWidth, round))

			return put(t, against, key, picture(newWidth, round))
		},
		"deleted while processed": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(oldWidth, round))
			randomPause(round)
			remove(t, against, key, "")

			return ""
		},
		"deleted and uploaded again": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(oldWidth, round))
			randomPause(round)
			remove(t, against, key, "")

			return put(t, against, key, picture(newWidth, round))
		},
		"newest version deleted permanently": func(t *testing.T, against *target, key string, round int) string {
			kept := put(t, against, key, picture(newWidth, round))
			awaitVersions(t, against, key, 1) // Otherwise it may be superseded, and is then not processed any more.

			deleted := put(t, against, key, picture(oldWidth, round))

			randomPause(round)
			remove(t, against, key, deleted)

			return kept
		},
	}
}

// TestRaces repeats each scenario many times with delays between any two steps. In every
// order, the manifest must finally name the newest upload that is not deleted, and no
// object of a deleted upload may be left.
func TestRaces(t *testing.T) {
	t.Parallel()

	up := withFaults(t, anyDelay)

	for name, run := range scenarios() {
		t.Run(name, func(t *testing.T) {
			race(t, up.target, run, raceRounds)
		})
	}

	withoutRetries(t, up)
}

// TestRaces_withFaults repeats the scenarios while calls are throttled or lose their
// answers, and functions crash. Failed executions are replayed, and the result must be
// the same. A PutObject without an answer would be retried, and its retry is another
// upload, so the plan does not fail PutObject.
func TestRaces_withFaults(t *testing.T) {
	t.Parallel()

	const rounds = 20

	up := withFaults(t, `{
  "seed": 5,
  "api": [
    {"service": "dynamodb", "operation": "*", "kind": "throttle", "rate": 0.02},
    {"service": "dynamodb", "operation": "*", "kind": "timeout", "rate": 0.02},
    {"service": "s3", "operation": "*", "kind": "error", "rate": 0.02},
    {"service": "s3", "operation": "DeleteObject", "kind": "timeout", "rate": 0.05}
  ],
  "lambda": [{"function": "*", "kind": "crash", "rate": 0.03, "millis": 60}],
  "events": [{"detailType": "Object Created", "kind": "double", "rate": 0.2}]
}`)

	against, told := up.target, map[string]string{}

	for name, run := range scenarios() {
		t.Run(name, func(t *testing.T) {
			maps.Copy(told, play(t, against, run, rounds, func(string, string) {}))
		})
	}

	eventually(t, "the pipeline has no running execution", func() bool { return running(t, against) == 0 })
	expect(t, exitWell, against, "replay", "--all")

	for key, version := range told {
		if !within(processWithin, func() bool { return right(t, against, key, version) == nil }) {
			t.Errorf("%s: not consistent within %v: %v", key, processWithin, right(t, against, key, version))
		}
	}
}

// TestLateEvents deletes each upload before its event arrives, so all events are late.
func TestLateEvents(t *testing.T) {
	t.Parallel()

	up := withFaults(t, `{"events": [{"detailType": "Object Created", "kind": "late", "rate": 1, "millis": 300}]}`)

	race(t, up.target, func(t *testing.T, against *target, key string, round int) string {
		put(t, against, key, picture(oldWidth, round))
		remove(t, against, key, "")

		return ""
	}, raceRounds)

	withoutRetries(t, up)
}

// race runs the rounds of a scenario. Each key must become consistent after the scenario,
// and stay so. withoutRetries checks that no key waits for a retry.
func race(t *testing.T, against *target, run scenario, rounds int) {
	t.Helper()

	told := play(t, against, run, rounds, func(key, version string) {
		begun := time.Now()

		if !within(processWithin, func() bool { return right(t, against, key, version) == nil }) {
			t.Errorf("%s: not consistent within %v: %v\n%s", key, processWithin, right(t, against, key, version),
				whatHappened(t, against, key, begun.Add(-processWithin)))
		}
	})

	// A later step may change a key that was consistent.
	eventually(t, "the pipeline has no running execution", func() bool { return running(t, against) == 0 })

	for key, version := range told {
		if err := right(t, against, key, version); err != nil {
			t.Errorf("%s was consistent, but is not in the end: %v", key, err)
		}
	}
}

// play runs the scenario once in each round, a few rounds in parallel, and calls check
// after each. It returns the version ids that must be published in the end, by key.
func play(t *testing.T, against *target, run scenario, rounds int, check func(key, version string)) map[string]string {
	t.Helper()

	const atOnce = 4

	var (
		work sync.WaitGroup
		mu   sync.Mutex
		told = map[string]string{}
	)

	slots := make(chan struct{}, atOnce)

	for round := range rounds {
		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			key := fmt.Sprintf("race/%s/%03d.jpg", strings.ReplaceAll(t.Name(), "/", "_"), round)
			version := run(t, against, key, round)
			check(key, version)

			mu.Lock()
			told[key] = version
			mu.Unlock()
		})
	}

	work.Wait()

	return told
}

// running returns the number of executions of the pipeline that have not ended.
func running(t *testing.T, against *target) int {
	t.Helper()

	out, err := against.sfn().ListExecutions(t.Context(), &sfn.ListExecutionsInput{
		StateMachineArn: &against.Stack.PipelineARN, StatusFilter: sfntypes.ExecutionStatusRunning,
	})
	if err != nil {
		t.Fatal(err)
	}

	return len(out.Executions)
}

// right returns an error if a key is not consistent. Its manifest must name the upload
// with this version id; without a version id, the key must be erased and have no
// manifest. No execution may be working on it, and the bucket must have exactly the
// objects of the uploads that are READY in the ledger.
func right(t *testing.T, against *target, key, version string) error {
	t.Helper()

	items := versionsOf(t, against, key)
	shown := manifestVersion(t, against, key)
	wanted := map[string]int{}

	for _, one := range items {
		switch one.Status {
		case "PROCESSING":
			return fmt.Errorf("%+v is processed by %s", one, atWork(t, against, one.Owner))
		case "READY":
			wanted[one.Version] = len(defaultRecipe()) + 1 // plus the master
		}

		if one.SourceVersionID == version && (one.Status != "READY" || one.Version != shown) {
			return fmt.Errorf("the manifest names %q, the newest is %+v", shown, one)
		}
	}

	switch {
	case version != "" && shown == "":
		return fmt.Errorf("there is no manifest; the ledger has %+v", items)
	case version == "" && !erased(t, against, key):
		return errors.New("it is not erased")
	case version == "" && (shown != "" || len(wanted) > 0):
		return fmt.Errorf("the key is erased, but the manifest names %q, and the ledger has %+v", shown, items)
	}

	if shown != "" {
		wanted["manifest.json"] = 1
	}

	found := map[string]int{}

	for _, object := range objectsUnder(t, against, against.Stack.VariantsBucket, key+"/-/") {
		version, _, _ := strings.Cut(strings.TrimPrefix(object, key+"/-/"), "/")
		found[version]++
	}

	if diff := cmp.Diff(wanted, found); diff != "" {
		return fmt.Errorf("objects by version (-want +got):\n%s", diff)
	}

	return nil
}

// atWork describes the execution that has claimed an upload.
func atWork(t *testing.T, against *target, arn string) string {
	t.Helper()

	out, err := against.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return err.Error()
	}

	return fmt.Sprintf("an execution that is %s in %s (%s: %s)",
		out.Status, lastState(t, against, arn), aws.ToString(out.Error), aws.ToString(out.Cause))
}

// erased reports whether the ledger has the tombstone of the key.
func erased(t *testing.T, against *target, key string) bool {
	t.Helper()

	out, err := against.dynamodb().GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &against.Stack.LedgerTable, ConsistentRead: aws.Bool(true),
		Key: map[string]dynamodbtypes.AttributeValue{
			"key":     &dynamodbtypes.AttributeValueMemberS{Value: key},
			"version": &dynamodbtypes.AttributeValueMemberS{Value: "@current"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	tombstone, _ := out.Item["erased"].(*dynamodbtypes.AttributeValueMemberBOOL)

	return tombstone != nil && tombstone.Value
}

// manifestVersion returns the version that the CDN's manifest names, or "" without a
// manifest.
func manifestVersion(t *testing.T, against *target, key string) string {
	t.Helper()

	page := getPath(t, against.Stack.CDN, "/"+encode(key)+"/-/manifest.json")
	if page.Status == http.StatusNotFound {
		return ""
	}

	var found manifest
	if err := json.Unmarshal(page.Body, &found); err != nil {
		t.Errorf("the manifest of %s: %v; status %d: %s", key, err, page.Status, page.Body)
	}

	return found.Version
}
