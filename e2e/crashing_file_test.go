package e2e_test

import (
	"fmt"
	"path/filepath"
	"testing"

	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// TestUpload_crashesItsFunction uploads one file that crashes every process that reads it,
// and some files that are rejected, among hundreds of good ones. Each of these files must
// affect only its own execution. All other files must end READY without a second upload.
func TestUpload_crashesItsFunction(t *testing.T) {
	t.Parallel()

	const poison = "poison.jpg"

	good := 200
	if thorough() {
		good = 1000
	}

	functions, mend := functionsWithCrasher(t, poison)
	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"), "--functions", functions)

	folder := t.TempDir()
	for i := range good {
		write(t, folder, fmt.Sprintf("%04d.jpg", i), fixture.JPEG(fixture.Quarters(60+i%50, 40, uint64(300+i))))
	}

	write(t, folder, "0100-"+poison, fixture.JPEG(fixture.Quarters(60, 40, 71)))

	refused := map[string]string{
		"0050-bomb.png":   "TOO_MANY_PIXELS",
		"0051-broken.png": "CORRUPT",
		"0052-page.jpg":   "NOT_AN_IMAGE",
	}

	write(t, folder, "0050-bomb.png", fixture.BombPNG(30_000))
	write(t, folder, "0051-broken.png", fixture.BrokenPNG(300))
	write(t, folder, "0052-page.jpg", []byte("<html><script>alert(1)</script></html>"))

	results := upload(t, exitFailed, up.target, folder)

	for key, result := range results {
		switch {
		case key == "0100-"+poison:
			if result.Status != "FAILED" {
				t.Errorf("%s is %s, want FAILED", key, result.Status)
			}
		case refused[key] != "":
			rejected(t, result, refused[key])
		default:
			result.ready(t)
		}
	}

	runs := pipelineRuns(t, up.target)
	if want := good + 1 + len(refused); len(runs) != want || len(results) != want {
		t.Errorf("%d executions and %d results, want %d", len(runs), len(results), want)
	}

	for arn, status := range runs {
		failed := arn == results["0100-"+poison].ExecutionARN
		if wanted := sfntypes.ExecutionStatusFailed; failed != (status == string(wanted)) {
			t.Errorf("%s is %s; want FAILED for the crashing file only", arn, status)
		}
	}

	// Only this upload waits for a replay. After the function is restored, the replay
	// succeeds.
	waits := replay(t, exitWell, up.target)
	if len(waits) != 1 || waits[0].Key != "0100-"+poison {
		t.Errorf("waiting for a replay: %+v", waits)
	}

	mend()
	replayAll(t, up.target)

	if items := versionsOf(t, up.target, "0100-"+poison); len(items) != 1 || items[0].Status != "READY" {
		t.Errorf("after the function was restored, the ledger has %+v", items)
	}
}
