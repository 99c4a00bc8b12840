// Pack writes a Lambda deployment package: a zip archive with the one file "bootstrap".
// Terraform uploads it. The same binary always gives the same bytes, at any time and on any
// machine.
//
//	pack BINARY ARCHIVE
package main

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

var errUsage = errors.New("usage: pack BINARY ARCHIVE")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	const want = 2
	if len(arguments) != want {
		return errUsage
	}

	binary, archive := arguments[0], arguments[1]

	code, err := os.ReadFile(binary) //nolint:gosec // The caller names the file.
	if err != nil {
		return fmt.Errorf("read the binary: %w", err)
	}

	// The archive is written to a temporary file and renamed, so that it is never
	// incomplete.
	temporary := archive + ".new"

	file, err := os.Create(temporary) //nolint:gosec // as above
	if err != nil {
		return fmt.Errorf("create the archive: %w", err)
	}

	if err := errors.Join(write(file, code), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", archive, err)
	}

	if err := os.Rename(temporary, archive); err != nil { //nolint:gosec // as above
		return fmt.Errorf("finish the archive: %w", err)
	}

	return nil
}

// write fixes everything that would differ between two runs: the time, the mode and the
// compression level. Lambda needs the executable bits (AWS Lambda Developer Guide,
// "Deploy Go Lambda functions with .zip file archives").
func write(file io.Writer, code []byte) error {
	archive := zip.NewWriter(file)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})

	header := &zip.FileHeader{
		Name:     "bootstrap",
		Method:   zip.Deflate,
		Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC), // the oldest time that the format supports
	}

	const executable = 0o755

	header.SetMode(executable)

	entry, err := archive.CreateHeader(header)
	if err != nil {
		return fmt.Errorf("add bootstrap: %w", err)
	}

	if _, err := entry.Write(code); err != nil {
		return fmt.Errorf("write bootstrap: %w", err)
	}

	if err := archive.Close(); err != nil {
		return fmt.Errorf("finish: %w", err)
	}

	return nil
}
