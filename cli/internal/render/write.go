package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// write writes a file atomically: no program can read an incomplete file.
func write(path string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}

	_, err = file.Write(data)

	err = errors.Join(err, file.Chmod(0o644), file.Close()) // The images are not secret.
	if err == nil {
		err = os.Rename(file.Name(), path)
	}

	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, cause(err)), os.Remove(file.Name()))
	}

	return nil
}

// cause returns the cause of a file error without the path, which the result contains.
func cause(err error) error {
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return failure.Err
	}

	return err
}
