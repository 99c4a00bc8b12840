package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestSubjectProblem(t *testing.T) {
	files := []string{"picture/jpeg/decoder/scan.go", ".ci/run", "Makefile", "docs/style.md", "picture/png/png.go"}

	for subject, want := range map[string]string{
		"jpeg/decoder: read scans":                "",
		"picture/jpeg: read scans":                "",
		"picture, ci: read scans":                 "",
		"Makefile: describe run":                  "",
		"docs/style: add a term":                  "",
		"lint: enable a linter":                   "",
		"picture: " + strings.Repeat("x", 63):     "",
		"picture: " + strings.Repeat("é", 63):     "",
		"picture: " + strings.Repeat("x", 64):     "has 73 characters",
		"Read scans":                              "has no package",
		"picture:read scans":                      "has no package",
		"picture: ":                               "has no package",
		"Fix the decoder: read scans":             "has no package",
		"fix: read scans":                         `names "fix"`,
		"picture, fix: read scans":                `names "fix"`,
		"jpeg/encoder: read scans":                `names "jpeg/encoder"`,
		`Revert "jpeg/decoder: read scans"`:       "has no package",
		"fixup! jpeg/decoder: read scans":         "has no package",
		"jpeg/decoder,png: read scans":            "has no package",
		"ci: run\u00a0" + strings.Repeat("x", 70): "has 78 characters",
	} {
		if got := subjectProblem(subject, files); got != want && (want == "" || !strings.HasPrefix(got, want)) {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}

// repository creates a repository with a docs/style.md and one commit for each subject, the
// oldest first. Each commit changes the file a/b.go.
func repository(t *testing.T, subjects ...string) string {
	t.Helper()

	root := t.TempDir()
	run(t, root, "init", "--quiet", "--initial-branch=main")
	put(t, root, stylePage, page)
	run(t, root, "add", ".")
	run(t, root, "commit", "--quiet", "-m", "docs: add the rules")
	commit(t, root, subjects...)

	return root
}

func commit(t *testing.T, root string, subjects ...string) {
	t.Helper()

	for _, subject := range subjects {
		before, _ := os.ReadFile(filepath.Join(root, "a", "b.go")) // The first commit creates it.
		put(t, root, "a/b.go", string(before)+"// "+subject+"\n")
		run(t, root, "add", ".")
		run(t, root, "commit", "--quiet", "-m", subject)
	}
}

func put(t *testing.T, root, name, text string) {
	t.Helper()

	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run runs git without the settings of the user, and with the time and author of a test.
func run(t *testing.T, root string, arguments ...string) {
	t.Helper()

	command := exec.Command("git", arguments...)
	command.Dir = root

	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")

	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", arguments, err, out)
	}
}

// TestCheckCommits checks which commits are new in a repository without a remote, in a
// clone, in a shallow clone, and without git.
func TestCheckCommits(t *testing.T) {
	bad := []string{"no package 1", "no package 2", "a: good", "no package 3", "a: good", "a: good", "a: good", "no package 4"}
	origin := repository(t, bad...)

	clone := func(t *testing.T, arguments ...string) string {
		t.Helper()

		root := filepath.Join(t.TempDir(), "clone")
		run(t, origin, append([]string{"clone", "--quiet"}, append(arguments, "file://"+origin, root)...)...)

		return root
	}

	for name, c := range map[string]struct {
		root func(t *testing.T) string
		want []string
	}{
		"no remote": {func(*testing.T) string { return origin }, []string{"no package 4", "no package 3"}},
		"clone":     {func(t *testing.T) string { return clone(t) }, nil},
		"clone with commits": {func(t *testing.T) string {
			root := clone(t)
			commit(t, root, "no package 5", "a: good")

			return root
		}, []string{"no package 5"}},
		"shallow clone": {func(t *testing.T) string { return clone(t, "--depth=1") }, nil},
		"shallow clone of another branch": {func(t *testing.T) string {
			run(t, origin, "branch", "--force", "side", "main~1")

			return clone(t, "--depth=2", "--branch=side")
		}, nil},
		"shallow clone with commits": {func(t *testing.T) string {
			root := clone(t, "--depth=1")
			commit(t, root, "no package 5")

			return root
		}, []string{"no package 5"}},
		"no commits": {func(t *testing.T) string {
			root := t.TempDir()
			run(t, root, "init", "--quiet")

			return root
		}, nil},
		"no git": {func(t *testing.T) string { return t.TempDir() }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := checkCommits(c.root(t))
			if err != nil || len(got) != len(c.want) {
				t.Fatalf("got %q, %v; want %q", got, err, c.want)
			}

			for i, want := range c.want {
				if !strings.Contains(got[i], `"`+want+`" has no package: write`) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
		})
	}
}

// TestCheck checks a whole repository, with git and without: new files that are in no
// commit are checked, ignored and deleted files are not.
func TestCheck(t *testing.T) {
	root := repository(t, "no package")
	put(t, root, ".gitignore", "/build/\n")
	put(t, root, "build/log.md", "blue door\n")
	put(t, root, "new.md", "The blue door.\n")
	put(t, root, stylePage, page+"| `new.md` | `for good` | A title. |\n")
	put(t, root, "gone.md", "blue door\n")
	run(t, root, "add", "gone.md")

	if err := os.Remove(filepath.Join(root, "gone.md")); err != nil {
		t.Fatal(err)
	}

	want := []string{`new.md:1: "blue door": write "gateway"`, "docs/style.md:11: `new.md` does not have", `"no package" has no package`}

	for _, step := range []string{"git", "no git"} {
		found, err := check(root)
		if err != nil || len(found) != len(want) {
			t.Fatalf("%s: got %q, %v; want %q", step, found, err, want)
		}

		for i := range want {
			if !strings.Contains(found[i], strings.ReplaceAll(want[i], "`", "")) {
				t.Errorf("%s: got %q, want %q", step, found[i], want[i])
			}
		}

		if err := os.RemoveAll(filepath.Join(root, ".git")); err != nil {
			t.Fatal(err)
		}

		want = want[:2]
	}
}

func TestCheck_noPage(t *testing.T) {
	if _, err := check(t.TempDir()); err == nil || !strings.Contains(err.Error(), "style.md") {
		t.Errorf("got %v, want an error that names the page", err)
	}
}
