package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestRun/same bytes: the time and the exact mode of the files have no influence.
func TestRun_sameBytes(t *testing.T) {
	for _, kind := range []string{".tar.gz", ".zip"} {
		t.Run(kind, func(t *testing.T) {
			first := archived(t, kind, time.Unix(1e9, 0), 0o755, 0o600)
			second := archived(t, kind, time.Unix(2e9, 0), 0o700, 0o644)

			if !bytes.Equal(first, second) {
				t.Error("two archives of the same files differ")
			}

			if bytes.Equal(first, archived(t, kind, time.Unix(1e9, 0), 0o644, 0o644)) {
				t.Error("an archive does not say which file is a program")
			}
		})
	}
}

func TestRun_entries(t *testing.T) {
	want := map[string]fs.FileMode{"name-1.0/bin/program": 0o755, "name-1.0/text": 0o644}

	compressed, err := gzip.NewReader(bytes.NewReader(archived(t, ".tar.gz", time.Now(), 0o755, 0o644)))
	if err != nil {
		t.Fatal(err)
	}

	found := 0

	for entries := tar.NewReader(compressed); ; found++ {
		header, err := entries.Next()
		if err == io.EOF {
			break
		}

		if err != nil {
			t.Fatal(err)
		}

		if mode, known := want[header.Name]; !known || fs.FileMode(header.Mode) != mode || header.ModTime.Unix() != 1700000000 {
			t.Errorf("tar entry %s, mode %o, time %v", header.Name, header.Mode, header.ModTime)
		}
	}

	if found != len(want) {
		t.Errorf("the tar archive has %d entries, want %d", found, len(want))
	}

	packed := archived(t, ".zip", time.Now(), 0o755, 0o644)

	entries, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}

	for _, entry := range entries.File {
		if mode, known := want[entry.Name]; !known || entry.Mode() != mode {
			t.Errorf("zip entry %s, mode %v", entry.Name, entry.Mode())
		}
	}

	if len(entries.File) != len(want) {
		t.Errorf("the zip archive has %d entries, want %d", len(entries.File), len(want))
	}
}

func TestRun_rejectsLinks(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "name")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}

	if err := os.Symlink("/etc/passwd", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}

	if err := run([]string{folder, folder + ".zip"}); err == nil {
		t.Error("a symbolic link was archived")
	}
}

func archived(t *testing.T, kind string, modified time.Time, program, text fs.FileMode) []byte {
	t.Helper()

	root := t.TempDir()
	folder := filepath.Join(root, "name-1.0")

	for name, mode := range map[string]fs.FileMode{"bin/program": program, "text": text} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, []byte("content of "+name), mode); err != nil {
			t.Fatal(err)
		}

		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
	}

	archive := filepath.Join(root, "out"+kind)
	if err := run([]string{"-time", "1700000000", folder, archive}); err != nil {
		t.Fatal(err)
	}

	content, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}

	return content
}
