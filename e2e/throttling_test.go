package e2e_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/e2e/fixture"
)

// TestThrottling uploads more photos at once than the account's Lambda concurrency
// allows. The burst must wait: every execution must succeed after the retries of Lambda's
// throttles. `make burst` runs it with 3,000 photos at a concurrency of 10, which a new
// account has.
func TestThrottling(t *testing.T) {
	t.Parallel()

	uploads, concurrency := 60, 2
	if thorough() {
		uploads, concurrency = 3000, 10
	}

	folder := t.TempDir()
	for i := range uploads {
		write(t, folder, fmt.Sprintf("%04d.jpg", i), fixture.JPEG(fixture.Quarters(120+i%50, 90, uint64(i))))
	}

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--lambda-concurrency", strconv.Itoa(concurrency))
	began := time.Now()

	expect(t, exitWell, up.target, "upload", "--concurrency", "16", "--prefix", "burst/", folder)

	uploaded := time.Since(began)

	awaitExecutions(t, up.target, uploads)

	took := time.Since(began)

	byStatus := map[string]int{}
	throttles, most, longest := 0, 0, time.Duration(0)

	for _, run := range pipelineExecutions(t, up.target) {
		byStatus[string(run.Status)]++

		longest = max(longest, run.StopDate.Sub(*run.StartDate))
		refused := throttlesOf(t, up.target, aws.ToString(run.ExecutionArn))
		throttles += refused
		most = max(most, refused)
	}

	ready := strings.Count(expect(t, exitWell, up.target, "ls", "--json", "--status", "READY").Stdout, "\n")

	t.Logf("%d uploads at a concurrency of %d: %d succeeded, %d failed; %d throttles (%.1f each, at most %d); "+
		"uploaded in %v, all ended after %v, the longest execution lasted %v",
		uploads, concurrency, byStatus["SUCCEEDED"], uploads-byStatus["SUCCEEDED"], throttles, float64(throttles)/float64(uploads), most,
		uploaded.Round(time.Second), took.Round(time.Second), longest.Round(time.Second))

	if len(byStatus) != 1 || byStatus["SUCCEEDED"] != uploads {
		t.Errorf("executions by status: %v, want %d SUCCEEDED and no other", byStatus, uploads)
	}

	if ready != uploads {
		t.Errorf("%d uploads are READY, want %d", ready, uploads)
	}

	if throttles == 0 {
		t.Error("Lambda throttled no invocation: the burst is too small for this test")
	}
}

// throttlesOf counts the invocations of an execution that Lambda throttled.
func throttlesOf(t *testing.T, up *target, arn string) int {
	t.Helper()

	count := 0

	for _, event := range historyOf(t, up, arn, 1000, false) {
		if event.TaskFailedEventDetails != nil && aws.ToString(event.TaskFailedEventDetails.Error) == "Lambda.TooManyRequestsException" {
			count++
		}
	}

	return count
}
