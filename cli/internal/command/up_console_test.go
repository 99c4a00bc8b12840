package command

import (
	"os"
	"path/filepath"
	"testing"
)

func TestConsoleAccess(t *testing.T) {
	data := t.TempDir()
	path := filepath.Join(data, accessFile)

	first, err := consoleAccess(data)
	if err != nil {
		t.Fatal(err)
	}

	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != ownerOnly {
		t.Fatalf("the file: %v, %v", info.Mode(), err)
	}

	if again, err := consoleAccess(data); err != nil || again != first {
		t.Errorf("the token is different at the next start (%v)", err)
	}

	for name, spoil := range map[string]func() error{
		"that others can read": func() error { return os.Chmod(path, 0o644) },
		"that is empty":        func() error { return os.WriteFile(path, nil, ownerOnly) },
		"that is short":        func() error { return os.WriteFile(path, []byte("a\n"), ownerOnly) },
		"that is a link": func() error {
			other := filepath.Join(t.TempDir(), "theirs")

			return cmpErr(os.WriteFile(other, []byte(first), ownerOnly), os.Remove(path), os.Symlink(other, path))
		},
	} {
		t.Run("a file "+name, func(t *testing.T) {
			before, err := consoleAccess(data)
			if err != nil {
				t.Fatal(err)
			}

			if err := spoil(); err != nil {
				t.Fatal(err)
			}

			after, err := consoleAccess(data)
			if err != nil || after == before {
				t.Errorf("the token is still accepted (%v)", err)
			}

			if info, err := os.Lstat(path); err != nil || info.Mode() != ownerOnly {
				t.Errorf("the file is %v, %v", info.Mode(), err)
			}
		})
	}
}

// cmpErr returns the first error.
func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}

	return nil
}
