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

	const own = "triptych/picture" // make module-path changes it

	packages := strings.Fields(string(out))
	if !slices.Contains(packages, own+"/jpeg/decoder") {
		t.Fatalf("go list -deps has no decoder among %d packages", len(packages))
	}

	for _, name := range packages {
		foreign := name != own && strings.HasPrefix(name, strings.TrimSuffix(own, "picture")) && !strings.HasPrefix(name, own+"/")
		if foreign || strings.HasPrefix(name, "github.com/aws/") {
			t.Errorf("it depends on %s", name)
		}
	}
}
