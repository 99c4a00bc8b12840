package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
)

// exiftool reads all metadata of the files in a folder. It returns the tags of each file
// by its path; each tag has its group ("GPS:GPSLatitude"), and numbers are numbers.
func exiftool(folder string) (map[string]map[string]any, error) {
	var stdout, stderr bytes.Buffer

	// The options -a and -u include duplicates and unknown tags; -ee includes embedded
	// files.
	command := exec.Command("exiftool", "-json", "-n", "-G1", "-a", "-u", "-ee", "-r", folder)
	command.Stdout, command.Stderr = &stdout, &stderr

	// exiftool exits with an error if it cannot read a file, and reports the error in its
	// output.
	if err := command.Run(); err != nil && stdout.Len() == 0 {
		return nil, fmt.Errorf("exiftool: %w\n%s", err, stderr.String())
	}

	// exiftool writes each value that looks like a number without quotes, such as the
	// hexadecimal name 46480086e554, which no float64 holds.
	decoder := json.NewDecoder(&stdout)
	decoder.UseNumber()

	var files []map[string]any
	if err := decoder.Decode(&files); err != nil {
		return nil, fmt.Errorf("read the output of exiftool: %w", err)
	}

	byPath := make(map[string]map[string]any, len(files))

	for _, tags := range files {
		path, _ := tags["SourceFile"].(string)
		byPath[path] = tags
	}

	return byPath, nil
}

// number returns a tag's value as an integer, or 0 if the tag does not exist.
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
