package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// subjectLength is the greatest length of a commit's subject, in characters.
	subjectLength = 72

	// lastCommits is the number of commits that are checked where no remote branch says
	// which commits are new.
	lastCommits = "5"
)

var (
	// subjectForm is "package: summary", or "package, package: summary".
	subjectForm = regexp.MustCompile(`^([\w./{}*-]+(?:, [\w./{}*-]+)*): \S`)

	// topics are the names that a subject may have in place of a package. A topic is not a
	// folder: it concerns parts of many folders.
	topics = []string{"ci", "docs", "lint", "make", "modules"}
)

// checkCommits returns the findings on the subjects of new commits. Without git there are
// no commits to check.
func checkCommits(root string) ([]string, error) {
	if !isRepository(root) {
		return nil, nil
	}

	if _, err := git(root, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return nil, nil //nolint:nilerr // A new repository has no commit.
	}

	out, err := git(root, append([]string{"log", "--no-merges", "--name-only", "--format=%x01%h%x00%s%x00"}, newCommits(root)...)...)
	if err != nil {
		return nil, err
	}

	var findings []string

	for _, one := range strings.Split(out, "\x01")[1:] {
		fields := strings.SplitN(one, "\x00", 3)
		if problem := subjectProblem(fields[1], strings.Fields(fields[2])); problem != "" {
			findings = append(findings, fmt.Sprintf("commit %s: %q %s", fields[0], fields[1], problem))
		}
	}

	return findings, nil
}

// newCommits returns the arguments of git log that select the new commits: those since the
// merge base with the main branch of origin. Without a merge base, for example in a shallow
// clone, these are the last commits.
func newCommits(root string) []string {
	for _, branch := range []string{"refs/remotes/origin/main", "refs/remotes/origin/HEAD"} {
		if base, err := git(root, "merge-base", "HEAD", branch); err == nil {
			return []string{strings.TrimSpace(base) + "..HEAD"}
		}
	}

	return []string{"-" + lastCommits}
}

// subjectProblem says what is wrong with a subject, and what to write instead. It returns
// "" for a subject without a problem. files are the paths that the commit changes.
func subjectProblem(subject string, files []string) string {
	match := subjectForm.FindStringSubmatch(subject)

	switch n := utf8.RuneCountInString(subject); {
	case match == nil:
		return `has no package: write "package: imperative summary"`
	case n > subjectLength:
		return fmt.Sprintf("has %d characters: write at most %d", n, subjectLength)
	}

	for name := range strings.SplitSeq(match[1], ", ") {
		if !slices.Contains(topics, name) && !isChanged(name, files) {
			return fmt.Sprintf("names %q, which is not a folder or file that the commit changes: write one of them, or one of %s",
				name, strings.Join(topics, ", "))
		}
	}

	return ""
}

// isChanged returns whether every part of a package's name is the name of a folder or of a
// file that a commit changes. Extensions and leading dots do not count: "ci" is .ci.
func isChanged(name string, files []string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if !slices.ContainsFunc(files, func(file string) bool {
			return slices.ContainsFunc(strings.Split(file, "/"), func(folder string) bool { return names(part, folder) })
		}) {
			return false
		}
	}

	return true
}

func names(part, folder string) bool {
	part, folder = strings.TrimPrefix(part, "."), strings.TrimPrefix(folder, ".")
	stem, _, _ := strings.Cut(folder, ".")

	return strings.EqualFold(part, folder) || strings.EqualFold(part, stem)
}
