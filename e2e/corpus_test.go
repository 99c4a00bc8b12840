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

// What one file of other people's may take.
const (
	corpusSeconds = 10  // of processor time: the machine may be busy otherwise
	corpusMiB     = 512 // the function's memory
)

// specimen is a file of a corpus and what became of it.
type specimen struct {
	corpus, name, path string
	out                string // the folder of what was made of it

	status, code, reason string
	seconds              float64 // of processor time
	mib                  int     // the process' largest resident set

	compared string // the PNG that is compared with Pillow's picture, or ""
	pillow   comparison
	listed   bool // in the list of differences
}

// TestCorpora renders every file of the corpora that TRIPTYCH_CORPUS has (see `make
// corpus`) in a fresh process, by the code that the functions have. Each comes out
// ready or rejected with a code of the table; none crashes, hangs or eats the
// machine; and nothing is left in what comes out. With TRIPTYCH_PILLOW, a Python that has
// Pillow (.ci/pillow), each that Pillow opens is ready and looks the same, or stands in a
// list. TRIPTYCH_CORPUS_REPORT=FILE takes the table of results.
func TestCorpora(t *testing.T) {
	root := os.Getenv("TRIPTYCH_CORPUS")
	if root == "" {
		t.Skip("TRIPTYCH_CORPUS names no folder: make corpus")
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
			t.Errorf("%s/%s took %.1f s and %d MiB; at most %d s and %d MiB are right",
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

// collect lists the files of every corpus, a folder each.
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

// terminalCodes reads from the page for operators with which codes an upload can be
// rejected.
func terminalCodes(t *testing.T) []string {
	t.Helper()

	page, err := os.ReadFile("../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}

	var codes []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| terminal ").FindAllStringSubmatch(string(page), -1) {
		codes = append(codes, row[1])
	}

	if len(codes) == 0 {
		t.Fatal("docs/faults.md has no terminal codes")
	}

	return codes
}

// renderAll renders the files, and compares them with Pillow, as many at once as there
// are processors.
func renderAll(t *testing.T, specimens []*specimen, python string) {
	t.Helper()

	folder := t.TempDir()
	queue := make(chan *specimen)

	var workers sync.WaitGroup

	for range runtime.NumCPU() {
		workers.Go(func() {
			judge := &pillow{python: python}

			for one := range queue {
				err := one.render(t.Context())
				if err == nil && python != "" {
					one.pillow, err = judge.ask(one.path, one.compared)
				}

				if err != nil {
					t.Errorf("%s/%s: %v", one.corpus, one.name, err)
				}
			}

			if err := judge.stop(); err != nil {
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

// render runs the command on the file, and notes what it says and takes.
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
		return fmt.Errorf("read what render says: %w\n%s", err, stdout.String())
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

// checkOutputs has exiftool look through everything that was made.
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
			t.Errorf("%s belongs to no file", file)

			continue
		}

		for tag, value := range tags {
			if !innocent(file, tag, value) {
				t.Errorf("%s of %s/%s still has %s: %v", filepath.Base(file), one.corpus, one.name, tag, value)
			}
		}
	}

	t.Logf("exiftool looked at %d pictures that were made of %d files", made, len(specimens))
}
