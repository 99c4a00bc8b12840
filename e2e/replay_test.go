package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"triptych/e2e/fixture"
)

// replayed is a line of `triptych replay --json`.
type replayed struct {
	Key          string `json:"key"`
	ExecutionARN string `json:"executionArn"`
	Source       string `json:"source"`
	Action       string `json:"action"`
	Status       string `json:"status"`
	Error        string `json:"error"`
	Reason       string `json:"reason"`
	Replaces     string `json:"replaces"`
}

// replay runs `triptych replay --json`.
func replay(t *testing.T, code int, against *target, arguments ...string) []replayed {
	t.Helper()

	return lines[replayed](t, expect(t, code, against, append([]string{"replay", "--json"}, arguments...)...).Stdout)
}

// functionsWithCrasher returns a folder of the built functions in which `resize` crashes
// on every input that contains poison. restore restores the original function.
func functionsWithCrasher(t *testing.T, poison string) (folder string, restore func()) {
	t.Helper()

	// The folder has copies of the functions. The copy of resize is replaced below.
	folder = functionsWithProbe(t)
	resize := filepath.Join(folder, "resize")
	built := filepath.Join(filepath.Dir(binary), "functions", "resize", "bootstrap")

	build := exec.Command("go", "build", "-o", filepath.Join(resize, "bootstrap"), "./testdata/crasher")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the crasher: %v\n%s", err, out)
	}

	write(t, resize, "real", []byte(built))
	write(t, resize, "poison", []byte(poison))

	return folder, func() {
		content, err := os.ReadFile(built)
		if err != nil {
			t.Fatal(err)
		}

		// A running program cannot be overwritten, so the new file is written beside it
		// and renamed.
		fresh := filepath.Join(resize, "fresh")
		if err := os.WriteFile(fresh, content, 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.Rename(fresh, filepath.Join(resize, "bootstrap")); err != nil {
			t.Fatal(err)
		}
	}
}

// waiting returns the messages of a queue, and leaves them there.
func waiting(t *testing.T, against *target, queue string) []sqstypes.Message {
	t.Helper()

	out, err := against.sqs().ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &queue, MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameSentTimestamp},
	})
	if err != nil {
		t.Fatalf("receive from %s: %v", queue, err)
	}

	for i := range out.Messages {
		_, err := against.sqs().ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &queue, ReceiptHandle: out.Messages[i].ReceiptHandle,
		})
		if err != nil {
			t.Fatalf("return a message to %s: %v", queue, err)
		}
	}

	return out.Messages
}

// fail uploads an image on which the functions crash, and waits for the end of its
// execution and for its message.
func fail(t *testing.T, up *emulator, key string) string {
	t.Helper()

	put(t, up.target, key, fixture.JPEG(fixture.Quarters(400, 300, 190)))

	arn := ""

	eventually(t, key+" is claimed", func() bool {
		items := versionsOf(t, up.target, key)
		if len(items) == 1 {
			arn = items[0].Owner
		}

		return arn != ""
	})

	if execution := finished(t, up.target, arn); execution.Status != sfntypes.ExecutionStatusFailed {
		t.Fatalf("%s is %s", arn, execution.Status)
	}

	eventually(t, key+" has its dead letter", func() bool { return len(waiting(t, up.target, up.Stack.FailedExecutionsQueueURL)) == 1 })

	return arn
}

