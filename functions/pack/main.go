// Pack writes a Lambda deployment package: a zip archive with the one file
// "bootstrap", the same bytes whenever and wherever it is made from the same
// binary.
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

	code, err := os.ReadFile(binary) //nolint:gosec // The caller names the file; that is what the command is for.
	if err != nil {
		return fmt.Errorf("read the binary: %w", err)
	}

	// Written to a temporary name and renamed: a package is whole or not there.
	temporary := archive + ".new"

	file, err := os.Create(temporary) //nolint:gosec // As above.
	if err != nil {
		return fmt.Errorf("make the archive: %w", err)
	}

	if err := errors.Join(write(file, code), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", archive, err)
	}

	if err := os.Rename(temporary, archive); err != nil { //nolint:gosec // As above.
		return fmt.Errorf("finish the archive: %w", err)
	}

	return nil
}

// write fixes all that would differ from one run to the next: the time, the mode
// and the compressor's level. Lambda needs the executable bits
// (AWS Lambda Developer Guide, "Deploy Go Lambda functions with .zip file archives").
func write(file io.Writer, code []byte) error {
	archive := zip.NewWriter(file)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})

	header := &zip.FileHeader{
		Name:     "bootstrap",
		Method:   zip.Deflate,
		Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC), // the oldest that the format knows
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
