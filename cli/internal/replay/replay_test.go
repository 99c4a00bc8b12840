package replay

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"triptych/shared/ledger"
)

type sqsAttribute = sqstypes.QueueAttributeName

// one checks that there is one result, and returns it.
func one(t *testing.T, results []Result) Result {
	t.Helper()

	if len(results) != 1 {
		t.Fatalf("%d results, want one: %+v", len(results), results)
	}

	return results[0]
}

// TestReplay_redrive checks that an execution has one entry in the list even if it fails
// repeatedly, and that its messages are deleted when it has succeeded.
func TestReplay_redrive(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	w.breakAt(afterClaim)
	arn := w.start(pipeline, "first", input("a.jpg"))
	w.eventually("the message arrives", func() bool { return w.messages() == "1" })

	if got := one(t, w.list()); got != (Result{
		Key: "a.jpg", ExecutionARN: arn, Source: DeadLetter, Action: Redrive, Status: "FAILED", Error: "Unplanned: it broke",
		Reason: "it can continue at the failed step, with the current definition",
	}) {
		t.Errorf("the list: %+v", got)
	}

	if got := one(t, w.all(1)); got.Status != "FAILED" || got.Action != Redrive || got.Error != "Unplanned: it broke" {
		t.Errorf("replay that fails: %+v", got)
	}

	w.eventually("the second message arrives", func() bool { return w.messages() == "2" })

	if got := one(t, w.list("a.jpg")); got.ExecutionARN != arn {
		t.Errorf("the list: %+v", got)
	}

	// Repeated failures do not add entries to the list, and the queue keeps two messages.
	for range 2 {
		one(t, w.all(1))
		w.eventually("the next message replaces the message before the last one", func() bool { return w.messages() == "2" })
	}

	w.breakAt("")

	if got := one(t, w.all(0)); got.Status != StatusSucceeded || got.ExecutionARN != arn {
		t.Errorf("replay that succeeds: %+v", got)
	}

	if left := w.messages(); left != "0" {
		t.Errorf("%s messages are left", left)
	}

	if again := w.all(0); len(again) != 0 {
		t.Errorf("replay of an empty list: %+v", again)
	}
}

// TestReplay_concurrent runs several replays at once: each failure is redriven once.
func TestReplay_concurrent(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	w.breakAt(afterClaim)

	var arns []string
	for _, key := range []string{"a", "b", "c"} {
		arns = append(arns, w.start(pipeline, "run-"+key, input(key)))
	}

	w.breakAt("")

	var work sync.WaitGroup
	for range 4 {
		work.Go(func() { w.all(0) })
	}

	work.Wait()

	for _, arn := range arns {
		if out := w.describe(arn); out.Status != StatusSucceeded || aws.ToInt32(out.RedriveCount) != 1 {
			t.Errorf("%s is %s, redriven %d times", arn, out.Status, aws.ToInt32(out.RedriveCount))
		}
	}
}

// TestReplay_restart checks restarts. If the definition has changed, a new execution
// replaces the failed one. If the new execution also fails, a third execution replaces
// it. The third execution takes over the lease from its current owner.
func TestReplay_restart(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	w.breakAt(afterClaim)
	first := w.start(pipeline, "first", input("a.jpg"))
	w.define(another)
	w.breakAt(beforeClaim)

	second := one(t, w.all(1))
	if second.Action != Restart || second.Replaces != first || second.ExecutionARN != ExecutionARN(pipeline, RestartName(first, 0)) || second.Status != "FAILED" {
		t.Fatalf("the restart: %+v", second)
	}

	// The entry is now about the restart, which has the current definition and can be
	// redriven.
	for _, name := range []string{"a.jpg", "first", first, second.ExecutionARN} {
		if got := one(t, w.list(name)); got.ExecutionARN != second.ExecutionARN || got.Action != Redrive {
			t.Errorf("the list of %s: %+v", name, got)
		}
	}

	w.define(definition)
	w.breakAt("")

	third := one(t, w.all(0))
	if third.Action != Restart || third.Replaces != second.ExecutionARN || third.Status != StatusSucceeded {
		t.Errorf("the restart of the restart: %+v", third)
	}

	// The second execution never claimed the upload, so the third takes over from the
	// first.
	if last := w.asked[len(w.asked)-1]; last.Execution != third.ExecutionARN || last.Replaces != first {
		t.Errorf("the last input: %+v", last)
	}

	if item, _, err := w.target.Ledger.Item(t.Context(), "a.jpg", "111111111111"); err != nil || item.Status != ledger.Ready {
		t.Errorf("ledger: %+v, %v", item, err)
	}

	if left := w.all(0); len(left) != 0 {
		t.Errorf("left: %+v", left)
	}
}

// TestReplay_inputNotInEvent checks that the input is read from the execution if the status event
// was too large to contain it.
func TestReplay_inputNotInEvent(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	w.breakAt(beforeClaim)

	large := strings.Replace(input("a.jpg"), "{", `{"padding":"`+strings.Repeat("x", 250<<10)+`",`, 1)
	w.start(pipeline, "large", large)
	w.eventually("the message arrives", func() bool { return w.messages() == "1" })
	w.define(another)
	w.breakAt("")

	if got := one(t, w.all(0)); got.Source != DeadLetter || got.Action != Restart || got.Key != "a.jpg" || got.Status != StatusSucceeded {
		t.Errorf("%+v", got)
	}
}

