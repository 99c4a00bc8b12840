package e2e_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
	"triptych/e2e/foreign"
)

// onForeign skips a test that is written for MiniStack, unless MiniStack runs. The tests avoid
// these differences between MiniStack and AWS's documentation:
//
//   - Its "Object Created" and "Object Deleted" events lack object.version-id, which
//     S3 sends for a versioned bucket (S3 User Guide, "EventBridge event message
//     structure"). So the ledger identifies an upload by its ETag; the tests do not use
//     `upload --wait`, which needs the version, and do not delete single versions.
//   - RedriveExecution is missing: the tests list failed executions, but do not redrive them.
//   - The distribution accepts invalidations, but serves no objects: the tests read objects
//     from the variants bucket.
//   - Its distributed Map ignores ItemBatcher, Output, and expressions in ItemSelector
//     and MaxConcurrency (Step Functions, "Map state"). So the tests do not run
//     `triptych backfill`, which needs all of them. They run the Map's child workflow, with
//     a batch in the form that AWS passes.
//   - It enforces no policy.
func onForeign(t *testing.T) {
	t.Helper()

	if os.Getenv("E2E_FOREIGN") == "" {
		t.Skip("the test needs MiniStack: `make e2e-foreign` runs it")
	}
}

// TestForeign processes uploads with the deployed definitions, event patterns and
// packages on MiniStack: ready, rejected, replaced, deleted, missed and failed uploads.
func TestForeign(t *testing.T) {
	onForeign(t)

	t.Run("Ready", foreignReady)
	t.Run("Rejected", foreignRejected)
	t.Run("Replaced", foreignReplaced)
	t.Run("Deleted", foreignDeleted)
	t.Run("Backfill", foreignBackfill)
	t.Run("Failed", foreignFailed)
}

// stored reads an object of the variants bucket.
func stored(t *testing.T, key string) page {
	t.Helper()

	return get(t, under.Stack.CDN+"/"+encode(key))
}

// storedManifest reads a manifest from the variants bucket; ok is false if there is no
// manifest.
func storedManifest(t *testing.T, key string) (found manifest, ok bool) {
	t.Helper()

	answer := stored(t, key+"/-/manifest.json")
	if answer.Status == http.StatusNotFound {
		return manifest{}, false
	}

	if answer.Status != http.StatusOK {
		t.Fatalf("the manifest of %q: %d %s", key, answer.Status, answer.Body)
	}

	answer.header(t, "Cache-Control", "no-cache")

	return decodeManifest(t, key, answer.Body), true
}

// foreignReady uploads a photo with metadata, a PNG and a WebP, under keys with special
// characters.
func foreignReady(t *testing.T) {
	files := map[string][]byte{
		"foreign/photo.jpg":           fixture.Photo(fixture.Quarters(1700, 1100, 501), 6),
		"foreign/a b+%41é (1)~'.png":  fixture.PNGWithMetadata(fixture.Quarters(900, 700, 502)),
		"foreign/deep/er/lossy.webp":  fixture.WebP("lossy"),
		"foreign/animation.gif":       fixture.GIF(180, 170, 5),
		"foreign/phone.heic":          fixture.Phone("phone.heic"),
		"foreign/one more photo.jpeg": fixture.JPEG(fixture.Quarters(300, 200, 503)),
	}
	for key, content := range files {
		put(t, under, key, content)
	}

	folder := t.TempDir()

	for key := range files {
		items := awaitVersions(t, under, key, 1)
		if len(items) != 1 || items[0].Status != "READY" {
			t.Errorf("%q: %+v, want one READY", key, items)

			continue
		}

		found, ok := storedManifest(t, key)
		if !ok || found.Version != items[0].Version || len(found.Variants) != 3 {
			t.Errorf("%q: manifest %+v, %v; want 3 variants of %s", key, found, ok, items[0].Version)
		}

		for _, made := range found.Variants {
			answer := get(t, made.URL)
			if answer.Status != http.StatusOK || int64(len(answer.Body)) != made.Bytes {
				t.Errorf("GET %s: %d with %d bytes, want %d", made.URL, answer.Status, len(answer.Body), made.Bytes)
			}

			answer.header(t, "Cache-Control", immutable)
			answer.header(t, "Content-Type", made.ContentType)
		}

		for _, object := range objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/"+found.Version+"/") {
			write(t, folder, strings.ReplaceAll(object, "/", "_"), stored(t, object).Body)
		}
	}

	facts, err := exiftool(folder)
	if err != nil {
		t.Fatal(err)
	}

	if len(facts) < 4*len(files)-2 {
		t.Errorf("exiftool read %d files", len(facts))
	}

	for path, tags := range facts {
		for tag, value := range tags {
			if text, _ := value.(string); strings.Contains(text, fixture.Secret) || strings.HasPrefix(tag, "GPS:") {
				t.Errorf("%s has %s: %v", filepath.Base(path), tag, value)
			}
		}
	}
}

