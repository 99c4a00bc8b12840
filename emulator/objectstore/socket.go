package objectstore

import (
	"fmt"
	"os"
	"path/filepath"
)

const (
	socketName = "s3.sock"
	// maxSocketPath is the longest path of a socket, in bytes, that every system accepts:
	// macOS has room for 104 with the final zero, Linux for 108 (unix(4), unix(7)).
	maxSocketPath = 103
)

// socketPath returns the path of the server's socket, and the function that removes the
// folder that was made for it. The socket is in the store's folder if its path is short
// enough, otherwise in a temporary folder.
func socketPath(dir string) (path string, remove func(), err error) {
	path, remove = filepath.Join(dir, socketName), func() {}
	if len(path) <= maxSocketPath {
		return path, remove, nil
	}

	folder, err := os.MkdirTemp("", "triptych-")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for the socket: %w", err)
	}

	remove = func() { _ = os.RemoveAll(folder) } // A temporary folder: the system removes it later.

	if path = filepath.Join(folder, socketName); len(path) > maxSocketPath {
		remove()

		return "", nil, fmt.Errorf("%w: %s has more than %d bytes; set TMPDIR to a shorter folder", errSocketPath, path, maxSocketPath)
	}

	return path, remove, nil
}
