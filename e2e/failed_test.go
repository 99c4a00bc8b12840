package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/e2e/fixture"
)

// TestFailed makes an upload fail after all retries. The ledger, `ls`, `show`, the
// gallery and the doctor must report it. After a redrive, the upload must be READY.
func TestFailed(t *testing.T) {
	t.Parallel()

	const key = "failed/poison.jpg"

	functions, restore := functionsWithCrasher(t, "poison")
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--functions", functions)

	arn := fail(t, up, key)
	statusBecomes(t, up.target, key, "FAILED")

	if one := versionsOf(t, up.target, key)[0]; one.Owner != arn || one.Code != "Runtime.ExitError" || one.Reason == "" {
		t.Errorf("the ledger has %+v", one)
	}

	mentions(t, expect(t, exitWell, up.target, "ls", "--status", "failed").Stdout, "FAILED", key, "Runtime.ExitError")
	mentions(t, expect(t, exitWell, up.target, "show", key).Stdout, "FAILED")
	mentions(t, expect(t, exitFailed, up.target, "doctor").Stdout, "failed: Runtime.ExitError", "triptych replay")

	if listed := expect(t, exitWell, up.target, "ls", "--status", "processing").Stdout; listed != "" {
		t.Errorf("still processing: %s", listed)
	}

	mentions(t, gallery(t, up, ""), `aria-current="true">All`, ">Failed<", `data-status="FAILED"`)
	mentions(t, gallery(t, up, "failed"), `aria-current="true">Failed`, `data-status="FAILED"`)

	// A redrive that fails again sets the upload PROCESSING, and then FAILED again.
	replay(t, exitFailed, up.target, key)
	statusBecomes(t, up.target, key, "FAILED")

	restore()

	if done := replay(t, exitWell, up.target, "--all"); len(done) != 1 || done[0].Action != "redrive" || done[0].Status != "SUCCEEDED" {
		t.Errorf("replayed: %+v", done)
	}

	if one := versionsOf(t, up.target, key); len(one) != 1 || one[0].Status != "READY" || one[0].Code+one[0].Reason != "" {
		t.Errorf("after the replay: %+v", one)
	}

	// The events of all failures are processed, and must not change the status.
	eventually(t, "the executions of {stack}-fail have ended", func() bool { return stillRunning(t, up, up.Stack.FailARN) == 0 })

	if one := versionsOf(t, up.target, key); one[0].Status != "READY" {
		t.Errorf("after the last event: %+v", one)
	}

	expect(t, exitWell, up.target, "doctor")
}

