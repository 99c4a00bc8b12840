package e2e_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// erasures counts the executions of the erase state machine by status.
func erasures(t *testing.T, up *target) map[sfntypes.ExecutionStatus]int {
	t.Helper()

	machine := strings.TrimSuffix(up.Stack.PipelineARN, "pipeline") + "erase"
	counts := map[sfntypes.ExecutionStatus]int{}

	pages := sfn.NewListExecutionsPaginator(up.sfn(), &sfn.ListExecutionsInput{StateMachineArn: &machine})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for _, execution := range page.Executions {
			counts[execution.Status]++
		}
	}

	return counts
}

// TestErase_prefix erases everything below a prefix. Each photo takes one execution,
// which ends at once, because no upload is in flight. Neighboring keys must stay, and a
// deletion that leaves nothing to erase must not start a wait.
func TestErase_prefix(t *testing.T) {
	t.Parallel()

	const pictures = 12

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))
	folder := t.TempDir()

	for i := range pictures {
		write(t, folder, fmt.Sprintf("users/17/%d.jpg", i), fixture.JPEG(fixture.Quarters(60+i, 40, uint64(1400+i))))
	}

	write(t, folder, "users/170.jpg", fixture.JPEG(fixture.Quarters(60, 40, 1450)))
	upload(t, exitWell, up.target, folder)

	expect(t, exitUsage, up.target, "erase")
	expect(t, exitUsage, up.target, "erase", "--prefix", "")
	expect(t, exitUsage, up.target, "erase", "--prefix", "users/17/", "users/17/1.jpg")

	out := expect(t, exitWell, up.target, "erase", "--yes", "--json", "--prefix", "users/17/")
	if erased := strings.Count(out.Stdout, `"ERASED"`); erased != pictures {
		t.Errorf("%d are erased, want %d: %s", erased, pictures, out.Stdout)
	}

	if left := objectsUnder(t, up.target, up.Stack.VariantsBucket, "users/"); len(left) == 0 || strings.HasPrefix(left[0], "users/17/") {
		t.Errorf("left are %q", left)
	}

	fetchManifest(t, up.target, "users/170.jpg")

	ended := func(want int) {
		t.Helper()

		if !within(processWithin, func() bool {
			found := erasures(t, up.target)

			return len(found) == 1 && found[sfntypes.ExecutionStatusSucceeded] == want
		}) {
			t.Errorf("the erasures are %v, want %d that succeeded", erasures(t, up.target), want)
		}
	}
	ended(pictures)

	// A lifecycle writes a marker and later removes the version below it, for which
	// nothing is left to erase.
	remove(t, up.target, "users/170.jpg", "")
	ended(pictures + 1)

	left, err := up.s3().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &up.Stack.UploadsBucket})
	if err != nil || len(left.Versions) != 1 {
		t.Fatalf("%+v are left, %v", left, err)
	}

	remove(t, up.target, "users/170.jpg", *left.Versions[0].VersionId)
	ended(pictures + 2)

	expect(t, exitWell, up.target, "doctor")
}
