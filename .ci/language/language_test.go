package main

import (
	"strings"
	"testing"
)

// TestStyle_file checks the findings of one file: the line, the phrase and the term.
func TestStyle_file(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"a phrase":                       {"a.md", "# A\n\nThe blue door opens.\n", `a.md:3: "blue door": write "gateway"`},
		"upper case":                     {"a.md", "Blue Doors\n", `a.md:1: "Blue Doors": write "gateway"`},
		"on two lines":                   {"a.md", "wait for\ngood\n", "a.md:1: \"for\\ngood\": write \"forever\""},
		"with a hyphen":                  {"a.md", "blue-door\n", `a.md:1: "blue-door": write "gateway"`},
		"part of a word":                 {"a.md", "blue doorway, ablue door\n", ""},
		"other words between":            {"a.md", "blue of a door. Blue. Door\n", ""},
		"code span":                      {"a.md", "`blue door` and ``a `blue door` `` and blue `x` door\n", ""},
		"code block":                     {"a.md", "```\nblue door\n```\nfor good\n", `a.md:4: "for good": write "forever"`},
		"target of a link":               {"a.md", "[it](blue-door.md)\n", ""},
		"a spelling in prose":            {"a.md", "mauve\n", ""},
		"Go comment":                     {"a.go", "package a\n\n// It is the blue\n// door.\n", "a.go:3: \"blue\\n// door\": write \"gateway\""},
		"two Go comments":                {"a.go", "package a // blue\n\nvar b int // door\n", ""},
		"Go error":                       {"a.go", "package a\n\nvar e = errors.New(\"no\\nblue door\")\n", `a.go:3: "blue door": write "gateway"`},
		"Go raw literal":                 {"a.go", "package a\n\nvar e = `\nfor good`\n", `a.go:4: "for good": write "forever"`},
		"Go identifier":                  {"a.go", "package a\n\nvar theBlueDoor, HTTPMauveScale int\n", "a.go:3: \"BlueDoor\": write \"gateway\"\na.go:3: \"Mauve\": write \"purple\""},
		"Go identifiers side by side":    {"a.go", "package a\n\nvar blue door\n", ""},
		"Go field of JSON":               {"a.go", "package a\n\ntype b struct {\n\tC int `json:\"mauve\" xml:\"c\"`\n}\n", `a.go:4: "mauve": write "purple"`},
		"Go flag":                        {"a.go", "package a\n\nvar f = \"mauvescale\"\n", `a.go:3: "mauvescale": write "purple"`},
		"Go literal with spaces":         {"a.go", "package a\n\nvar f = \"a mauve cat\"\n", ""},
		"an identifier is not prose":     {"a.go", "package a\n\nvar for_, good int\n", ""},
		"Terraform description":          {"a.tf", "description = \"the blue door\"\n", `a.tf:1: "blue door": write "gateway"`},
		"Terraform identifier":           {"a.tf", "resource \"a\" \"blue_door\" {}\n", `a.tf:1: "blue_door": write "gateway"`},
		"script":                         {".ci/run", "#!/bin/sh\n# for good\n", `.ci/run:2: "for good": write "forever"`},
		"template":                       {"web/a.html", "<p>The blue door</p>", `web/a.html:1: "blue door": write "gateway"`},
		"style sheet":                    {"web/a.css", "a { color: mauve }", `web/a.css:1: "mauve": write "purple"`},
		"test data":                      {"a/testdata/b.json", "blue door", ""},
		"Markdown of test data":          {"a/testdata/README.md", "blue door", `a/testdata/README.md:1: "blue door": write "gateway"`},
		"license":                        {"LICENSE", "blue door", ""},
		"binary file":                    {"a.html", "blue door\x00", ""},
		"another extension":              {"a.sum", "blue door", ""},
		"a letter of more than one byte": {"a.md", "é blue door é", `a.md:1: "blue door": write "gateway"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(parsed(t).file(c.file, []byte(c.text)), "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestStyle_file_exception checks that an exception holds for one file and one phrase.
func TestStyle_file_exception(t *testing.T) {
	made := parsed(t, "| `a.md` | `blue door` | The name of a pub. |")

	for file, want := range map[string]int{"a.md": 1, "b.md": 3} {
		if got := made.file(file, []byte("blue door, for good, blue door")); len(got) != want {
			t.Errorf("%s: got %q, want %d findings", file, got, want)
		}
	}

	if !made.exceptions[0].used {
		t.Error("the exception is not marked as used")
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder

	if report(&out, nil) || out.Len() != 0 {
		t.Errorf("without findings: %q", out.String())
	}

	if !report(&out, []string{"a", "b"}) || !strings.HasPrefix(out.String(), "a\nb\n") || !strings.Contains(out.String(), stylePage) {
		t.Errorf("with findings: %q", out.String())
	}
}
