package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// write puts a file in place in one step, so that nobody ever sees half of it.
func write(path string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}

	_, err = file.Write(data)

	err = errors.Join(err, file.Chmod(0o644), file.Close()) // For anybody to look at.
	if err == nil {
		err = os.Rename(file.Name(), path)
	}

	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, cause(err)), os.Remove(file.Name()))
	}

	return nil
}

// cause is an error of a file without its path, which the result names.
func cause(err error) error {
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return failure.Err
	}

	return err
}
