package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/e2e/fixture"
)

// TestMetrics checks that the functions log one line for each invocation in the embedded
// metric format, from which CloudWatch makes its metrics.
func TestMetrics(t *testing.T) {
	t.Parallel()

	up, err := startEmulator(binary, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}

	photo := fixture.Photo(fixture.Quarters(2000, 1500, 77), 1)
	folder := t.TempDir()
	write(t, folder, "good.jpg", photo)
	write(t, folder, "bomb.png", fixture.BombPNG(30_000))

	upload(t, exitRejected, up.target, folder)

	if err := up.stop(); err != nil { // After that, the log is complete.
		t.Fatal(err)
	}

	got := map[string]map[string]int{} // by key: how often each metric or outcome was logged

	for _, line := range functionLines(t, up.Data) {
		key, _ := line["key"].(string)
		if got[key] == nil {
			got[key] = map[string]int{}
		}

		for _, name := range []string{"Duration", "Images", "BytesIn", "BytesOut", "UploadToReady", "Failures"} {
			if value, measured := line[name].(float64); measured && value >= 0 {
				got[key][name]++
			}
		}

		for _, name := range []string{"Outcome", "Code"} {
			if text, said := line[name].(string); said {
				got[key][name+" "+text]++
			}
		}

		if line["Stack"] != "triptych" || line["execution"] == nil {
			t.Errorf("the line names no key: %v", line)
		}
	}

	want := map[string]map[string]int{
		// Validate, Sanitize, three times Resize, Record.
		"good.jpg": {"Duration": 6, "Images": 1, "BytesIn": 1, "BytesOut": 4, "UploadToReady": 1, "Outcome ready": 1},
		// Validate, Record.
		"bomb.png": {"Duration": 2, "Images": 1, "BytesIn": 1, "Outcome rejected": 1, "Code TOO_MANY_PIXELS": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// functionLines returns the log lines of functions that contain metrics.
func functionLines(t *testing.T, data string) []map[string]any {
	t.Helper()

	text, err := os.ReadFile(filepath.Join(data, "logs", "functions.log"))
	if err != nil {
		t.Fatal(err)
	}

	var lines []map[string]any

	scanner := bufio.NewScanner(bytes.NewReader(text))
	for scanner.Scan() {
		_, said, _ := bytes.Cut(scanner.Bytes(), []byte(" ")) // The line begins with the name of the function.

		var line map[string]any
		if json.Unmarshal(said, &line) == nil && line["_aws"] != nil {
			lines = append(lines, line)
		}
	}

	return lines
}
