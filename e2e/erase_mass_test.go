package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cloudfronttypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// invalidations returns all invalidations of the CDN, the newest first.
func invalidations(t *testing.T, up *target) []cloudfronttypes.Invalidation {
	t.Helper()

	var all []cloudfronttypes.Invalidation

	client := up.cloudfront()
	pages := cloudfront.NewListInvalidationsPaginator(client, &cloudfront.ListInvalidationsInput{DistributionId: &up.Stack.DistributionID})

	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for _, one := range page.InvalidationList.Items {
			got, err := client.GetInvalidation(t.Context(), &cloudfront.GetInvalidationInput{DistributionId: &up.Stack.DistributionID, Id: one.Id})
			if err != nil {
				t.Fatal(err)
			}

			all = append(all, *got.Invalidation)
		}
	}

	return all
}

// eraseRuns reports whether an execution of the erase state machine is running.
func eraseRuns(t *testing.T, up *target) bool {
	t.Helper()

	out, err := up.sfn().ListExecutions(t.Context(), &sfn.ListExecutionsInput{
		StateMachineArn: &up.Stack.EraseARN, StatusFilter: sfntypes.ExecutionStatusRunning, MaxResults: 1,
	})
	if err != nil {
		t.Fatal(err)
	}

	return len(out.Executions) > 0
}

// publish creates published images without the pipeline. Each has an original, a READY item
// and an object.
func publish(t *testing.T, up *target, keys []string) {
	t.Helper()

	const version, atOnce = "0123456789ab", 16

	text := func(value string) dynamodbtypes.AttributeValue {
		return &dynamodbtypes.AttributeValueMemberS{Value: value}
	}

	var work sync.WaitGroup

	for first := range atOnce {
		work.Go(func() {
			for i := first; i < len(keys); i += atOnce {
				_, err := up.dynamodb().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &up.Stack.LedgerTable, Item: map[string]dynamodbtypes.AttributeValue{
					"key": text(keys[i]), "version": text(version), "status": text("READY"), "sequencer": text("0"), "updatedAt": text("2026-01-02T03:04:05.000Z"),
				}})
				if err == nil {
					_, err = up.s3().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &up.Stack.UploadsBucket, Key: &keys[i], Body: strings.NewReader("x")})
				}

				if err == nil {
					_, err = up.s3().PutObject(t.Context(), &s3.PutObjectInput{
						Bucket: &up.Stack.VariantsBucket, Key: aws.String(keys[i] + "/-/" + version + "/small.jpg"), Body: strings.NewReader("x"),
					})
				}

				if err != nil {
					t.Error(err)

					return
				}
			}
		})
	}

	work.Wait()
}

// transitions returns the mean number of states that a sample of the erasures entered or
// retried.
func transitions(t *testing.T, up *target) float64 {
	t.Helper()

	const sample = 100

	out, err := up.sfn().ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &up.Stack.EraseARN, MaxResults: 1000})
	if err != nil {
		t.Fatal(err)
	}

	every, looked, count := max(1, len(out.Executions)/sample), 0, 0

	for i := 0; i < len(out.Executions); i += every {
		looked++
		scheduled, entered, tasks := 0, 0, 0

		pages := sfn.NewGetExecutionHistoryPaginator(up.sfn(), &sfn.GetExecutionHistoryInput{ExecutionArn: out.Executions[i].ExecutionArn})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			for _, event := range page.Events {
				switch {
				case event.Type == sfntypes.HistoryEventTypeTaskScheduled:
					scheduled++
				case event.Type == sfntypes.HistoryEventTypeTaskStateEntered:
					tasks++
					entered++
				case event.StateEnteredEventDetails != nil:
					entered++
				}
			}
		}

		count += entered + scheduled - tasks
	}

	return float64(count) / float64(looked)
}

