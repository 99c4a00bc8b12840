package e2e_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tally is the result of one corpus.
type tally struct {
	files, ready     int
	opened, listed   int            // files that Pillow opens; of these, those in the list of differences
	rejected         map[string]int // by code
	slowest, largest *specimen
}

// writeReport writes the table of results into a page, in place of the existing table.
func writeReport(t *testing.T, root, page string, specimens []*specimen) {
	t.Helper()

	tallies := map[string]*tally{}

	for _, one := range specimens {
		count := tallies[one.corpus]
		if count == nil {
			count = &tally{rejected: map[string]int{}, slowest: one, largest: one}
			tallies[one.corpus] = count
		}

		count.files++

		if one.pillow.Format != "" {
			count.opened++
		}

		if one.listed {
			count.listed++
		}

		if one.status == "READY" {
			count.ready++
		} else {
			count.rejected[one.code]++
		}

		if one.seconds > count.slowest.seconds {
			count.slowest = one
		}

		if one.mib > count.largest.mib {
			count.largest = one
		}
	}

	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}

	const head = "| corpus | files | ready | rejected | Pillow opens | listed | slowest | peak |\n|---|---|---|---|---|---|---|---|\n"

	before, after, found := strings.Cut(string(text), head)
	if !found {
		t.Fatalf("%s has no table that begins with\n%s", page, head)
	}

	for strings.HasPrefix(after, "|") {
		_, after, _ = strings.Cut(after, "\n")
	}

	table := head
	for _, corpus := range slices.Sorted(maps.Keys(tallies)) {
		table += tallies[corpus].row(root, corpus)
	}

	if err := os.WriteFile(page, []byte(before+table+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *tally) row(root, corpus string) string {
	version, err := os.ReadFile(filepath.Join(root, corpus, ".version"))
	if err != nil {
		version = nil // A folder that .ci/corpus has not written has no version.
	}

	codes := slices.SortedFunc(maps.Keys(c.rejected), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.rejected[b], c.rejected[a]), cmp.Compare(a, b))
	})
	rejected := make([]string, len(codes))

	for i, code := range codes {
		rejected[i] = fmt.Sprintf("%d `%s`", c.rejected[code], code)
	}

	return fmt.Sprintf("| %s | %d | %d | %s | %d | %d | %.2f s, %s | %d MiB, %s |\n",
		strings.TrimSpace(corpus+" "+string(version)), c.files, c.ready, strings.Join(rejected, ", "), c.opened, c.listed,
		c.slowest.seconds, filepath.Base(c.slowest.name), c.largest.mib, filepath.Base(c.largest.name))
}