func foreignRejected(t *testing.T) {
	for key, test := range map[string]struct {
		content []byte
		code    string
	}{
		"foreign/cat.jpg":  {[]byte("This is a text about a cat, and not its picture.\n"), "NOT_AN_IMAGE"},
		"foreign/bomb.png": {fixture.BombPNG(30_000), "TOO_MANY_PIXELS"},
		"foreign/half.jpg": {fixture.JPEG(fixture.Quarters(300, 200, 504))[:900], "TRUNCATED"},
	} {
		put(t, under, key, test.content)

		items := awaitVersions(t, under, key, 1)
		if len(items) != 1 || items[0].Status != "REJECTED" || items[0].Code != test.code {
			t.Errorf("%s: %+v, want one REJECTED %s", key, items, test.code)

			continue
		}

		if execution := finished(t, under, items[0].Owner); execution.Status != sfntypes.ExecutionStatusSucceeded {
			t.Errorf("%s: its execution is %s", key, execution.Status)
		}

		if left := objectsUnder(t, under, under.Stack.VariantsBucket, key+"/"); len(left) != 0 {
			t.Errorf("%s left %q", key, left)
		}
	}
}

// foreignReplaced uploads two photos under one key. The manifest must name the second,
// and the older URLs must stay valid.
func foreignReplaced(t *testing.T) {
	const key = "foreign/replaced.jpg"

	put(t, under, key, fixture.JPEG(fixture.Quarters(300, 200, 505)))
	awaitVersions(t, under, key, 1)

	first, _ := storedManifest(t, key)

	put(t, under, key, fixture.JPEG(fixture.Quarters(320, 200, 506)))
	awaitVersions(t, under, key, 2)

	second, ok := storedManifest(t, key)
	if !ok || second.Source.Width != 320 || second.Version == first.Version {
		t.Errorf("after the replacement: %+v", second)
	}

	for _, made := range first.Variants {
		if answer := get(t, made.URL); answer.Status != http.StatusOK {
			t.Errorf("GET %s of the older version: %d", made.URL, answer.Status)
		}
	}
}

func foreignDeleted(t *testing.T) {
	const key = "foreign/deleted.jpg"

	put(t, under, key, fixture.JPEG(fixture.Quarters(300, 200, 507)))
	awaitVersions(t, under, key, 1)
	remove(t, under, key, "")

	eventually(t, "the objects are gone", func() bool {
		return len(objectsUnder(t, under, under.Stack.VariantsBucket, key+"/-/")) == 0
	})
	eventually(t, "the ledger has only the tombstone", func() bool { return len(versionsOf(t, under, key)) == 0 })

	if found, ok := storedManifest(t, key); ok {
		t.Errorf("the manifest is still there: %+v", found)
	}

	eventually(t, "the CDN has the invalidation", func() bool {
		asked := invalidations(t, under)

		return len(asked) == 1 && asked[0].InvalidationBatch.Paths.Items[0] == "/"+key+"/-/*"
	})
}

// foreignBackfill uploads while the rule is disabled, and then backfills the missed
// upload.
func foreignBackfill(t *testing.T) {
	const key = "foreign/missed/photo.jpg"

	rules := eventbridge.NewFromConfig(under.config)
	name := aws.String(under.Stack.Stack + "-upload-created")

	if _, err := rules.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: name}); err != nil {
		t.Fatal(err)
	}

	put(t, under, key, fixture.JPEG(fixture.Quarters(300, 200, 508)))

	if _, err := rules.EnableRule(t.Context(), &eventbridge.EnableRuleInput{Name: name}); err != nil {
		t.Fatal(err)
	}

	if first := runBackfill(t, backfillBatch(t, key)); first["ready"] != 1 {
		t.Errorf("the backfill's counts are %v, want one ready", first)
	}

	if items := versionsOf(t, under, key); len(items) != 1 || items[0].Status != "READY" {
		t.Errorf("%+v, want one READY", items)
	}

	if again := runBackfill(t, backfillBatch(t, key)); again["unchanged"] != 1 || again["ready"] != 0 {
		t.Errorf("a second backfill's counts are %v, want one unchanged", again)
	}
}

