package e2e_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// These constants define when two images are the same.
const (
	comparedVariant = "compared" // the variant of testdata/corpus.json
	comparedSide    = 1600       // the largest width and height of this variant, in pixels
	sameLevels      = 3.0        // the largest mean difference of a channel
	pillowWithin    = 2 * time.Minute
)

// comparison is the result of .ci/compare.py for a file; that script describes its
// fields.
type comparison struct {
	Format, Problem string
	Size, Made      [2]int
	Difference      float64
}

// differs returns how the variant of a file differs from the image that Pillow decodes, or
// "".
func (s *specimen) differs() string {
	c := s.pillow

	switch {
	case c.Format == "":
		return ""
	case s.status != "READY":
		return fmt.Sprintf("is %s; Pillow opens it as %s: %s", s.code, c.Format, s.reason)
	case !sameSize(c.Size, c.Made):
		return fmt.Sprintf("has %d × %d pixels; Pillow has %d × %d", c.Made[0], c.Made[1], c.Size[0], c.Size[1])
	case c.Difference > sameLevels:
		return fmt.Sprintf("differs from Pillow by %.1f levels", c.Difference)
	default:
		return ""
	}
}

// sameSize reports whether a variant has the size that the recipe requires for an
// original.
func sameSize(original, made [2]int) bool {
	scale := min(1, comparedSide/float64(max(original[0], original[1])))

	for i := range made {
		want := max(1, float64(original[i])*scale)
		if math.Abs(want-float64(made[i])) > 0.5+1e-9 {
			return false
		}
	}

	return true
}

// pillow is a process of .ci/compare.py. It is started on demand, and again after it
// exited, because Pillow may crash on a file.
type pillow struct {
	python  string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// ask compares a file with its PNG; made is "" if there is no PNG. A file that crashes
// Pillow counts as not opened.
func (p *pillow) ask(original, made string) (comparison, error) {
	if err := p.start(); err != nil {
		return comparison{}, err
	}

	overdue := time.AfterFunc(pillowWithin, func() { _ = p.command.Process.Kill() })
	defer overdue.Stop()

	if _, err := fmt.Fprintf(p.in, "%s\t%s\n", original, made); err != nil {
		return comparison{}, fmt.Errorf("write to .ci/compare.py: %w", err)
	}

	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return comparison{Problem: "Pillow crashed"}, p.stop()
	}

	var said comparison
	if err := json.Unmarshal(line, &said); err != nil {
		return comparison{}, fmt.Errorf("read the answer of .ci/compare.py: %w", err)
	}

	return said, nil
}

func (p *pillow) start() error {
	if p.command != nil {
		return nil
	}

	command := exec.Command(p.python, filepath.Join("..", ".ci", "compare.py"))
	command.Stderr = os.Stderr

	in, err := command.StdinPipe()
	if err != nil {
		return fmt.Errorf("start .ci/compare.py: %w", err)
	}

	out, err := command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start .ci/compare.py: %w", err)
	}

	if err := command.Start(); err != nil {
		return fmt.Errorf("start .ci/compare.py: %w", err)
	}

	p.command, p.in, p.out = command, in, bufio.NewReader(out)

	return nil
}

// stop ends the process. It is not an error if a signal ended the process before. A
// Python exception is an error.
func (p *pillow) stop() error {
	if p == nil || p.command == nil {
		return nil
	}

	_ = p.in.Close()
	err := p.command.Wait()
	p.command = nil

	var failed *exec.ExitError
	if errors.As(err, &failed) && !failed.Exited() {
		return nil
	}

	if err != nil {
		return fmt.Errorf(".ci/compare.py: %w", err)
	}

	return nil
}

// checkPillow checks that Pillow opens each format. So if Pillow does not open a file of
// the corpora, the cause is the file, and not the installation of Pillow.
func checkPillow(t *testing.T, python string) {
	t.Helper()

	comparer := &pillow{python: python}

	for _, one := range []struct{ file, format string }{
		{"lossy.webp", "WEBP"},
		{"progressive.jpg", "JPEG"},
		{"glass.avif", "AVIF"},
		{"gray.heic", "HEIF"},
		{"cases/pillow-lzw.tif", "TIFF"},
		{"cases/gap.bmp", "BMP"},
		{"cases/no-trailer.gif", "GIF"},
		{"cases/plte-257.png", "PNG"},
	} {
		// The PNG shows another image, so Pillow must report a difference.
		said, err := comparer.ask(
			filepath.Join("..", "picture", "testdata", one.file),
			filepath.Join("..", "picture", "testdata", "cases", "expected", "gray-lab-pcs.jpg.png"))
		if err != nil {
			t.Fatal(err)
		}

		if said.Format != one.format || said.Difference <= sameLevels {
			t.Errorf("Pillow says of %s: %+v; want format %s, and a difference", one.file, said, one.format)
		}
	}

	if err := comparer.stop(); err != nil {
		t.Fatal(err)
	}
}

// checkLikeness checks that every file that Pillow opens is ready and looks the same,
// except the files in testdata/corpus-differences.txt. Each of these must differ.
func checkLikeness(t *testing.T, root string, specimens []*specimen) {
	t.Helper()

	listed := readDifferences(t, root)
	opened := 0

	for _, one := range specimens {
		if one.pillow.Format != "" {
			opened++
		}

		difference, reason := one.differs(), listed.reason(one)
		one.listed = difference != "" && reason != ""

		switch {
		case difference != "" && reason == "":
			t.Errorf("%s/%s %s", one.corpus, one.name, difference)
		case difference == "" && reason != "":
			t.Errorf("%s/%s does not differ from Pillow, but is in the list of differences (%s)", one.corpus, one.name, reason)
		}
	}

	listed.checkUsed(t)
	t.Logf("Pillow opens %d of %d files", opened, len(specimens))
}

// withoutFolder returns the path of a file within its source package, without the folder
// whose name has the version.
func withoutFolder(name string) string {
	_, inside, _ := strings.Cut(filepath.ToSlash(name), "/")

	return inside
}
