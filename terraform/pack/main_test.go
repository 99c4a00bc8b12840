package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPack_reproducible(t *testing.T) {
	folder := t.TempDir()
	binary := filepath.Join(folder, "binary")
	code := bytes.Repeat([]byte("code "), 1000)

	var archives [2][]byte

	for i := range archives {
		if err := os.WriteFile(binary, code, 0o600); err != nil {
			t.Fatal(err)
		}

		if err := os.Chtimes(binary, time.Now(), time.Unix(int64(i)*1e8, 0)); err != nil {
			t.Fatal(err)
		}

		archive := filepath.Join(folder, "out.zip")
		if err := run([]string{binary, archive}); err != nil {
			t.Fatal(err)
		}

		archives[i], _ = os.ReadFile(archive)
	}

	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("two runs created different archives")
	}

	read, err := zip.NewReader(bytes.NewReader(archives[0]), int64(len(archives[0])))
	if err != nil {
		t.Fatal(err)
	}

	if len(read.File) != 1 || read.File[0].Name != "bootstrap" || read.File[0].Mode() != 0o755 {
		t.Fatalf("the archive contains %+v", read.File)
	}

	entry, err := read.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}

	if got, err := io.ReadAll(entry); err != nil || !bytes.Equal(got, code) {
		t.Errorf("bootstrap is not the binary: %v", err)
	}
}

func TestPack_errors(t *testing.T) {
	for _, arguments := range [][]string{nil, {"one"}, {"no-such-file", filepath.Join(t.TempDir(), "out.zip")}} {
		if err := run(arguments); err == nil {
			t.Errorf("%q was accepted", arguments)
		}
	}
}
