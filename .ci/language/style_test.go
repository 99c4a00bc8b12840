package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// page is a short docs/style.md with the tables that the tests need.
const page = `# Style

| term | rejected | where |
|---|---|---|
| gateway | ` + "`blue door`, `blue doors`" + ` | text, names |
| forever | ` + "`for good`" + ` | text |
| purple | ` + "`mauve*`" + ` | names |

| file | phrase | reason |
|---|---|---|
`

func parsed(t *testing.T, rows ...string) *style {
	t.Helper()

	made, err := parseStyle(page + strings.Join(rows, "\n"))
	if err != nil {
		t.Fatal(err)
	}

	return made
}

// TestParseStyle_repository checks that the program can read docs/style.md, and that it
// finds each rejected phrase in a text that is only that phrase.
func TestParseStyle_repository(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(stylePage)))
	if err != nil {
		t.Fatal(err)
	}

	made, err := parseStyle(string(text))
	if err != nil {
		t.Fatal(err)
	}

	for name, m := range map[string]matcher{"text": made.text, "names": made.names} {
		phrases := 0

		for _, entries := range m {
			for _, one := range entries {
				phrases++

				if found := m.find(words([]byte(strings.TrimSuffix(one.term.phrase, "*")))); len(found) != 1 || found[0].term != one.term {
					t.Errorf("%s: %q: found %v, want %v", name, one.term.phrase, found, one.term)
				}
			}
		}

		if phrases < 20 {
			t.Errorf("%s: the page has %d phrases, want at least 20", name, phrases)
		}
	}
}

func TestParseStyle_errors(t *testing.T) {
	exceptions := "| file | phrase | reason |\n|---|---|---|\n"
	terms := "| term | rejected | where |\n|---|---|---|\n"

	for name, c := range map[string]struct{ text, want string }{
		"no table":                 {"# Style\n", `no table with the header ["term"`},
		"no rows":                  {terms + "\n" + exceptions, "the table of terms has no rows"},
		"no phrase":                {terms + "| gateway | blue door | text |\n\n" + exceptions, "line 3: a term needs"},
		"an unknown place":         {terms + "| gateway | `blue door` | prose |\n\n" + exceptions, `line 3: the third column is "prose"`},
		"a short prefix":           {terms + "| gateway | `fro*` | text |\n\n" + exceptions, `"fro*"`},
		"a prefix of two words":    {terms + "| gateway | `front doo*` | text |\n\n" + exceptions, `"front doo*"`},
		"a row with two cells":     {terms + "| gateway | `blue door` |\n\n" + exceptions, "line 3: the row has 2 cells, want 3"},
		"no exceptions":            {terms + "| gateway | `blue door` | text |\n", `no table with the header ["file"`},
		"an exception for no term": {terms + "| gateway | `blue door` | text |\n\n" + exceptions + "| `a.md` | `door` | A name. |\n", `line 7: "door" is not in the table of terms`},
		"no reason":                {terms + "| gateway | `blue door` | text |\n\n" + exceptions + "| `a.md` | `blue door` | |\n", "line 7: an exception needs"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseStyle(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
