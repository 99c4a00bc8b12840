package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// hangs is the wall time after which a batch counts as hanging. It allows for other load on
// the machine.
const hangs = 5 * time.Minute

// rendered is the result of rendering a batch in one process.
type rendered struct {
	masters  map[string]string // the master's path, by the mutant's
	rejected int
	peakKB   int
	cpu      time.Duration
	what     string // the problem, or ""
}

// render runs `triptych render` on files.
func (a *attack) render(ctx context.Context, out string, files map[string]int) (rendered, error) {
	bounded, cancel := context.WithTimeout(ctx, hangs)
	defer cancel()

	paths := slices.Sorted(maps.Keys(files))
	options := []string{"render", "--json", "--out", out}

	if a.recipe != "" {
		options = append(options, "--recipe", a.recipe)
	}

	command := exec.CommandContext(bounded, a.binary, append(options, paths...)...)
	// The functions set the same limit.
	command.Env = append(os.Environ(), fmt.Sprintf("GOMEMLIMIT=%dMiB", a.limits.MemoryMB*3/4))

	var stdout, stderr bytes.Buffer

	command.Stdout, command.Stderr = &stdout, &stderr

	err := command.Run()

	if ctx.Err() != nil {
		return rendered{}, ctx.Err()
	}

	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return rendered{}, fmt.Errorf("run triptych render: %w", err)
	}

	usage, _ := command.ProcessState.SysUsage().(*syscall.Rusage) // SysUsage has this type on Unix.
	done := rendered{masters: map[string]string{}, peakKB: int(usage.Maxrss), cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}

	var wrong []string

	if code := command.ProcessState.ExitCode(); code != 0 && code != 3 {
		wrong = append(wrong, fmt.Sprintf("%v: %s", command.ProcessState, firstLine(stderr.String())))
	}

	if missing := done.read(stdout.Bytes(), files); missing != "" {
		wrong = append(wrong, missing)
	}

	if done.peakKB > a.limits.MemoryMB<<10 {
		wrong = append(wrong, fmt.Sprintf("%d MiB of memory", done.peakKB>>10))
	}

	if done.cpu > a.limits.CPU {
		wrong = append(wrong, fmt.Sprintf("%v of CPU", done.cpu.Round(time.Millisecond)))
	}

	done.what = strings.Join(wrong, "; ")

	return done, nil
}

// read decodes the output of `render --json`, and returns what is missing in it.
func (r *rendered) read(text []byte, files map[string]int) string {
	seen := map[string]bool{}

	for line := range bytes.Lines(text) {
		var result struct {
			File, Status, Code, Reason string
			Original                   struct{ Path string }
		}

		if err := json.Unmarshal(line, &result); err != nil {
			return fmt.Sprintf("a line of output is not JSON: %v", err)
		}

		seen[result.File] = true

		switch result.Status {
		case "READY":
			r.masters[result.File] = result.Original.Path
		case "REJECTED":
			r.rejected++
		default:
			return fmt.Sprintf("%s: %s", result.Status, result.Reason)
		}
	}

	if len(seen) != len(files) {
		return fmt.Sprintf("%d of %d files have a result", len(seen), len(files))
	}

	return ""
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")

	return line
}
