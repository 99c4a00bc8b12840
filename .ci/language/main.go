// Command language checks the words of the repository and the subjects of new commits
// against docs/style.md. It prints one line for each finding:
//
//	docs/usage.md:12: "PHRASE": write "TERM"
//
// The exit code is 0 without findings, 1 with findings, and 2 if it cannot check.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stylePage has the terms and the exceptions. Its path is relative to the repository.
const stylePage = "docs/style.md"

func main() {
	root := flag.String("root", ".", "check the repository in `folder`")

	flag.Parse()

	found, err := check(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "language:", err)
		os.Exit(2)
	}

	if report(os.Stdout, found) {
		os.Exit(1)
	}
}

// report prints the findings, and returns whether there are any.
func report(to io.Writer, findings []string) bool {
	for _, one := range findings {
		_, _ = fmt.Fprintln(to, one)
	}

	if len(findings) > 0 {
		_, _ = fmt.Fprintf(to, "language: %d findings; %s has the rules and the exceptions\n", len(findings), stylePage)
	}

	return len(findings) > 0
}

// check returns all findings of the repository in root, ordered by file and line. The
// findings on commits are last.
func check(root string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(stylePage))) //nolint:gosec // The folder is the caller's.
	if err != nil {
		return nil, fmt.Errorf("read the terms: %w", err)
	}

	style, err := parseStyle(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stylePage, err)
	}

	names, err := filesOf(root)
	if err != nil {
		return nil, fmt.Errorf("list the files: %w", err)
	}

	var findings []string

	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name))) //nolint:gosec // A file of the repository.
		if os.IsNotExist(err) {
			continue // Deleted, but not yet in a commit.
		}

		if err != nil {
			return nil, fmt.Errorf("read a file: %w", err)
		}

		findings = append(findings, style.file(name, data)...)
	}

	for _, one := range style.exceptions {
		if !one.used {
			findings = append(findings, fmt.Sprintf("%s:%d: %s does not have %q: remove the exception", stylePage, one.line, one.file, one.phrase))
		}
	}

	commits, err := checkCommits(root)
	if err != nil {
		return nil, fmt.Errorf("read the commits: %w", err)
	}

	return append(findings, commits...), nil
}

// file returns the findings of one file, and marks the exceptions that it needs.
func (s *style) file(name string, data []byte) []string {
	parts, ok := read(name, data)
	if !ok {
		return nil
	}

	hits := slices.Concat(s.text.find(words(parts.text)), s.names.find(identifiers(parts.names)))
	slices.SortFunc(hits, func(a, b hit) int { return a.offset - b.offset })

	var findings []string

	for _, one := range slices.Compact(hits) {
		if s.excepted(name, one.term.phrase) {
			continue
		}

		line := 1 + strings.Count(string(data[:one.offset]), "\n")
		findings = append(findings, fmt.Sprintf("%s:%d: %q: write %q", name, line, data[one.offset:one.end], one.term.use))
	}

	return findings
}
