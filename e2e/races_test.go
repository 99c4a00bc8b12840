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
	"sync/atomic"
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

// anyDelay is a fault plan that holds up calls, invocations and events by chance,
// so that over many rounds everything comes between any two steps; and some events
// come twice.
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

// raceRounds is how often each race is run.
const raceRounds = 200

// disturbed starts a laptop with a fault plan.
func disturbed(t *testing.T, plan string) *target {
	t.Helper()

	folder := t.TempDir()
	file := write(t, folder, "faults.json", []byte(plan))

	return ownLaptop(t, filepath.Join(folder, "data"), "--inject", file).target
}

// story is what happens to a key within one round of a race; it returns the version
// id of the upload whose variants must be there in the end, or nothing.
type story func(t *testing.T, against *target, key string, round int) string

// Pictures of a round, told apart by their width.
const (
	oldWidth, newWidth = 120, 130
	raceHeight         = 80
)

func picture(width, round int) []byte {
	return fixture.JPEG(fixture.Quarters(width, raceHeight, uint64(round*1000+width)))
}

// hesitate waits for a time in which a small picture gets any part of its way.
func hesitate(round int) {
	time.Sleep(time.Duration(rand.New(rand.NewPCG(uint64(round), 0)).Int64N(int64(200 * time.Millisecond))))
}

func stories() map[string]story {
	return map[string]story{
		"two files": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(oldWidth, round))

			return put(t, against, key, picture(newWidth, round))
		},
		"A, B, A again": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(newWidth, round))
			put(t, against, key, picture(oldWidth, round))

			return put(t, against, key, picture(newWidth, round))
		},
		"deleted at work": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(oldWidth, round))
			hesitate(round)
			remove(t, against, key, "")

			return ""
		},
		"deleted, and uploaded at once": func(t *testing.T, against *target, key string, round int) string {
			put(t, against, key, picture(oldWidth, round))
			hesitate(round)
			remove(t, against, key, "")

			return put(t, against, key, picture(newWidth, round))
		},
		"its newest version deleted for good": func(t *testing.T, against *target, key string, round int) string {
			kept := put(t, against, key, picture(newWidth, round))
			settled(t, against, key, 1) // Else it may have been superseded, and is not made any more.

			deleted := put(t, against, key, picture(oldWidth, round))

			hesitate(round)
			remove(t, against, key, deleted)

			return kept
		},
	}
}

// TestRaces tells each story many times while anything comes between any two
// steps. Whatever the order, the manifest ends on the newest upload that is not
// deleted, and nothing of a deleted one is left.
func TestRaces(t *testing.T) {
	t.Parallel()

	against := disturbed(t, anyDelay)

	for name, tell := range stories() {
		t.Run(name, func(t *testing.T) {
			race(t, against, tell, raceRounds)
		})
	}
}

// TestRacesUnderFaults tells the stories where calls are throttled and lose their
// answers, and functions crash. What fails for good is replayed, and all ends the
// same. (A PutObject that is not answered is sent again, and is another upload: it
// would be another story.)
func TestRacesUnderFaults(t *testing.T) {
	t.Parallel()

	const rounds = 20

	against := disturbed(t, `{
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

	told := map[string]string{}

	for name, tell := range stories() {
		t.Run(name, func(t *testing.T) {
			maps.Copy(told, play(t, against, tell, rounds, func(string, string) {}))
		})
	}

	eventually(t, "the pipeline is at rest", func() bool { return running(t, against) == 0 })
	expect(t, exitWell, against, "replay", "--all")

	for key, version := range told {
		if !within(settleWithin, func() bool { return right(t, against, key, version) == nil }) {
			t.Errorf("%s: not right within %v: %v", key, settleWithin, right(t, against, key, version))
		}
	}
}

// TestLateEvents deletes each upload before its event comes: all of them are late.
func TestLateEvents(t *testing.T) {
	t.Parallel()

	against := disturbed(t, `{"events": [{"detailType": "Object Created", "kind": "late", "rate": 1, "millis": 300}]}`)

	race(t, against, func(t *testing.T, against *target, key string, round int) string {
		put(t, against, key, picture(oldWidth, round))
		remove(t, against, key, "")

		return ""
	}, raceRounds)
}

// race plays the rounds of a story. Each key must come right, soon after it was told,
// and stay so. One round of many may be late, on a machine that has much else to do; the
// log tells what held it up.
func race(t *testing.T, against *target, tell story, rounds int) {
	t.Helper()

	var late atomic.Int64

	told := play(t, against, tell, rounds, func(key, version string) {
		begun := time.Now()

		if !within(settleWithin, func() bool { return right(t, against, key, version) == nil }) {
			t.Errorf("%s: not right within %v: %v", key, settleWithin, right(t, against, key, version))
		}

		if took := time.Since(begun); took > goneWithin {
			late.Add(1)
			t.Logf("%s came right after %v:\n%s", key, took, whatHappened(t, against, key, begun.Add(-settleWithin)))
		}
	})

	if late.Load() > 1 {
		t.Errorf("%d of %d came right later than %v; at most one may", late.Load(), rounds, goneWithin)
	}

	// What was right may not have been the end of it.
	eventually(t, "the pipeline is at rest", func() bool { return running(t, against) == 0 })

	for key, version := range told {
		if err := right(t, against, key, version); err != nil {
			t.Errorf("%s was right, and is not in the end: %v", key, err)
		}
	}
}

// play tells the story once a round, a few rounds at a time, and calls check after
// each. It returns what must be there in the end: version ids by key.
func play(t *testing.T, against *target, tell story, rounds int, check func(key, version string)) map[string]string {
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
			version := tell(t, against, key, round)
			check(key, version)

			mu.Lock()
			told[key] = version
			mu.Unlock()
		})
	}

	work.Wait()

	return told
}

// running is how many executions of the pipeline are not over.
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

// right says what is wrong with a key: its manifest names the upload with this
// version id; or, with none, the key is erased and shows nothing. Nobody works on
// it, and the bucket has what the ledger calls READY, whole, and nothing else.
func right(t *testing.T, against *target, key, version string) error {
	t.Helper()

	items := versionsOf(t, against, key)
	shown := manifestVersion(t, against, key)
	wanted := map[string]int{}

	for _, one := range items {
		switch one.Status {
		case "PROCESSING":
			return fmt.Errorf("at work on %+v, by %s", one, atWork(t, against, one.Owner))
		case "READY":
			wanted[one.Version] = len(defaultRecipe()) + 1 // and the master
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
		return fmt.Errorf("it is erased, the manifest names %q, and the ledger has %+v", shown, items)
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

// atWork says how the execution that has claimed an upload stands.
func atWork(t *testing.T, against *target, arn string) string {
	t.Helper()

	out, err := against.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return err.Error()
	}

	return fmt.Sprintf("an execution that is %s in %s (%s: %s)",
		out.Status, lastState(t, against, arn), aws.ToString(out.Error), aws.ToString(out.Cause))
}

// erased says whether the ledger has the key's tombstone.
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

// manifestVersion is the version that the CDN's manifest names; empty for none.
func manifestVersion(t *testing.T, against *target, key string) string {
	t.Helper()

	page := getPath(t, against.Stack.CDN, "/"+encode(key)+"/-/manifest.json")
	if page.Status == http.StatusNotFound {
		return ""
	}

	var found manifest
	if err := json.Unmarshal(page.Body, &found); err != nil {
		t.Errorf("%s: %v in %d %s", key, err, page.Status, page.Body)
	}

	return found.Version
}
