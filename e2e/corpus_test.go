package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// These are the limits of one file.
const (
	corpusSeconds = 10  // of CPU time, because the machine may be under other load
	corpusMiB     = 512 // the function's memory
)

// specimen is a file of a corpus, with its result.
type specimen struct {
	corpus, name, path string
	out                string // the folder of its output

	status, code, reason string
	seconds              float64 // of CPU time
	mib                  int     // the process' largest resident set

	compared string // the PNG that is compared with Pillow's image, or ""
	pillow   comparison
	listed   bool // in the list of differences
}

// TestCorpora renders every file of the corpora in TRIPTYCH_CORPUS (see `make corpus`) in
// a new process, with the code of the functions. Each file must be READY, or REJECTED
// with a terminal code of docs/errors.md. No file may crash or exceed its limits of time
// and memory, and the output must have no metadata. TRIPTYCH_PILLOW names a Python
// interpreter that has Pillow (.ci/pillow). If it is set, each file that Pillow opens
// must be READY and look the same, or be in the list of differences.
// TRIPTYCH_CORPUS_REPORT=FILE writes the table of results into FILE.
func TestCorpora(t *testing.T) {
	root := os.Getenv("TRIPTYCH_CORPUS")
	if root == "" {
		t.Skip("TRIPTYCH_CORPUS is not set: `make corpus` sets it")
	}

	specimens := collect(t, root)
	codes := terminalCodes(t)

	python := os.Getenv("TRIPTYCH_PILLOW")
	if python != "" {
		checkPillow(t, python)
	}

	renderAll(t, specimens, python)

	for _, one := range specimens {
		switch {
		case one.status == "READY" && one.code == "":
		case one.status == "REJECTED" && slices.Contains(codes, one.code) && sentence.MatchString(one.reason):
		default:
			t.Errorf("%s/%s is %q %q: %s", one.corpus, one.name, one.status, one.code, one.reason)
		}

		if one.seconds > corpusSeconds || one.mib > corpusMiB {
			t.Errorf("%s/%s took %.1f s and %d MiB; want at most %d s and %d MiB",
				one.corpus, one.name, one.seconds, one.mib, corpusSeconds, corpusMiB)
		}
	}

	checkVerdicts(t, specimens)
	checkOutputs(t, specimens)

	if python != "" {
		checkLikeness(t, root, specimens)
	}

	if report := os.Getenv("TRIPTYCH_CORPUS_REPORT"); report != "" && !t.Failed() {
		writeReport(t, root, report, specimens)
	}
}

// collect lists the files of every corpus. Each corpus is a folder.
func collect(t *testing.T, root string) []*specimen {
	t.Helper()

	var specimens []*specimen

	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || entry.Name() == ".version" {
			return err
		}

		corpus, name, _ := strings.Cut(strings.TrimPrefix(path, root+string(filepath.Separator)), string(filepath.Separator))
		specimens = append(specimens, &specimen{corpus: corpus, name: name, path: path})

		return nil
	})
	if err != nil || len(specimens) == 0 {
		t.Fatalf("no corpus in %s: %v", root, err)
	}

	return specimens
}

// terminalCodes reads the rejection codes from docs/errors.md.
func terminalCodes(t *testing.T) []string {
	t.Helper()

	page, err := os.ReadFile("../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}

	var codes []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| terminal ").FindAllStringSubmatch(string(page), -1) {
		codes = append(codes, row[1])
	}

	if len(codes) == 0 {
		t.Fatal("docs/errors.md has no terminal codes")
	}

	return codes
}

// renderAll renders the files and compares them with Pillow, as many in parallel as there
// are processors.
func renderAll(t *testing.T, specimens []*specimen, python string) {
	t.Helper()

	folder := t.TempDir()
	queue := make(chan *specimen)

	var workers sync.WaitGroup

	for range runtime.NumCPU() {
		workers.Go(func() {
			comparer := &pillow{python: python}

			for one := range queue {
				err := one.render(t.Context())
				if err == nil && python != "" {
					one.pillow, err = comparer.ask(one.path, one.compared)
				}

				if err != nil {
					t.Errorf("%s/%s: %v", one.corpus, one.name, err)
				}
			}

			if err := comparer.stop(); err != nil {
				t.Error(err)
			}
		})
	}

	for i, one := range specimens {
		one.out = filepath.Join(folder, fmt.Sprintf("%05d", i))
		queue <- one
	}

	close(queue)
	workers.Wait()
}

// render runs the command on the file, and stores its output, time and memory.
func (s *specimen) render(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, commandWithin)
	defer cancel()

	var stdout, stderr bytes.Buffer

	command := exec.CommandContext(ctx, binary, "render", "--json", "--recipe", "testdata/corpus.json", "--out", s.out, s.path)
	command.Stdout, command.Stderr = &stdout, &stderr

	err := command.Run()

	if ctx.Err() != nil {
		return fmt.Errorf("did not end within %v", commandWithin)
	}

	var failed *exec.ExitError
	if err != nil && (!errors.As(err, &failed) || failed.ExitCode() != exitRejected) {
		return fmt.Errorf("render: %w\n%s", err, stderr.String())
	}

	var said struct {
		Status, Code, Reason string
		Variants             []struct{ Name, Path string }
	}
	if err := json.Unmarshal(stdout.Bytes(), &said); err != nil {
		return fmt.Errorf("read the output of render: %w\n%s", err, stdout.String())
	}

	s.status, s.code, s.reason = said.Status, said.Code, said.Reason

	for _, variant := range said.Variants {
		if variant.Name == comparedVariant {
			s.compared = variant.Path
		}
	}

	state := command.ProcessState
	s.seconds = (state.UserTime() + state.SystemTime()).Round(time.Millisecond).Seconds()

	if usage, ok := state.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
		s.mib = int(usage.Maxrss >> 10) // KiB (getrusage(2))
	}

	return nil
}

// checkOutputs checks all output with exiftool.
func checkOutputs(t *testing.T, specimens []*specimen) {
	t.Helper()

	made := 0

	for _, one := range specimens {
		if one.status != "READY" {
			if left, err := os.ReadDir(one.out); err == nil && len(left) > 0 {
				t.Errorf("%s/%s was rejected, and left %v", one.corpus, one.name, left)
			}
		}
	}

	found, err := exiftool(filepath.Dir(specimens[0].out))
	if err != nil {
		t.Fatal(err)
	}

	byFolder := map[string]*specimen{}
	for _, one := range specimens {
		byFolder[one.out] = one
	}

	for file, tags := range found {
		made++

		one := byFolder[filepath.Dir(filepath.Dir(file))]
		if one == nil {
			t.Errorf("no input file has the output %s", file)

			continue
		}

		for tag, value := range tags {
			if !necessary(file, tag, value) {
				t.Errorf("%s of %s/%s still has %s: %v", filepath.Base(file), one.corpus, one.name, tag, value)
			}
		}
	}

	t.Logf("exiftool read %d images made from %d files", made, len(specimens))
}