// TestErase_many deletes many photos of one folder at once. The CDN processes 15
// wildcards at a time, as CloudFront does: every execution waits for its purge, and none
// may fail. Every photo must be in an invalidation that was created after its objects
// were removed. With E2E_LONG, the test deletes 10,000 photos, and an invalidation takes
// 30 seconds.
func TestErase_many(t *testing.T) {
	t.Parallel()

	// Within the limit, the CDN accepts 15 wildcards in each of 20 times of 15 seconds. These
	// are 300, so the paths of 400 images must be merged, however slow this machine is.
	count, takes, limit := 400, 15*time.Second, 5*time.Minute
	if thorough() {
		count, takes, limit = 10_000, 30*time.Second, time.Hour
	}

	// The events of the objects that publish writes are lost, so that the pipeline is not
	// started.
	lose := write(t, t.TempDir(), "lose.json", []byte(`{"events": [{"detailType": "Object Created", "kind": "lose", "rate": 1}]}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", lose, "--invalidation-time", takes.String(), "--keep-executions", "20000")
	random := rand.New(rand.NewPCG(1, 2))
	keys := make([]string, count)

	for i := range keys {
		keys[i] = fmt.Sprintf("photos/%016x.jpg", random.Uint64())
	}

	publish(t, up.target, keys)

	begun := time.Now()

	for left := keys; len(left) > 0; {
		batch := left[:min(500, len(left))]
		left = left[len(batch):]

		objects := make([]s3types.ObjectIdentifier, len(batch))
		for i := range batch {
			objects[i] = s3types.ObjectIdentifier{Key: &batch[i]}
		}

		out, err := up.s3().DeleteObjects(t.Context(), &s3.DeleteObjectsInput{
			Bucket: &up.Stack.UploadsBucket, Delete: &s3types.Delete{Objects: objects, Quiet: aws.Bool(true)},
		})
		if err != nil || len(out.Errors) > 0 {
			t.Fatalf("%v, %v", out, err)
		}

		// On the emulator, an invocation waits for a slot; Lambda would throttle it. With
		// more deletions at once, invocations would time out, and a retried erasure waits
		// for a day.
		if !within(limit, func() bool {
			return len(objectsUnder(t, up.target, up.Stack.VariantsBucket, "photos/")) <= len(left)
		}) {
			t.Fatalf("after %v the objects of %d images still exist", limit, len(batch))
		}
	}

	for eraseRuns(t, up.target) || erasures(t, up.target)[sfntypes.ExecutionStatusSucceeded] < count {
		if time.Since(begun) > limit {
			t.Fatalf("after %v the erasures are %v", limit, erasures(t, up.target))
		}

		time.Sleep(time.Second)
	}

	took := time.Since(begun)

	if found := erasures(t, up.target); len(found) != 1 || found[sfntypes.ExecutionStatusSucceeded] != count {
		t.Errorf("the erasures are %v, want %d that succeeded", found, count)
	}

	if left := objectsUnder(t, up.target, up.Stack.VariantsBucket, "photos/"); len(left) > 0 {
		t.Errorf("%d objects are left", len(left))
	}

	asked, paths := invalidations(t, up.target), 0

	covered := func(key string) bool {
		for _, one := range asked {
			for _, path := range one.InvalidationBatch.Paths.Items {
				if strings.HasPrefix("/"+key+"/-/", strings.TrimSuffix(path, "*")) {
					return true
				}
			}
		}

		return false
	}

	for _, one := range asked {
		paths += len(one.InvalidationBatch.Paths.Items)
	}

	for _, key := range keys {
		if !covered(key) {
			t.Errorf("%s is in no invalidation", key)
		}
	}

	if paths >= count {
		t.Errorf("%d paths for %d images: the paths were not merged", paths, count)
	}

	t.Logf("an erasure enters or retries %.1f states on average, of a sample", transitions(t, up.target))
	t.Logf("%d images erased in %v, none failed: %d invalidations of %d paths", count, took.Round(time.Second), len(asked), paths)

	expect(t, exitWell, up.target, "doctor")
}
