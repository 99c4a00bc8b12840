package foreign

import (
	"archive/zip"
	"bytes"
	"fmt"
)

// Package returns a Lambda package. files maps the name of each executable file to its
// content.
func Package(files map[string]string) ([]byte, error) {
	const executable = 0o755

	var out bytes.Buffer

	archive := zip.NewWriter(&out)

	for name, content := range files {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(executable)

		file, err := archive.CreateHeader(header)
		if err != nil {
			return nil, fmt.Errorf("add %s: %w", name, err)
		}

		if _, err := file.Write([]byte(content)); err != nil {
			return nil, fmt.Errorf("add %s: %w", name, err)
		}
	}

	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("close the archive: %w", err)
	}

	return out.Bytes(), nil
}
