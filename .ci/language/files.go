package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// filesOf returns the paths of all files of the repository, including new files that are
// not ignored. Without git, as in an unpacked archive, these are all files of the folder.
func filesOf(root string) ([]string, error) {
	if !isRepository(root) {
		return walk(root)
	}

	out, err := git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}

	names := strings.FieldsFunc(out, func(r rune) bool { return r == 0 })
	slices.Sort(names)

	return slices.Compact(names), nil
}

// walk returns the paths of all files below root. It leaves out the folders of git and of
// the build.
func walk(root string) ([]string, error) {
	var names []string

	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "build", ".triptych"}, entry.Name()):
			return fs.SkipDir
		case entry.Type().IsRegular():
			name, err := filepath.Rel(root, path)
			names = append(names, filepath.ToSlash(name))

			return err
		}

		return nil
	})

	return names, err
}

// isRepository returns whether git is installed, and root is the top of a git repository or
// of a worktree.
func isRepository(root string) bool {
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		return false
	}

	_, err := exec.LookPath("git")

	return err == nil
}

// git returns the output of a git command in the repository.
func git(root string, arguments ...string) (string, error) {
	out, err := exec.CommandContext(context.Background(), "git", append([]string{"-C", root}, arguments...)...).Output() //nolint:gosec // The arguments are this program's own.
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", errors.New("git " + arguments[0] + ": " + strings.TrimSpace(string(failed.Stderr)))
	}

	return string(out), err
}
