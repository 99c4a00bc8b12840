package terraform_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"triptych/terraform"
)

// Every folder of functions/ with a handler is deployed, and no other.
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
			t.Errorf("%+v", function)
		}
	}

	if !slices.Equal(got, want) {
		t.Errorf("deployed are %v, there are %v", got, want)
	}
}