// TestReplay makes a function crash on one image, replaces the function, and replays.
// Only the failed state must run again, and only once, though two replays are requested.
func TestReplay(t *testing.T) {
	t.Parallel()

	const key = "replay/poison +%.jpg"

	functions, restore := functionsWithCrasher(t, "poison")
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--functions", functions)

	good := upload(t, exitWell, up.target, "--prefix", "replay/", write(t, t.TempDir(), "good.jpg", fixture.JPEG(fixture.Quarters(300, 200, 191))))
	good["replay/good.jpg"].ready(t)

	arn := fail(t, up, key)
	checkDeadLetter(t, up, arn)

	mentions(t, expect(t, exitWell, up.target, "executions", "--status", "failed").Stdout, "FAILED", key, "MakeVariant", "Runtime.ExitError")
	mentions(t, expect(t, exitFailed, up.target, "doctor").Stdout, "messages about failed executions wait in the queue: 1", "triptych replay")

	listed := replay(t, exitWell, up.target, "--dry-run", "--all")
	if len(listed) != 1 || listed[0].Key != key || listed[0].ExecutionARN != arn || listed[0].Source != "dead-letter" ||
		listed[0].Action != "redrive" || listed[0].Status != "FAILED" || !strings.HasPrefix(listed[0].Error, "Runtime.ExitError") || listed[0].Reason == "" {
		t.Errorf("the list: %+v", listed)
	}

	// While the function still crashes, the replay fails again, and the list has one
	// entry.
	if again := replay(t, exitFailed, up.target, key); len(again) != 1 || again[0].Status != "FAILED" || again[0].Action != "redrive" {
		t.Errorf("the replay that fails: %+v", again)
	}

	if listed := replay(t, exitWell, up.target); len(listed) != 1 || listed[0].ExecutionARN != arn {
		t.Errorf("the list after a failed replay: %+v", listed)
	}

	restore()
	replayTwice(t, up, key, arn)

	if left := replay(t, exitWell, up.target, "--all"); len(left) != 0 {
		t.Errorf("left: %+v", left)
	}

	if messages := waiting(t, up.target, up.Stack.FailedExecutionsQueueURL); len(messages) != 0 {
		t.Errorf("%d messages are left", len(messages))
	}

	if items := versionsOf(t, up.target, key); len(items) != 1 || items[0].Status != "READY" {
		t.Errorf("ledger: %+v, want READY", items)
	}

	if found := fetchManifest(t, up.target, key); len(found.Variants) != len(defaultRecipe()) {
		t.Errorf("%d variants are published", len(found.Variants))
	}

	shape(t, expect(t, exitWell, up.target, "doctor", "--json").Stdout, "check", "key", "status", "problem", "do", "note")
	mentions(t, expect(t, exitFailed, up.target, "replay", "no such thing").Stderr, "no such thing")
	mentions(t, expect(t, exitWell, up.target, "replay").Stdout, "Nothing has failed.")
}

// checkDeadLetter checks that a message contains all that is needed to understand and
// replay the failure.
func checkDeadLetter(t *testing.T, up *emulator, arn string) {
	t.Helper()

	messages := waiting(t, up.target, up.Stack.FailedExecutionsQueueURL)
	if len(messages) != 1 {
		t.Fatalf("the queue has %d messages, want one", len(messages))
	}

	var event struct {
		DetailType string `json:"detail-type"`
		Detail     struct {
			ExecutionARN, Status, Input, Error, Cause string
			StopDate                                  int64
		}
	}

	if err := json.Unmarshal([]byte(aws.ToString(messages[0].Body)), &event); err != nil {
		t.Fatal(err)
	}

	detail := event.Detail
	if detail.ExecutionARN != arn || detail.Status != "FAILED" || detail.Error != "Runtime.ExitError" || detail.Cause == "" ||
		!strings.Contains(detail.Input, `"version-id"`) {
		t.Errorf("the message: %+v", event)
	}

	var sent int64
	if err := json.Unmarshal([]byte(messages[0].Attributes["SentTimestamp"]), &sent); err != nil {
		t.Fatal(err)
	}

	if late := time.Duration(sent-detail.StopDate) * time.Millisecond; late < 0 || late > 2*time.Second {
		t.Errorf("the message arrived %v after the execution's end", late)
	}
}

// replayTwice requests the replay twice at the same time. Both requests must report the
// end of one redrive.
func replayTwice(t *testing.T, up *emulator, key, arn string) {
	t.Helper()

	var (
		work    sync.WaitGroup
		results [2][]replayed
	)

	for i := range results {
		work.Go(func() { results[i] = replay(t, exitWell, up.target, "--all") })
	}

	work.Wait()

	redrives := 0

	for _, result := range slices.Concat(results[:]...) {
		if result.Key != key || result.ExecutionARN != arn || result.Status != "SUCCEEDED" || result.Error != "" {
			t.Errorf("replay: %+v", result)
		}

		redrives++
	}

	if redrives == 0 {
		t.Error("nothing was replayed")
	}

	execution := finished(t, up.target, arn)
	if count := aws.ToInt32(execution.RedriveCount); count != 2 { // One redrive failed before.
		t.Errorf("the execution was redriven %d times, want 2", count)
	}

	entered := map[string]int{}

	for _, event := range historyOf(t, up.target, arn, 0, false) {
		if event.StateEnteredEventDetails != nil {
			entered[aws.ToString(event.StateEnteredEventDetails.Name)]++
		}
	}

	if entered["Validate"] != 1 || entered["Sanitize"] != 1 || entered["Record"] != 1 {
		t.Errorf("states entered: %v", entered)
	}
}

