package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// style is the content of the tables of docs/style.md.
type style struct {
	text       matcher // phrases that are rejected in prose
	names      matcher // phrases that are rejected in identifiers, JSON names and flags
	exceptions []*exception
}

// term is one rejected phrase and the term that replaces it.
type term struct{ phrase, use string }

// exception allows a phrase in one file.
type exception struct {
	file, phrase string
	line         int // in docs/style.md
	used         bool
}

var (
	// code is a code span of Markdown. The tables have phrases and files in code spans.
	code = regexp.MustCompile("`([^`]+)`")

	termsHeader      = []string{"term", "rejected", "where"}
	exceptionsHeader = []string{"file", "phrase", "reason"}
)

// parseStyle reads the tables of the terms and of the exceptions from the text of
// docs/style.md.
func parseStyle(text string) (*style, error) {
	made := &style{text: matcher{}, names: matcher{}}

	terms, err := table(text, termsHeader)
	if err != nil {
		return nil, err
	}

	if len(terms) == 0 {
		return nil, errors.New("the table of terms has no rows")
	}

	for _, row := range terms {
		if err := made.addTerm(row.cells); err != nil {
			return nil, fmt.Errorf("line %d: %w", row.line, err)
		}
	}

	exceptions, err := table(text, exceptionsHeader)
	if err != nil {
		return nil, err
	}

	for _, row := range exceptions {
		one, err := made.newException(row.cells)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", row.line, err)
		}

		one.line = row.line
		made.exceptions = append(made.exceptions, one)
	}

	return made, nil
}

func (s *style) addTerm(cells []string) error {
	spans := code.FindAllStringSubmatch(cells[1], -1)
	if cells[0] == "" || len(spans) == 0 {
		return errors.New("a term needs a first column, and at least one rejected phrase in a code span")
	}

	for _, span := range spans {
		one := term{phrase: span[1], use: cells[0]}
		if strings.HasSuffix(one.phrase, "*") && (len(one.phrase) <= prefixLength || strings.ContainsAny(one.phrase, " -")) {
			return fmt.Errorf("%q: a phrase with \"*\" is one word with at least %d letters before it", one.phrase, prefixLength)
		}

		switch cells[2] {
		case "text":
			s.text.add(one)
		case "names":
			s.names.add(one)
		case "text, names":
			s.text.add(one)
			s.names.add(one)
		default:
			return fmt.Errorf("the third column is %q, want \"text\", \"names\" or \"text, names\"", cells[2])
		}
	}

	return nil
}

// newException parses a row of the table of exceptions. A phrase that the table of terms
// does not have is an error: the exception would allow nothing.
func (s *style) newException(cells []string) (*exception, error) {
	file, phrase := code.FindStringSubmatch(cells[0]), code.FindStringSubmatch(cells[1])
	if file == nil || phrase == nil || cells[2] == "" {
		return nil, errors.New("an exception needs a file and a phrase in code spans, and a reason")
	}

	if !s.text.has(phrase[1]) && !s.names.has(phrase[1]) {
		return nil, fmt.Errorf("%q is not in the table of terms", phrase[1])
	}

	return &exception{file: file[1], phrase: phrase[1]}, nil
}

// excepted returns whether an exception allows the phrase in the file.
func (s *style) excepted(file, phrase string) bool {
	for _, one := range s.exceptions {
		if one.file == file && one.phrase == phrase {
			one.used = true

			return true
		}
	}

	return false
}

// row is a row of a Markdown table with its line in the page.
type row struct {
	cells []string
	line  int
}

// table returns the rows of the Markdown table that has this header.
func table(text string, header []string) ([]row, error) {
	var (
		rows   []row
		inside bool
	)

	for i, line := range strings.Split(text, "\n") {
		cells := cellsOf(line)

		switch {
		case inside && cells == nil:
			return rows, nil
		case inside && strings.Trim(strings.Join(cells, ""), "-:") == "": // the line below the header
		case inside && len(cells) != len(header):
			return nil, fmt.Errorf("line %d: the row has %d cells, want %d", i+1, len(cells), len(header))
		case inside:
			rows = append(rows, row{cells, i + 1})
		default:
			inside = strings.Join(cells, "|") == strings.Join(header, "|")
		}
	}

	if !inside {
		return nil, fmt.Errorf("there is no table with the header %q", header)
	}

	return rows, nil
}

// cellsOf returns the trimmed cells of a table's line, or nil for another line.
func cellsOf(line string) []string {
	inner, isRow := strings.CutPrefix(strings.TrimSpace(line), "|")
	if !isRow {
		return nil
	}

	cells := strings.Split(strings.TrimSuffix(inner, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}

	return cells
}
