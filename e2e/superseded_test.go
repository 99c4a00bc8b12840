package e2e_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// TestRestart_supersededUpload restarts a failed execution after a newer upload of the
// same key. The new execution must end in Superseded, and must remove the objects that
// the failed execution left.
func TestRestart_supersededUpload(t *testing.T) {
	t.Parallel()

	const key = "overtaken/photo.jpg"

	plan := write(t, t.TempDir(), "faults.json",
		[]byte(`{"lambda": [{"function": "resize", "kind": "error", "errorType": "Broken", "calls": [1, 2, 3]}]}`))
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--inject", plan)

	first := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(64, 48, 61)))
	failed := upload(t, exitFailed, up.target, "--prefix", "overtaken/", first)[key]

	old := versionsOf(t, up.target, key)
	if len(old) != 1 || len(objectsUnder(t, up.target, up.Stack.VariantsBucket, key+"/-/"+old[0].Version+"/")) == 0 {
		t.Fatalf("the first attempt left no objects to remove: %+v", old)
	}

	second := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(64, 48, 62)))
	upload(t, exitWell, up.target, "--prefix", "overtaken/", second)

	described, err := up.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &failed.ExecutionARN})
	if err != nil {
		t.Fatal(err)
	}

	var input map[string]any
	if err := json.Unmarshal([]byte(aws.ToString(described.Input)), &input); err != nil {
		t.Fatal(err)
	}

	input["replaces"] = failed.ExecutionARN

	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}

	started, err := up.sfn().StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: &up.Stack.PipelineARN, Input: aws.String(string(text)),
	})
	if err != nil {
		t.Fatal(err)
	}

	if ended := finished(t, up.target, aws.ToString(started.ExecutionArn)); ended.Status != sfntypes.ExecutionStatusSucceeded {
		t.Errorf("the restart is %s: %s", ended.Status, aws.ToString(ended.Cause))
	}

	if left := objectsUnder(t, up.target, up.Stack.VariantsBucket, key+"/-/"+old[0].Version+"/"); len(left) != 0 {
		t.Errorf("objects of the superseded version are left: %v", left)
	}

	for _, made := range fetchManifest(t, up.target, key).Variants {
		immutableObject(t, made.URL, "image/jpeg")
	}
}
