// Archive writes a folder as a tar.gz or zip archive. The same files always give the same
// bytes: the entries are sorted, have no owner, and have one time.
//
//	archive [-time SECONDS] [-prefix PREFIX] FOLDER ARCHIVE
package main

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

var errUsage = errors.New("usage: archive [-time SECONDS] [-prefix PREFIX] FOLDER ARCHIVE.tar.gz|ARCHIVE.zip")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "archive:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("archive", flag.ContinueOnError)
	seconds := flags.Int64("time", 0, "the time of every entry, in Unix `seconds`")
	prefix := flags.String("prefix", "", "the `text` before the path of a file in the folder; the folder's name and a slash if not given")

	if err := flags.Parse(arguments); err != nil {
		return fmt.Errorf("parse the flags: %w", err)
	}

	const want = 2
	if flags.NArg() != want {
		return errUsage
	}

	folder, archive := flags.Arg(0), flags.Arg(1)
	if *prefix == "" {
		*prefix = filepath.Base(folder) + "/"
	}

	var to func(io.Writer) (writer, error)

	switch {
	case strings.HasSuffix(archive, ".zip"):
		to = newZip
	case strings.HasSuffix(archive, ".tar.gz"):
		to = newTar
	default:
		return errUsage
	}

	file, err := os.Create(archive)
	if err != nil {
		return fmt.Errorf("create the archive: %w", err)
	}

	if err := errors.Join(write(file, to, folder, *prefix, time.Unix(*seconds, 0).UTC()), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", archive, err), os.Remove(archive))
	}

	return nil
}

// writer writes the files of one format.
type writer interface {
	// add writes one file. The mode is 0755 for programs and 0644 for other files.
	add(name string, mode fs.FileMode, modified time.Time, content []byte) error
	Close() error
}

// write adds every regular file under the folder. The walk is in lexical order. Each
// name is the prefix and the path in the folder.
func write(file io.Writer, to func(io.Writer) (writer, error), folder, prefix string, modified time.Time) error {
	archive, err := to(file)
	if err != nil {
		return err
	}

	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}

		if !entry.Type().IsRegular() {
			return fmt.Errorf("%s: %w", path, errNotRegular)
		}

		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("read the mode of %s: %w", path, err)
		}

		name, err := filepath.Rel(folder, path)
		if err != nil {
			return fmt.Errorf("name %s: %w", path, err)
		}

		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read a file: %w", err)
		}

		return archive.add(prefix+filepath.ToSlash(name), normalMode(info.Mode()), modified, content)
	})

	return errors.Join(err, archive.Close())
}

var errNotRegular = errors.New("not a regular file")

// normalMode keeps only whether a file is a program, because the rest depends on the umask.
func normalMode(mode fs.FileMode) fs.FileMode {
	const owner = 0o100
	if mode&owner != 0 {
		return 0o755
	}

	return 0o644
}

type tarWriter struct {
	*tar.Writer
	compressor *gzip.Writer
}

func newTar(to io.Writer) (writer, error) {
	compressor, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("make the compressor: %w", err)
	}

	return tarWriter{tar.NewWriter(compressor), compressor}, nil
}

func (w tarWriter) add(name string, mode fs.FileMode, modified time.Time, content []byte) error {
	header := &tar.Header{Name: name, Mode: int64(mode), ModTime: modified, Size: int64(len(content)), Format: tar.FormatUSTAR}
	if err := w.WriteHeader(header); err != nil {
		return fmt.Errorf("begin %s: %w", name, err)
	}

	if _, err := w.Write(content); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}

	return nil
}

func (w tarWriter) Close() error { return errors.Join(w.Writer.Close(), w.compressor.Close()) }

type zipWriter struct{ *zip.Writer }

func newZip(to io.Writer) (writer, error) {
	archive := zip.NewWriter(to)
	archive.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(to, flate.BestCompression)
	})

	return zipWriter{archive}, nil
}

func (w zipWriter) add(name string, mode fs.FileMode, modified time.Time, content []byte) error {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified}
	header.SetMode(mode)

	entry, err := w.CreateHeader(header)
	if err != nil {
		return fmt.Errorf("begin %s: %w", name, err)
	}

	if _, err := entry.Write(content); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}

	return nil
}
