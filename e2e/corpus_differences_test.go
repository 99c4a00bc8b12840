package e2e_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// difference is a line of testdata/corpus-differences.txt.
type difference struct {
	corpus, pattern, reason string

	exact bool // the corpus has the version for which the list was written
	used  bool
}

type corpusDifferences []*difference

// readDifferences reads the list of files that Triptych rejects, or renders differently from
// Pillow. A line "[corpus version]" starts a section. The other lines of a section have the
// form "pattern: reason", with a pattern for path.Match.
func readDifferences(t *testing.T, root string) corpusDifferences {
	t.Helper()

	const file = "testdata/corpus-differences.txt"

	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	var (
		list    corpusDifferences
		section difference
	)

	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)

		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "["):
			corpus, version, _ := strings.Cut(strings.Trim(line, "[]"), " ")
			found, err := os.ReadFile(filepath.Join(root, corpus, ".version"))
			section = difference{corpus: corpus, exact: err == nil && strings.TrimSpace(string(found)) == version}

			continue
		}

		pattern, reason, found := strings.Cut(line, ": ")
		if _, err := path.Match(pattern, ""); err != nil || !found || section.corpus == "" {
			t.Fatalf("%s: %q has not the form 'pattern: reason'", file, line)
		}

		one := section
		one.pattern, one.reason = pattern, reason
		list = append(list, &one)
	}

	return list
}

// reason returns the reason of the first pattern that matches a file, or "".
func (d corpusDifferences) reason(of *specimen) string {
	for _, one := range d {
		if one.corpus != of.corpus {
			continue
		}

		if matches, _ := path.Match(one.pattern, withoutFolder(of.name)); matches {
			one.used = true

			return one.reason
		}
	}

	return ""
}

// checkUsed checks that every pattern matches a file. It skips the patterns of a corpus in
// another version, because that version may have other files.
func (d corpusDifferences) checkUsed(t *testing.T) {
	t.Helper()

	for _, one := range d {
		if one.exact && !one.used {
			t.Errorf("the list of differences has %q, which matches no file of %s", one.pattern, one.corpus)
		}
	}
}