// TestFailed_stopped stops an execution and redrives it. The upload must be FAILED, then
// PROCESSING, then READY.
func TestFailed_stopped(t *testing.T) {
	t.Parallel()

	const key = "failed/stopped.jpg"

	slow := write(t, t.TempDir(), "faults.json", []byte(`{"seed": 1, "lambda": [{"function": "sanitize", "kind": "slow", "rate": 1, "millis": 3000}]}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", slow)

	put(t, up.target, key, fixture.JPEG(fixture.Quarters(80, 60, 1301)))
	statusBecomes(t, up.target, key, "PROCESSING")

	arn := versionsOf(t, up.target, key)[0].Owner
	if _, err := up.sfn().StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &arn, Error: aws.String("Stopped"), Cause: aws.String("by hand")}); err != nil {
		t.Fatal(err)
	}

	statusBecomes(t, up.target, key, "FAILED")

	if _, err := up.sfn().RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: &arn}); err != nil {
		t.Fatal(err)
	}

	statusBecomes(t, up.target, key, "PROCESSING")
	statusBecomes(t, up.target, key, "READY")
}

// TestFailed_afterPublishing makes executions fail after the image was published. The
// upload must be READY everywhere, and a replay must send the event.
func TestFailed_afterPublishing(t *testing.T) {
	t.Parallel()

	const key = "published.jpg"

	plan := write(t, t.TempDir(), "faults.json", []byte(`{"seed": 1,
		"lambda": [{"function": "record", "kind": "timeout", "rate": 1, "millis": 1500}],
		"api": [{"service": "events", "operation": "PutEvents", "kind": "slow", "rate": 1, "millis": 5000}]}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)

	file := write(t, t.TempDir(), key, fixture.JPEG(fixture.Quarters(80, 60, 1302)))
	upload(t, exitWell, up.target, file)[key].ready(t)

	if failed := pipelineRuns(t, up.target); len(failed) != 1 || !strings.Contains(fmt.Sprint(failed), "FAILED") {
		t.Fatalf("the executions are %v, want one FAILED", failed)
	}

	eventually(t, "the event of the failure is processed", func() bool { return len(waiting(t, up.target, up.Stack.FailedExecutionsQueueURL)) == 1 })
	eventually(t, "the executions of {stack}-fail have ended", func() bool { return stillRunning(t, up, up.Stack.FailARN) == 0 })
	statusBecomes(t, up.target, key, "READY")
	mentions(t, gallery(t, up, "ready"), `data-status="READY"`)
	fetchManifest(t, up.target, key)
}

// statusBecomes waits until the only item of a key has a status.
func statusBecomes(t *testing.T, against *target, key, status string) {
	t.Helper()

	eventually(t, key+" is "+status, func() bool {
		items := versionsOf(t, against, key)

		return len(items) == 1 && items[0].Status == status
	})
}

// stillRunning counts the running executions of a state machine.
func stillRunning(t *testing.T, up *emulator, machine string) int {
	t.Helper()

	out, err := up.sfn().ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &machine, StatusFilter: "RUNNING"})
	if err != nil {
		t.Fatal(err)
	}

	return len(out.Executions)
}

// gallery returns the console's gallery page for a status.
func gallery(t *testing.T, up *emulator, status string) string {
	t.Helper()

	found := regexp.MustCompile(`console +(http://\S+)`).FindStringSubmatch(up.log.Tail(200))
	if found == nil {
		t.Fatal("triptych up prints no address of the console")
	}

	var answer page

	if !within(processWithin, func() bool {
		answer = openConsole(t, found[1], "status="+status)

		return answer.Status == http.StatusOK
	}) {
		t.Fatalf("the gallery answers %d: %s", answer.Status, answer.Body)
	}

	return string(answer.Body)
}

// openConsole opens the printed address as a browser does, and then returns a page that
// it requests with the cookie.
func openConsole(t *testing.T, printed, query string) page {
	t.Helper()

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}

	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	address, _, _ := strings.Cut(printed, "?")

	var last page

	for _, one := range []string{printed, address + "?" + query} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, one, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}

		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}

		body, err := io.ReadAll(response.Body)
		response.Body.Close()

		if err != nil {
			t.Fatal(err)
		}

		last = page{response.StatusCode, response.Header, body}
	}

	return last
}

// TestFailed_beforeTheClaim makes an execution fail before it claims the upload. The
// ledger must list the upload as FAILED.
func TestFailed_beforeTheClaim(t *testing.T) {
	t.Parallel()

	const key = "failed/unclaimed.jpg"

	plan := write(t, t.TempDir(), "faults.json", []byte(`{"seed": 1, "lambda": [{"function": "validate", "kind": "error", "errorType": "Unplanned", "rate": 1}]}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)

	put(t, up.target, key, fixture.JPEG(fixture.Quarters(80, 60, 1303)))
	statusBecomes(t, up.target, key, "FAILED")
	mentions(t, expect(t, exitWell, up.target, "ls", "--status", "failed").Stdout, "FAILED", key, "Unplanned")

	up.renew(t)

	if done := replay(t, exitWell, up.target, "--all"); len(done) != 1 || done[0].Key != key || done[0].Status != "SUCCEEDED" {
		t.Errorf("replayed: %+v", done)
	}

	statusBecomes(t, up.target, key, "READY")
}
