package main

import (
	"bytes"
	"go/scanner"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// parts are two copies of a file: one keeps only its prose, the other only its names. All
// other bytes are 0, so every offset is the same as in the file. White space is kept, so
// that a phrase is found across two lines.
type parts struct {
	text  []byte // prose: comments, literals, Markdown without code
	names []byte // identifiers, and literals without spaces
}

// whole has the extensions of files that are checked completely, as prose and as names. The
// Makefile and the scripts have an empty extension.
var whole = []string{"", ".tf", ".hcl", ".sh", ".js", ".css", ".html", ".json", ".yml", ".py", ".example"}

// read returns the parts of a file that are checked; ok is false for a file that is not
// checked: binary files, licenses, lists of versions, and test data, which often quotes
// other projects.
func read(name string, data []byte) (found parts, ok bool) {
	folders := strings.Split(path.Dir(name), "/")
	extension := path.Ext(name)

	switch {
	case extension == ".md":
		return parts{text: markdown(data)}, true
	case slices.Contains(folders, "testdata"), path.Base(name) == "LICENSE", bytes.IndexByte(data, 0) >= 0:
		return parts{}, false
	case extension == ".go":
		return source(data), true
	case slices.Contains(whole, extension), strings.HasPrefix(path.Base(name), "."):
		return parts{data, data}, true
	}

	return parts{}, false
}

// blank returns a copy of data with only its white space.
func blank(data []byte) []byte {
	empty := make([]byte, len(data))

	for i, b := range data {
		if b < 0x80 && unicode.IsSpace(rune(b)) {
			empty[i] = b
		}
	}

	return empty
}

// fenced are the blocks and spans of code in Markdown, and the targets of links.
var fenced = regexp.MustCompile("(?ms)^```.*?^```|``.+?``|`[^`]+`|\\]\\([^)\\n]*\\)")

// markdown returns the prose of a Markdown file. Code names things, so it is not checked.
func markdown(data []byte) []byte {
	prose := slices.Clone(data)
	for _, at := range fenced.FindAllIndex(data, -1) {
		copy(prose[at[0]:at[1]], blank(data[at[0]:at[1]]))
		prose[at[0]] = 0 // The words before and after do not form a phrase.
	}

	return prose
}

// source returns the prose and the names of a Go file.
func source(data []byte) parts {
	found := parts{blank(data), blank(data)}
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(data))

	var s scanner.Scanner

	s.Init(file, data, func(token.Position, string) {}, scanner.ScanComments) // The compiler reports errors.

	for {
		at, kind, literal := s.Scan()
		offset := file.Offset(at)

		switch kind {
		case token.EOF:
			return found
		case token.COMMENT:
			copy(found.text[offset:], spaced(literal, "//", "/*", "*/"))
		case token.IDENT:
			copy(found.names[offset:], literal)
		case token.STRING:
			copy(found.text[offset:], escapes.ReplaceAllString(literal, "  "))

			if isTag := strings.HasPrefix(literal, "`") && strings.Contains(literal, `:"`); isTag || !strings.ContainsAny(literal, " \n") {
				copy(found.names[offset:], escapes.ReplaceAllString(literal, "  "))
			}
		default:
			// Operators are neither prose nor names.
		}
	}
}

// escapes matches the escape sequences of a backslash and one character.
var escapes = regexp.MustCompile(`\\[a-z"\\]`)

// spaced replaces markers by spaces.
func spaced(text string, markers ...string) string {
	for _, one := range markers {
		text = strings.ReplaceAll(text, one, strings.Repeat(" ", len(one)))
	}

	return text
}