// TestReplay_unknownExecution checks that the input is read from the message if Step Functions no
// longer knows the execution.
func TestReplay_unknownExecution(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	gone := ExecutionARN(pipeline, "gone")
	w.send(`{"detail":{"executionArn":"` + gone + `","redriveCount":2,"input":` + string(must(json.Marshal(input("a.jpg")))) + `}}`)

	if got := one(t, w.list()); got.Action != Restart || got.Status != statusUnknown || got.Replaces != gone || got.Key != "a.jpg" {
		t.Errorf("the list: %+v", got)
	}

	if got := one(t, w.all(0)); got.Status != StatusSucceeded || got.ExecutionARN != ExecutionARN(pipeline, RestartName(gone, 2)) {
		t.Errorf("%+v", got)
	}

	// Another message about the same failure arrives late: no work is done twice.
	w.send(`{"detail":{"executionArn":"` + gone + `","redriveCount":2,"input":` + string(must(json.Marshal(input("a.jpg")))) + `}}`)

	if got := one(t, w.all(0)); got.Action != None || got.Status != StatusSucceeded {
		t.Errorf("again: %+v", got)
	}

	if len(w.asked) != 1 || w.messages() != "0" {
		t.Errorf("the execution started %d times, %s messages are left", len(w.asked), w.messages())
	}
}

// TestReplay_lease checks that an upload whose execution no longer exists is started from its
// ledger item, and that an upload with a valid lease is not touched.
func TestReplay_lease(t *testing.T) {
	t.Parallel()

	w := newFixture(t)

	if err := w.past().Claim(t.Context(), upload("a.jpg"), "111111111111", ExecutionARN(pipeline, "gone"), ""); err != nil {
		t.Fatal(err)
	}

	if err := w.target.Ledger.Claim(t.Context(), upload("b.jpg"), "111111111111", ExecutionARN(pipeline, "other"), ""); err != nil {
		t.Fatal(err)
	}

	if got := one(t, w.all(0)); got.Source != Ledger || got.Action != Restart || got.Key != "a.jpg" || got.Status != StatusSucceeded {
		t.Errorf("%+v", got)
	}

	if item, _, err := w.target.Ledger.Item(t.Context(), "a.jpg", "111111111111"); err != nil || item.Status != ledger.Ready {
		t.Errorf("ledger: %+v, %v", item, err)
	}
}

// TestReplay_noOwner checks that a ledger item without an owner causes no error.
func TestReplay_noOwner(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	if err := w.past().Claim(t.Context(), upload("a.jpg"), "111111111111", "somebody", ""); err != nil {
		t.Fatal(err)
	}

	if got := one(t, w.all(0)); got.Source != Ledger || got.Action != Restart || got.Status != StatusSucceeded {
		t.Errorf("%+v", got)
	}
}

// TestReplay_unfinishedVersion checks an item that a change of the recipe would leave
// PROCESSING forever. A replay changes its status to SUPERSEDED.
func TestReplay_unfinishedVersion(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	w.breakAt(beforeClaim)
	arn := w.start(pipeline, "old", input("a.jpg"))

	// This is the version of the old recipe, claimed by the failed execution.
	if err := w.target.Ledger.Claim(t.Context(), upload("a.jpg"), "000000000000", arn, ""); err != nil {
		t.Fatal(err)
	}

	w.define(another)
	w.breakAt("")

	if got := one(t, w.all(0)); got.Action != Restart || got.Status != StatusSucceeded || got.Error != "" {
		t.Errorf("%+v", got)
	}

	if item, _, err := w.target.Ledger.Item(t.Context(), "a.jpg", "000000000000"); err != nil || item.Status != ledger.Superseded {
		t.Errorf("the old version: %+v, %v", item, err)
	}
}

// TestReplay_invalidMessage checks that a message that is not an event stays in the queue and is
// reported.
func TestReplay_invalidMessage(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	w.send("hello")

	if got := one(t, w.all(1)); got.Action != None || got.Error == "" || w.messages() != "1" {
		t.Errorf("%+v", got)
	}
}

// TestReplay_erasure checks that a replay does not wait for the sweep of an erasure.
func TestReplay_erasure(t *testing.T) {
	t.Parallel()

	w := newFixture(t)
	w.breakAt(beforeClaim)
	arn := w.start(eraser, "erase", input("a.jpg"))
	w.breakAt("")

	got := one(t, w.all(0))
	if got.ExecutionARN != arn || got.Action != Redrive || got.Status != StatusRunning || !strings.Contains(got.Reason, "sweep") {
		t.Errorf("%+v", got)
	}
}

func (w *fixture) send(body string) {
	w.t.Helper()

	_, err := w.target.SQS.SendMessage(w.t.Context(), &sqs.SendMessageInput{QueueUrl: &w.target.Stack.FailedExecutionsQueueURL, MessageBody: &body})
	if err != nil {
		w.t.Fatal(err)
	}
}
