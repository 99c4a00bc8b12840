package stepfunctions_test

import (
	"os"
	"path/filepath"
	"testing"

	"triptych/emulator/stepfunctions"
)

// onlyWaits is a machine that makes no progress. Progress would reset the crash count.
const onlyWaits = `{"QueryLanguage": "JSONata", "StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": true}}}`

// A mark that a killed process has left is counted. If the evaluation of an execution has
// killed two processes in a row, the execution is FAILED and not resumed.
func TestService_Resume_afterCrashes(t *testing.T) {
	for name, test := range map[string]struct {
		marks int // The number of marks, one for each killed process.
		want  string
	}{
		"one crash":  {1, "RUNNING"},
		"two in row": {2, "FAILED"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path, marks := filepath.Join(folder, "state.db"), filepath.Join(folder, "evaluating")
			config := stepfunctions.Config{Marks: marks}

			db := openDB(t, path)
			service := start(t, db, onlyWaits, config)
			arn := run(t, service, "one", `{}`)
			other := run(t, service, "two", `{}`)

			for range test.marks {
				if err := service.Close(); err != nil {
					t.Fatal(err)
				}

				if err := db.Close(); err != nil {
					t.Fatal(err)
				}

				if err := os.WriteFile(marks, []byte("triptych-pipeline:one\x00"), 0o600); err != nil {
					t.Fatal(err)
				}

				db = openDB(t, path)
				service = start(t, db, onlyWaits, config)
			}

			if got := describe(t, service, arn); got.Status != test.want {
				t.Errorf("it is %s, want %s", got.Status, test.want)
			}

			if got := describe(t, service, other); got.Status != "RUNNING" {
				t.Errorf("the other execution is %s", got.Status)
			}
		})
	}
}

// A start that has killed the process twice is stored as a failed execution.
func TestService_Start_afterCrashes(t *testing.T) {
	folder := t.TempDir()
	path, marks := filepath.Join(folder, "state.db"), filepath.Join(folder, "evaluating")

	for range 2 {
		if err := os.WriteFile(marks, []byte("triptych-pipeline:one\x00"), 0o600); err != nil {
			t.Fatal(err)
		}

		db := openDB(t, path)
		service := start(t, db, onlyWaits, stepfunctions.Config{Marks: marks})

		if err := service.Close(); err != nil {
			t.Fatal(err)
		}

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}

	service := start(t, openDB(t, path), onlyWaits, stepfunctions.Config{Marks: marks})
	if got := describe(t, service, run(t, service, "one", `{}`)); got.Status != "FAILED" {
		t.Errorf("it is %s, want FAILED", got.Status)
	}
}
