package server

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
)

// openFiles opens the plain files, and makes their folder the working directory.
func openFiles(dir string) (*posix.Posix, error) {
	buckets, versions := filepath.Join(dir, "buckets"), filepath.Join(dir, "versions")
	for _, folder := range []string{buckets, versions} {
		if err := os.MkdirAll(folder, folderMode); err != nil {
			return nil, fmt.Errorf("make a folder of the object store: %w", err)
		}
	}

	options := posix.PosixOpts{
		VersioningDir:       versions,
		ValidateBucketNames: true,
		CopyObjectThreshold: maxCopyBytes,
		// Without this, the server writes an overwritten object to a temporary name that
		// is longer than its own, which fails for a long name.
		ForceNoTmpFile: true,
	}

	attributes, err := openAttributes(dir, buckets, &options)
	if err != nil {
		return nil, err
	}

	var files *posix.Posix

	err = quietly(func() error {
		files, err = posix.New(buckets, attributes, options)

		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open the files: %w", err)
	}

	return files, nil
}

// openAttributes chooses where ETags, types and version ids are stored: in the files'
// extended attributes, which change together with the file in one step, otherwise in
// separate files.
func openAttributes(dir, buckets string, options *posix.PosixOpts) (meta.MetadataStorer, error) {
	extended := meta.XattrMeta{}
	if extended.Test(buckets) == nil {
		return extended, nil
	}

	options.SideCarDir = filepath.Join(dir, "attributes")
	if err := os.MkdirAll(options.SideCarDir, folderMode); err != nil {
		return nil, fmt.Errorf("make a folder of the object store: %w", err)
	}

	beside, err := meta.NewSideCar(options.SideCarDir)
	if err != nil {
		return nil, fmt.Errorf("open the files' attributes: %w", err)
	}

	return beside, nil
}

// quietly runs do without standard output: versitygw prints the path of its versions,
// which is not a message for the user. Nothing else in the process may print meanwhile.
func quietly(do func() error) error {
	void, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", os.DevNull, err)
	}

	output := os.Stdout
	os.Stdout = void

	defer func() {
		os.Stdout = output
		_ = void.Close()
	}()

	return do()
}
