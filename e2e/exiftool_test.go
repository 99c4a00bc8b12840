package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
)

// exiftool reads everything that it knows of the files in a folder, each tag by
// its group ("GPS:GPSLatitude"), numbers as numbers; the tags of each file are
// found by its path.
func exiftool(folder string) (map[string]map[string]any, error) {
	var stdout, stderr bytes.Buffer

	// -a and -u: duplicates and unknown tags too; -ee: what is embedded in what.
	command := exec.Command("exiftool", "-json", "-n", "-G1", "-a", "-u", "-ee", "-r", folder)
	command.Stdout, command.Stderr = &stdout, &stderr

	// Files that it cannot read make it fail, and stand in its answer as errors.
	if err := command.Run(); err != nil && stdout.Len() == 0 {
		return nil, fmt.Errorf("exiftool: %w\n%s", err, stderr.String())
	}

	// It writes what looks like a number without quotes, such as the hexadecimal
	// name 46480086e554, which no float64 holds.
	decoder := json.NewDecoder(&stdout)
	decoder.UseNumber()

	var files []map[string]any
	if err := decoder.Decode(&files); err != nil {
		return nil, fmt.Errorf("read what exiftool says: %w", err)
	}

	byPath := make(map[string]map[string]any, len(files))

	for _, tags := range files {
		path, _ := tags["SourceFile"].(string)
		byPath[path] = tags
	}

	return byPath, nil
}

// number is a tag's value as a whole number, 0 where it has none.
func number(tags map[string]any, names ...string) int {
	for _, name := range names {
		value, ok := tags[name].(json.Number)
		if !ok {
			continue
		}

		if whole, err := value.Float64(); err == nil {
			return int(whole)
		}
	}

	return 0
}