// TestReplay_changedDefinition changes the recipe after a failure. A redrive would run
// the old recipe, so the replay must restart the execution with the new one. The objects
// of the old recipe must be removed.
func TestReplay_changedDefinition(t *testing.T) {
	t.Parallel()

	const key = "replay/poison.jpg"

	data := filepath.Join(t.TempDir(), "data")
	functions, restore := functionsWithCrasher(t, "poison")

	up, err := startEmulator(binary, data, "--functions", functions)
	if err != nil {
		t.Fatal(err)
	}

	arn := fail(t, up, key)

	if err := up.stop(); err != nil {
		t.Fatal(err)
	}

	restore()

	recipe := write(t, t.TempDir(), "recipe.json",
		[]byte(`{"variants": [{"name": "tiny", "width": 40, "height": 40, "fit": "cover", "format": "jpeg", "quality": 80}]}`))
	again := ownEmulator(t, data, "--functions", functions, "--recipe", recipe)

	listed := replay(t, exitWell, again.target)
	if len(listed) != 1 || listed[0].Action != "restart" || listed[0].Replaces != arn || !strings.Contains(listed[0].Reason, "definition") {
		t.Fatalf("the list: %+v", listed)
	}

	done := replay(t, exitWell, again.target, arn)
	if len(done) != 1 || done[0].Status != "SUCCEEDED" || done[0].Action != "restart" || done[0].ExecutionARN == arn || done[0].Replaces != arn {
		t.Fatalf("replay: %+v", done)
	}

	statuses := map[string]string{}
	for _, one := range versionsOf(t, again.target, key) {
		statuses[one.Owner] = one.Status
	}

	if len(statuses) != 1 || len(versionsOf(t, again.target, key)) != 2 {
		t.Errorf("ledger: %+v", versionsOf(t, again.target, key))
	}

	if found := fetchManifest(t, again.target, key); len(found.Variants) != 1 || found.Variants[0].Name != "tiny" {
		t.Errorf("published: %+v", found)
	}

	if objects := objectsUnder(t, again.target, again.Stack.VariantsBucket, key); len(objects) != 3 {
		t.Errorf("objects: %v, want manifest, master and one variant", objects)
	}

	// The list is empty now, though Step Functions still lists the failed execution. A
	// replay by name must do nothing.
	if left := replay(t, exitWell, again.target, "--all"); len(left) != 0 {
		t.Errorf("left: %+v", left)
	}

	if nothing := replay(t, exitWell, again.target, key); len(nothing) != 1 || nothing[0].Action != "none" {
		t.Errorf("replay by name: %+v", nothing)
	}

	expect(t, exitWell, again.target, "doctor")
}

