package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// TestPermissions replaces `resize` with a probe. The probe makes calls that the policy of
// `resize` does not allow. They must fail on the emulator as on AWS. After the original
// function is restored, a redrive of the failed execution must succeed.
func TestPermissions(t *testing.T) {
	t.Parallel()

	const key = "probe/photo.jpg"

	data := filepath.Join(t.TempDir(), "data")

	up, err := startEmulator(binary, data, "--functions", functionsWithProbe(t))
	if err != nil {
		t.Fatal(err)
	}

	up.probing = true

	file := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(64, 48, 81)))

	result := upload(t, exitFailed, up.target, "--prefix", "probe/", file)[key]
	if result.Status != "FAILED" {
		t.Errorf("status %q, want FAILED: %+v", result.Status, result)
	}

	execution := finished(t, up.target, result.ExecutionARN)
	cause := aws.ToString(execution.Cause)

	if execution.Status != sfntypes.ExecutionStatusFailed || aws.ToString(execution.Error) != "Probed" {
		t.Errorf("its execution is %s with %s, want FAILED with Probed: %s", execution.Status, aws.ToString(execution.Error), cause)
	}

	for _, want := range []string{
		"read the original: AccessDenied;",
		"list the originals: AccessDenied;",
		"delete the master: AccessDenied;",
		"write outside the fold: AccessDenied;",
		"read the ledger: AccessDeniedException;",
		"read the master: allowed;",
	} {
		if !strings.Contains(cause, want) {
			t.Errorf("no %q in %s", want, cause)
		}
	}

	// The upload is shown as FAILED, so that a replay finds it.
	statusBecomes(t, up.target, key, "FAILED")

	shown := expect(t, exitWell, up.target, "executions", result.ExecutionARN).Stdout
	mentions(t, shown, "FAILED", "Probed", "MakeVariant", "read the original: AccessDenied")

	redrive(t, restart(t, up, data, func(l *emulator) error {
		err := l.stop()

		deniedCalls(t, data)

		return err
	}), key, result.ExecutionARN)
}

// deniedCalls checks that the emulator reported the denied calls when it stopped. The
// policy check at the end of this suite depends on this report.
func deniedCalls(t *testing.T, data string) {
	t.Helper()

	text, err := os.ReadFile(filepath.Join(data, "access.json"))
	if err != nil {
		t.Fatal(err)
	}

	var report struct {
		Denied []struct{ Principal, Action, Resource string }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}

	denied := map[string]bool{}
	for _, one := range report.Denied {
		denied[strings.TrimPrefix(one.Principal, "arn:aws:iam::000000000000:role/")+" "+one.Action] = true
	}

	for _, want := range []string{
		"triptych-resize s3:GetObjectVersion", "triptych-resize s3:ListBucket", "triptych-resize s3:DeleteObject",
		"triptych-resize s3:PutObject", "triptych-resize dynamodb:GetItem",
	} {
		if !denied[want] {
			t.Errorf("the report does not list %s as denied, only %v", want, denied)
		}
	}
}

// redrive redrives the failed execution, and checks that the upload becomes READY.
func redrive(t *testing.T, up *emulator, key, arn string) {
	t.Helper()

	defer func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}()

	if _, err := up.sfn().RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: &arn}); err != nil {
		t.Fatalf("redrive: %v", err)
	}

	execution := finished(t, up.target, arn)
	if execution.Status != sfntypes.ExecutionStatusSucceeded || aws.ToInt32(execution.RedriveCount) != 1 {
		t.Errorf("after the redrive the execution is %s, redriven %d times: %s",
			execution.Status, aws.ToInt32(execution.RedriveCount), aws.ToString(execution.Cause))
	}

	entered := map[string]int{}

	for _, event := range historyOf(t, up.target, arn, 0, false) {
		if event.StateEnteredEventDetails != nil {
			entered[aws.ToString(event.StateEnteredEventDetails.Name)]++
		}
	}

	// Only the failed state runs again.
	if entered["Validate"] != 1 || entered["Sanitize"] != 1 || entered["Record"] != 1 {
		t.Errorf("states entered: %v", entered)
	}

	if items := versionsOf(t, up.target, key); len(items) != 1 || items[0].Status != "READY" {
		t.Errorf("ledger: %+v, want READY", items)
	}

	for _, made := range fetchManifest(t, up.target, key).Variants {
		immutableObject(t, made.URL, "image/jpeg")
	}

	// A succeeded execution cannot be redriven.
	_, err := up.sfn().RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: &arn})
	if code := codeOf(err); code != "ExecutionNotRedrivable" {
		t.Errorf("a redrive of a succeeded execution: %v, want ExecutionNotRedrivable", err)
	}
}

// functionsWithProbe returns a folder with the built functions, in which the probe replaces
// `resize`.
func functionsWithProbe(t *testing.T) string {
	t.Helper()

	folder := t.TempDir()
	built := filepath.Join(filepath.Dir(binary), "functions")

	found, err := filepath.Glob(filepath.Join(built, "*", "bootstrap"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no functions in %s: %v", built, err)
	}

	for _, bootstrap := range found {
		place := filepath.Join(folder, filepath.Base(filepath.Dir(bootstrap)))
		if err := os.Mkdir(place, 0o700); err != nil {
			t.Fatal(err)
		}

		// The binary is copied, because a linked binary would run under the path of the original.
		content, err := os.ReadFile(bootstrap)
		if err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(filepath.Join(place, "bootstrap"), content, 0o700); err != nil {
			t.Fatal(err)
		}
	}

	build := exec.Command("go", "build", "-o", filepath.Join(folder, "resize", "bootstrap"), "./testdata/probe")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the probe: %v\n%s", err, out)
	}

	return folder
}
