package terraform_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"triptych/terraform"
)

// TestFunctions_matchTheFolders checks that exactly the folders of functions/ with a
// handler are deployed.
func TestFunctions_matchTheFolders(t *testing.T) {
	folders, err := os.ReadDir("../functions")
	if err != nil {
		t.Fatal(err)
	}

	var want, got []string

	for _, folder := range folders {
		if _, err := os.Stat("../functions/" + folder.Name() + "/handler.go"); err == nil {
			want = append(want, folder.Name())
		}
	}

	for _, function := range terraform.Functions() {
		got = append(got, function.Name)

		// The memory limit of the engine (picture) is designed for 512 MB.
		if function.MemoryMB < 512 || function.Timeout() < 10*time.Second {
			t.Errorf("%+v: want at least 512 MB and 10 seconds", function)
		}
	}

	if !slices.Equal(got, want) {
		t.Errorf("deployed functions: %v, folders with a handler: %v", got, want)
	}
}