// TestReplay_undeliveredEvent replays an event that EventBridge could not deliver. The
// message in the queue is the only copy of the event.
func TestReplay_undeliveredEvent(t *testing.T) {
	t.Parallel()

	const key = "undelivered/a.jpg"

	plan := write(t, t.TempDir(), "faults.json", []byte(`{"events": [{"detailType": "Object Created", "kind": "lose", "calls": [1]}]}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)
	eventually(t, "up reports that fault injection is on", func() bool { return strings.Contains(up.log.Tail(20), "FAULTS ARE ON") })

	version := put(t, up.target, key, fixture.JPEG(fixture.Quarters(200, 100, 192)))

	body, err := json.Marshal(map[string]any{
		"id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "Object Created", "source": "aws.s3", "time": "2026-01-02T03:04:05Z",
		"detail": map[string]any{
			"bucket": map[string]string{"name": up.Stack.UploadsBucket},
			"object": map[string]any{"key": key, "version-id": version, "etag": "x", "size": 1000, "sequencer": "0062E99A88DC407460"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	attribute := func(value string) sqstypes.MessageAttributeValue {
		return sqstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}

	_, err = up.sqs().SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &up.Stack.UndeliveredEventsQueueURL, MessageBody: aws.String(string(body)),
		MessageAttributes: map[string]sqstypes.MessageAttributeValue{
			"TARGET_ARN": attribute(up.Stack.PipelineARN), "ERROR_CODE": attribute("NO_PERMISSIONS"), "ERROR_MESSAGE": attribute("not allowed"),
			"RULE_ARN": attribute("arn:aws:events:us-east-1:000000000000:rule/x"), "RETRY_ATTEMPTS": attribute("0"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	listed := replay(t, exitWell, up.target)
	if len(listed) != 1 || listed[0].Key != key || listed[0].Source != "undelivered" || listed[0].Action != "restart" ||
		listed[0].Status != "UNDELIVERED" || !strings.Contains(listed[0].Reason, "NO_PERMISSIONS: not allowed") {
		t.Errorf("the list: %+v", listed)
	}

	var work sync.WaitGroup
	for range 2 {
		work.Go(func() { replay(t, exitWell, up.target, "--all") })
	}

	work.Wait()

	if items := awaitVersions(t, up.target, key, 1); len(items) != 1 || items[0].Status != "READY" {
		t.Errorf("ledger: %+v", items)
	}

	executions, err := up.sfn().ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &up.Stack.PipelineARN})
	if err != nil || len(executions.Executions) != 1 {
		t.Errorf("%d executions, want one: %v", len(executions.Executions), err)
	}

	if messages := waiting(t, up.target, up.Stack.UndeliveredEventsQueueURL); len(messages) != 0 {
		t.Errorf("%d messages are left", len(messages))
	}
}

// TestReplay_missingStateMachine deletes the state machine, so that EventBridge cannot
// deliver an event. After the state machine is created again, the event is replayed from
// its only copy.
func TestReplay_missingStateMachine(t *testing.T) {
	t.Parallel()

	const key = "undeliverable/a b.jpg"

	data := filepath.Join(t.TempDir(), "data")

	up, err := startEmulator(binary, data)
	if err != nil {
		t.Fatal(err)
	}

	if _, err := up.sfn().DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: &up.Stack.PipelineARN}); err != nil {
		t.Fatal(err)
	}

	put(t, up.target, key, fixture.JPEG(fixture.Quarters(200, 100, 194)))
	eventually(t, "the event is in the undelivered-events queue", func() bool { return len(waiting(t, up.target, up.Stack.UndeliveredEventsQueueURL)) == 1 })

	if err := up.stop(); err != nil {
		t.Fatal(err)
	}

	again := ownEmulator(t, data)
	mentions(t, expect(t, exitFailed, again.target, "doctor").Stdout, "messages about lost events wait in the queue: 1")

	done := replay(t, exitWell, again.target, "--all")
	if len(done) != 1 || done[0].Key != key || done[0].Source != "undelivered" || done[0].Action != "restart" || done[0].Status != "SUCCEEDED" {
		t.Errorf("replay: %+v", done)
	}

	if items := awaitVersions(t, again.target, key, 1); len(items) != 1 || items[0].Status != "READY" {
		t.Errorf("ledger: %+v", items)
	}

	expect(t, exitWell, again.target, "doctor")
}

// TestReplay_rejected replays a rejected upload by its key.
func TestReplay_rejected(t *testing.T) {
	t.Parallel()

	const key = "rejected/again.jpg"

	put(t, under, key, []byte("no picture"))

	before := awaitVersions(t, under, key, 1)[0]

	done := replay(t, exitWell, under, key)
	if len(done) != 1 || done[0].Action != "restart" || done[0].Replaces != before.Owner || !strings.Contains(done[0].Reason, "rejected: NOT_AN_IMAGE") {
		t.Fatalf("replay: %+v", done)
	}

	after := versionsOf(t, under, key)
	if len(after) != 1 || after[0].Status != "REJECTED" || after[0].Owner != done[0].ExecutionARN {
		t.Errorf("ledger: %+v", after)
	}
}
