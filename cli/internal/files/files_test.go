package files_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/files"
)

// tree creates a folder with these files. Each file contains its own name.
func tree(t *testing.T, names ...string) string {
	t.Helper()

	root := t.TempDir()

	for _, name := range names {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	return root
}

func TestCollect(t *testing.T) {
	t.Parallel()

	root := tree(t,
		"b.jpg", "a.jpg", "sub/deep/c.jpg", "sub/ä ö+%.jpg", "-/d.jpg",
		".hidden.jpg", ".git/e.jpg", "sub/.DS_Store", "empty/.keep",
	)

	if err := os.Symlink(filepath.Join(root, "a.jpg"), filepath.Join(root, "sub", "link.jpg")); err != nil {
		t.Fatal(err)
	}

	tests := map[string]struct {
		paths  []string
		prefix string
		want   []string // keys
	}{
		"a file":                         {[]string{"a.jpg"}, "", []string{"a.jpg"}},
		"a file in a folder":             {[]string{"sub/deep/c.jpg"}, "", []string{"c.jpg"}},
		"with a prefix":                  {[]string{"a.jpg"}, "p/q/", []string{"p/q/a.jpg"}},
		"a prefix is text, not a folder": {[]string{"a.jpg"}, "my-", []string{"my-a.jpg"}},
		"a folder, sorted":               {[]string{"sub"}, "", []string{"deep/c.jpg", "ä ö+%.jpg"}},
		"keys are not validated":         {[]string{"."}, "x/", []string{"x/-/d.jpg", "x/a.jpg", "x/b.jpg", "x/sub/deep/c.jpg", "x/sub/ä ö+%.jpg"}},
		"in the order of the paths":      {[]string{"b.jpg", "a.jpg"}, "", []string{"b.jpg", "a.jpg"}},
		"a hidden file in the paths":     {[]string{".hidden.jpg"}, "", []string{".hidden.jpg"}},
		"a link in the paths":            {[]string{"sub/link.jpg"}, "", []string{"link.jpg"}},
		"a hidden folder in the paths":   {[]string{".git"}, "", []string{"e.jpg"}},
		"an empty folder":                {[]string{"empty"}, "", nil},
		"no paths":                       {nil, "", nil},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			paths := make([]string, 0, len(test.paths))
			for _, path := range test.paths {
				paths = append(paths, filepath.Join(root, path))
			}

			found, err := files.Collect(paths, test.prefix)
			if err != nil {
				t.Fatal(err)
			}

			var got []string

			for _, file := range found {
				got = append(got, file.Key)

				if info, err := os.Stat(file.Path); err != nil || info.Size() != file.Bytes {
					t.Errorf("%s: %d bytes, %v", file.Path, file.Bytes, err)
				}
			}

			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCollect_errors(t *testing.T) {
	t.Parallel()

	root := tree(t, "a/x.jpg", "b/x.jpg")
	inside := func(names ...string) []string {
		paths := make([]string, len(names))
		for i, name := range names {
			paths[i] = filepath.Join(root, name)
		}

		return paths
	}

	if _, err := files.Collect(inside("a", "none"), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}

	var conflict *files.Conflict

	for name, paths := range map[string][]string{
		"two folders": inside("a", "b"), "two files": inside("a/x.jpg", "b/x.jpg"), "one file twice": inside("a/x.jpg", "a/x.jpg"),
	} {
		if _, err := files.Collect(paths, "p/"); !errors.As(err, &conflict) || conflict.Key != "p/x.jpg" {
			t.Errorf("%s: %v", name, err)
		}
	}

	if _, err := files.Collect([]string{os.DevNull}, ""); err == nil {
		t.Error("a device is accepted as a file")
	}
}
