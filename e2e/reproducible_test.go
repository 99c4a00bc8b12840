package e2e_test

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReproducibleBuild builds twice, into different folders, and gets the same
// bytes: who wants to know what runs on AWS can build it and compare.
func TestReproducibleBuild(t *testing.T) {
	t.Parallel()

	if _, err := exec.LookPath("make"); err != nil {
		t.Fatalf("%v: what is tested is `make build`", err)
	}

	first, second := builtIn(t, t.TempDir()), builtIn(t, t.TempDir())
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("SHA-256 of the zips (-first +second):\n%s", diff)
	}

	if len(first) < 4 {
		t.Errorf("zips: %v", first)
	}
}

// builtIn builds into a folder and returns the digests of the zips by name.
func builtIn(t *testing.T, folder string) map[string]string {
	t.Helper()

	build := exec.CommandContext(t.Context(), "make", "-C", "..", "build", "BUILD="+folder)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("make build: %v\n%s", err, out)
	}

	zips, err := filepath.Glob(filepath.Join(folder, "functions", "*.zip"))
	if err != nil {
		t.Fatal(err)
	}

	digests := map[string]string{}

	for _, path := range zips {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		digest := sha256.Sum256(content)
		digests[filepath.Base(path)] = hex.EncodeToString(digest[:])

		checkZip(t, path)
	}

	return digests
}

// checkZip expects what the runtime provided.al2023 starts: an executable file
// `bootstrap` at the top (AWS Lambda Developer Guide, "Building a custom runtime").
func checkZip(t *testing.T, path string) {
	t.Helper()

	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()

	if len(archive.File) != 1 || archive.File[0].Name != "bootstrap" || archive.File[0].Mode().Perm()&0o111 != 0o111 {
		t.Errorf("%s has %d files; want an executable bootstrap alone", filepath.Base(path), len(archive.File))
	}
}
