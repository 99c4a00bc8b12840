package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The exit codes of every command.
const (
	exitWell     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRejected = 3
)

// commandWithin limits one run of the command, so that a hang fails the test.
const commandWithin = 5 * time.Minute

// outcome is the result of a run of the command.
type outcome struct {
	Stdout, Stderr string
	Code           int
}

// triptych runs the command against a target, in a new empty folder.
func triptych(t *testing.T, against *target, arguments ...string) outcome {
	t.Helper()

	ctx, cancel := context.WithTimeout(t.Context(), commandWithin)
	defer cancel()

	var stdout, stderr bytes.Buffer

	command := exec.CommandContext(ctx, against.binary, arguments...)
	command.Env = against.environment()
	command.Dir = t.TempDir()
	command.Stdout, command.Stderr = &stdout, &stderr

	err := command.Run()

	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatalf("triptych %s: %v", strings.Join(arguments, " "), err)
	}

	if ctx.Err() != nil {
		t.Fatalf("triptych %s did not end within %v\nstderr: %s", strings.Join(arguments, " "), commandWithin, stderr.String())
	}

	return outcome{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// expect runs the command and checks its exit code.
func expect(t *testing.T, code int, against *target, arguments ...string) outcome {
	t.Helper()

	out := triptych(t, against, arguments...)
	if out.Code != code {
		t.Fatalf("triptych %s exited with %d, want %d\nstdout: %s\nstderr: %s",
			strings.Join(arguments, " "), out.Code, code, out.Stdout, out.Stderr)
	}

	return out
}

// lines decodes the output of --json, one object a line. A field that the type does not
// have fails the test, because the format is an interface for programs.
func lines[T any](t *testing.T, text string) []T {
	t.Helper()

	var objects []T

	for line := range strings.Lines(text) {
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.DisallowUnknownFields()

		var object T
		if err := decoder.Decode(&object); err != nil {
			t.Fatalf("a line of --json: %v\n%s", err, line)
		}

		if decoder.More() {
			t.Fatalf("more than one object in a line of --json: %s", line)
		}

		objects = append(objects, object)
	}

	return objects
}

// variant is a variant as `upload`, `show` and the manifest describe it.
type variant struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`

	// Alternatives are the same image in other formats: `auto` has a WebP.
	Alternatives []struct {
		URL           string `json:"url"`
		Width, Height int
		Bytes         int64
		ContentType   string `json:"contentType"`
	} `json:"alternatives"`
}

// uploaded is a line of `triptych upload --wait --json`.
type uploaded struct {
	File         string    `json:"file"`
	Key          string    `json:"key"`
	Status       string    `json:"status"`
	Version      string    `json:"version"`
	ExecutionARN string    `json:"executionArn"`
	Variants     []variant `json:"variants"`
	Code         string    `json:"code"`
	Reason       string    `json:"reason"`
	Millis       *int64    `json:"millis"`
}

// upload uploads files, waits for the pipeline, and returns the result of each file by
// key.
func upload(t *testing.T, code int, against *target, arguments ...string) map[string]uploaded {
	t.Helper()

	out := expect(t, code, against, append([]string{"upload", "--wait", "--json"}, arguments...)...)
	byKey := map[string]uploaded{}

	for _, line := range lines[uploaded](t, out.Stdout) {
		if _, twice := byKey[line.Key]; twice {
			t.Errorf("%s is reported twice", line.Key)
		}

		byKey[line.Key] = line

		if line.Status == "READY" {
			finished(t, against, line.ExecutionARN) // The manifest is written after the ledger.
		}
	}

	return byKey
}

// ready checks that the result of an upload is READY and complete.
func (u uploaded) ready(t *testing.T) {
	t.Helper()

	if u.Status != "READY" || u.Code != "" || u.Reason != "" {
		t.Fatalf("%q is %q %s %s, want READY", u.Key, u.Status, u.Code, u.Reason)
	}

	if u.File == "" || len(u.Version) != 12 || u.ExecutionARN == "" || u.Millis == nil || *u.Millis <= 0 {
		t.Errorf("%q: incomplete: %+v", u.Key, u)
	}
}

// write writes a file into a folder, and creates the folders in its name.
func write(t *testing.T, folder, name string, content []byte) string {
	t.Helper()

	path := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}

	return path
}
