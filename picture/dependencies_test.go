package picture_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestDependencies checks that any Go program can use the engine: it depends on no AWS
// SDK and on no other module of this repository.
func TestDependencies(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}

	packages := strings.Fields(string(out))
	if !slices.Contains(packages, "triptych/picture/jpeg/decoder") {
		t.Fatalf("go list -deps has no decoder among %d packages", len(packages))
	}

	for _, name := range packages {
		foreign := strings.HasPrefix(name, "triptych/") && !strings.HasPrefix(name, "triptych/picture")
		if foreign || strings.HasPrefix(name, "github.com/aws/") {
			t.Errorf("it depends on %s", name)
		}
	}
}
