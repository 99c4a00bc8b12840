// Package files finds the files for the paths of a command line, and the key of each file.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// File is a file on this machine.
type File struct {
	Path string
	// Key is the file's key in the bucket. It is not validated: see keys.Validate.
	Key   string
	Bytes int64
}

// Collect returns the files for a list of paths. A path names a file, or a directory whose
// files are returned. The files are in the order of paths, and sorted within a directory. If
// a path names a file, its key is prefix followed by the base name. The key of a file in a
// directory is prefix followed by the path in this directory, with slashes.
//
// Within directories, Collect returns only regular files, and skips hidden files such as
// .DS_Store. It does not skip a hidden file that a path names.
func Collect(paths []string, prefix string) ([]File, error) {
	var found []File

	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, cause(err))
		}

		switch {
		case info.IsDir():
			below, err := walk(path, prefix)
			if err != nil {
				return nil, err
			}

			found = append(found, below...)
		case info.Mode().IsRegular():
			found = append(found, File{Path: path, Key: prefix + filepath.Base(path), Bytes: info.Size()})
		default:
			return nil, fmt.Errorf("read %s: %w", path, errNotRegular)
		}
	}

	return found, unique(found)
}

var errNotRegular = errors.New("it is neither a regular file nor a directory")

func walk(root, prefix string) ([]File, error) {
	var found []File

	// WalkDir walks in lexical order.
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read %s: %w", path, cause(err))
		}

		hidden := path != root && strings.HasPrefix(entry.Name(), ".")

		switch {
		case hidden && entry.IsDir():
			return filepath.SkipDir
		case hidden || !entry.Type().IsRegular():
			return nil
		}

		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("read %s: %w", path, cause(err))
		}

		relative, err := filepath.Rel(root, path)
		if err != nil {
			return fmt.Errorf("find the key of %s: %w", path, err)
		}

		found = append(found, File{Path: path, Key: prefix + filepath.ToSlash(relative), Bytes: info.Size()})

		return nil
	})

	return found, err
}

// Conflict means that two files would have the same key.
type Conflict struct{ Key, First, Second string }

func (c *Conflict) Error() string {
	return fmt.Sprintf("%s and %s would both be stored as %q: upload them separately, each with its own --prefix",
		c.First, c.Second, c.Key)
}

func unique(found []File) error {
	first := make(map[string]string, len(found))

	for _, file := range found {
		if before, taken := first[file.Key]; taken {
			return &Conflict{Key: file.Key, First: before, Second: file.Path}
		}

		first[file.Key] = file.Path
	}

	return nil
}

// cause returns the cause of a file error without the path, which the message already
// contains.
func cause(err error) error {
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return failure.Err
	}

	return err
}
