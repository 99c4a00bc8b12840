package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMakeClean copies the files that `make clean` needs to a folder, and runs it there.
func TestMakeClean(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("make is not installed")
	}

	tree := t.TempDir()

	for _, name := range []string{"Makefile", ".ci/clean"} {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}

		write(t, filepath.Join(tree, name), string(text))
	}

	if err := os.Chmod(filepath.Join(tree, ".ci/clean"), 0o700); err != nil {
		t.Fatal(err)
	}

	tests := map[string]struct {
		environment string
		arguments   func(folder string) []string
		marked      bool
		removed     bool
	}{
		"the environment's DATA is ignored":   {"DATA", nil, true, false},
		"the environment's BUILD is ignored":  {"BUILD", nil, true, false},
		"a folder without state is kept":      {"", func(folder string) []string { return []string{"DATA=" + folder} }, false, false},
		"a state folder is removed":           {"", func(folder string) []string { return []string{"DATA=" + folder} }, true, true},
		"a build folder elsewhere is kept":    {"", func(folder string) []string { return []string{"BUILD=" + folder} }, false, false},
		"a name with a quote is not executed": {"", func(folder string) []string { return []string{"DATA=" + folder + "'; rm -rf '" + folder} }, false, false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "mine")
			write(t, filepath.Join(folder, "precious"), "precious")

			if test.marked {
				write(t, filepath.Join(folder, ".triptych-data"), "")
			}

			write(t, filepath.Join(tree, "build/triptych"), "")
			write(t, filepath.Join(tree, ".triptych/.triptych-data"), "")

			arguments := []string{"-C", tree, "clean"}
			if test.arguments != nil {
				arguments = append(arguments, test.arguments(folder)...)
			}

			clean := exec.Command("make", arguments...)
			clean.Env = os.Environ()

			if test.environment != "" {
				clean.Env = append(clean.Env, test.environment+"="+folder)
			}

			output, err := clean.CombinedOutput()

			if _, statErr := os.Stat(filepath.Join(folder, "precious")); (statErr != nil) != test.removed {
				t.Errorf("removed: %v, want %v; make clean: %v\n%s", statErr != nil, test.removed, err, output)
			}

			if test.environment != "" {
				for _, own := range []string{"build", ".triptych"} {
					if _, err := os.Stat(filepath.Join(tree, own)); err == nil {
						t.Errorf("%s still exists: %s", own, output)
					}
				}
			}

			if test.arguments != nil && !test.removed && !strings.Contains(name, "quote") && !strings.Contains(string(output), "mine") {
				t.Errorf("the output does not name the kept files: %s", output)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()

	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
