package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
)

// exiftool reads all metadata of the files in a folder. It returns a map from the path of
// each file to its tags. The name of a tag includes its group ("GPS:GPSLatitude"). A
// numeric value is a json.Number.
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

	// exiftool writes a value without quotes if it looks like a number. An example is the
	// hexadecimal name 46480086e554, which is too large for a float64.
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

// number returns the value of the first of these tags that has a number, as an integer.
// It returns 0 if no tag has a number.
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
