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

// TestReproducibleBuild builds the functions here, and from a copy of their sources in
// another folder. Both must have the same bytes, so that users can build the functions
// and compare them with those on AWS.
func TestReproducibleBuild(t *testing.T) {
	t.Parallel()

	if _, err := exec.LookPath("make"); err != nil {
		t.Fatalf("%v: the test needs the result of `make build`", err)
	}

	copied := t.TempDir()

	for _, folder := range []string{"functions", "picture", "shared", "terraform/pack"} {
		if err := os.CopyFS(filepath.Join(copied, folder), os.DirFS(filepath.Join("..", folder))); err != nil {
			t.Fatal(err)
		}
	}

	for _, name := range []string{"Makefile", "terraform/go.mod"} {
		content, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}

		write(t, copied, name, content)
	}

	here, there := zipsOf(t, ".."), zipsOf(t, copied)
	if diff := cmp.Diff(here, there); diff != "" {
		t.Errorf("SHA-256 of the zips (-here +there):\n%s", diff)
	}
}

// zipsOf builds the zips of a source folder and returns their digests by name.
func zipsOf(t *testing.T, source string) map[string]string {
	t.Helper()

	handlers, err := filepath.Glob(filepath.Join(source, "functions", "*", "handler.go"))
	if err != nil || len(handlers) < 4 {
		t.Fatalf("functions: %q, %v", handlers, err)
	}

	out := t.TempDir()
	arguments := []string{"-C", source, "-j2", "BUILD=" + out}

	for _, handler := range handlers {
		name := filepath.Base(filepath.Dir(handler))
		for _, suffix := range []string{".zip", "-arm64.zip"} {
			arguments = append(arguments, filepath.Join(out, "functions", name+suffix))
		}
	}

	if printed, err := exec.CommandContext(t.Context(), "make", arguments...).CombinedOutput(); err != nil {
		t.Fatalf("make the zips: %v\n%s", err, printed)
	}

	digests := map[string]string{}

	for _, path := range arguments[4:] {
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

// checkZip checks that a zip has what the runtime provided.al2023 starts: an executable
// file `bootstrap` at the top (AWS Lambda Developer Guide, "Building a custom runtime").
func checkZip(t *testing.T, path string) {
	t.Helper()

	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()

	if len(archive.File) != 1 || archive.File[0].Name != "bootstrap" || archive.File[0].Mode().Perm()&0o111 != 0o111 {
		t.Errorf("%s has %d files; want only an executable bootstrap", filepath.Base(path), len(archive.File))
	}
}