// backfillBatch is the input of the backfill's child workflow (Step Functions,
// "ItemBatcher").
func backfillBatch(t *testing.T, keys ...string) string {
	t.Helper()

	type item struct{ Key string }

	input := struct {
		Items      []item
		BatchInput struct {
			Missing bool      `json:"missing"`
			Since   time.Time `json:"since"`
		}
	}{}
	input.BatchInput.Missing, input.BatchInput.Since = true, time.Now().UTC()

	for _, key := range keys {
		input.Items = append(input.Items, item{key})
	}

	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

// runBackfill runs the backfill's child workflow, and returns its counts.
func runBackfill(t *testing.T, input string) map[string]int {
	t.Helper()

	deployment, err := foreign.Read(os.Getenv("TRIPTYCH_DEPLOYMENT"))
	if err != nil {
		t.Fatal(err)
	}

	definition, err := deployment.Child("backfill")
	if err != nil {
		t.Fatal(err)
	}

	name := "backfill-child"
	machine := aws.String(strings.Replace(under.Stack.BackfillARN, under.Stack.Stack+"-backfill", name, 1))

	_, err = under.sfn().CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: &name, Definition: &definition, RoleArn: aws.String("arn:aws:iam::" + foreign.Account + ":role/backfill"),
	})
	if err != nil && codeOf(err) != "StateMachineAlreadyExists" {
		t.Fatal(err)
	}

	started, err := under.sfn().StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: machine, Input: &input})
	if err != nil {
		t.Fatal(err)
	}

	ended := finished(t, under, aws.ToString(started.ExecutionArn))
	if ended.Status != sfntypes.ExecutionStatusSucceeded {
		t.Fatalf("the backfill is %s: %s %s", ended.Status, aws.ToString(ended.Error), aws.ToString(ended.Cause))
	}

	var counts map[string]int
	if err := json.Unmarshal([]byte(aws.ToString(ended.Output)), &counts); err != nil {
		t.Fatalf("%v: %s", err, aws.ToString(ended.Output))
	}

	return counts
}

// foreignFailed replaces a function by one that fails. The status event of the failed
// execution must reach the queue, and `triptych replay` must list it.
func foreignFailed(t *testing.T) {
	const key = "foreign/failed.jpg"

	functions := lambda.NewFromConfig(under.config)
	resize := aws.String(under.Stack.Stack + "-resize")

	code, err := foreign.Package(map[string]string{"bootstrap": "#!/bin/sh\nexit 7\n"})
	if err != nil {
		t.Fatal(err)
	}

	updated, err := functions.UpdateFunctionCode(t.Context(), &lambda.UpdateFunctionCodeInput{FunctionName: resize, ZipFile: code, Publish: true})
	if err != nil {
		t.Fatal(err)
	}

	_, err = functions.UpdateAlias(t.Context(), &lambda.UpdateAliasInput{FunctionName: resize, Name: aws.String("live"), FunctionVersion: updated.Version})
	if err != nil {
		t.Fatal(err)
	}

	put(t, under, key, fixture.JPEG(fixture.Quarters(300, 200, 509)))

	var arn string

	eventually(t, "the upload is claimed", func() bool {
		for _, one := range versionsOf(t, under, key) {
			arn = one.Owner
		}

		return arn != ""
	})

	if execution := finished(t, under, arn); execution.Status != sfntypes.ExecutionStatusFailed {
		t.Fatalf("its execution is %s", execution.Status)
	}

	var event struct {
		Detail struct {
			ExecutionArn, Status, Input, Error string
		} `json:"detail"`
	}

	eventually(t, "the failed execution is queued", func() bool {
		for _, message := range waiting(t, under, under.Stack.FailedExecutionsQueueURL) {
			if err := json.Unmarshal([]byte(aws.ToString(message.Body)), &event); err != nil {
				t.Fatalf("%v: %s", err, aws.ToString(message.Body))
			}

			if event.Detail.ExecutionArn == arn {
				return true
			}
		}

		return false
	})

	if event.Detail.Status != "FAILED" || !strings.Contains(event.Detail.Input, key) {
		t.Errorf("the message is %+v", event)
	}

	listed := replay(t, exitWell, under)
	if len(listed) != 1 || listed[0].Key != key || listed[0].ExecutionARN != arn {
		t.Errorf("replay lists %+v", listed)
	}
}
