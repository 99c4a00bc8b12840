package main

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word in lower case with its place in the file. joined means that only spaces,
// hyphens and underscores stand between the word and the word before it.
type word struct {
	text        string
	offset, end int
	joined      bool
}

// words returns the words of a text. A word consists of letters and digits.
func words(text []byte) []word { return split(text, false) }

// identifiers returns the words of identifiers: "upperCase" and "upper_case" are the
// words "upper" and "case".
func identifiers(text []byte) []word { return split(text, true) }

func split(text []byte, camel bool) []word {
	var (
		found    []word
		start    = -1
		joined   bool
		previous rune
	)

	end := func(at int) {
		if start >= 0 {
			found = append(found, word{strings.ToLower(string(text[start:at])), start, at, joined})
			start, joined = -1, true
		}
	}

	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])

		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if camel && start >= 0 && unicode.IsUpper(r) && (!unicode.IsUpper(previous) || lowerFollows(text[at+size:])) {
				end(at)
			}

			if start < 0 {
				start = at
			}
		} else {
			end(at)

			joined = joined && (unicode.IsSpace(r) && !camel || r == '-' || r == '_')
		}

		previous = r
		at += size
	}

	end(len(text))

	return found
}

// lowerFollows returns whether text begins with a lower-case letter. For example, the "S"
// of "HTTPServer" begins a word, because "e" follows.
func lowerFollows(text []byte) bool {
	r, _ := utf8.DecodeRune(text)

	return unicode.IsLower(r)
}

// matcher maps the first word of a phrase to the phrases that begin with it. A phrase that
// ends with "*" has one word, and matches every word with that prefix.
type matcher map[string][]entry

type entry struct {
	words []string
	term  term
}

// prefixLength is the number of letters in the map key of a phrase with "*": the key is
// the first letters of the word, followed by "*".
const prefixLength = 4

func (m matcher) add(one term) {
	phrase := strings.ToLower(one.phrase)
	parts := strings.FieldsFunc(phrase, func(r rune) bool { return unicode.IsSpace(r) || r == '-' })
	key := parts[0]

	if strings.HasSuffix(phrase, "*") {
		key = phrase[:min(prefixLength, len(phrase)-1)] + "*"
	}

	m[key] = append(m[key], entry{parts, one})
}

func (m matcher) has(phrase string) bool {
	for _, entries := range m {
		for _, one := range entries {
			if one.term.phrase == phrase {
				return true
			}
		}
	}

	return false
}

// hit is a phrase that was found.
type hit struct {
	offset, end int
	term        term
}

// find returns the phrases among words.
func (m matcher) find(all []word) []hit {
	var hits []hit

	for i, first := range all {
		for _, one := range m[first.text] {
			if n := len(one.words); i+n <= len(all) && continues(all[i+1:i+n], one.words[1:]) {
				hits = append(hits, hit{first.offset, all[i+n-1].end, one.term})
			}
		}

		if len(first.text) < prefixLength {
			continue
		}

		for _, one := range m[first.text[:prefixLength]+"*"] {
			if strings.HasPrefix(first.text, strings.TrimSuffix(one.words[0], "*")) {
				hits = append(hits, hit{first.offset, first.end, one.term})
			}
		}
	}

	return hits
}

// continues returns whether the rest of a phrase follows its first word.
func continues(found []word, rest []string) bool {
	for i, want := range rest {
		if !found[i].joined || found[i].text != want {
			return false
		}
	}

	return true
}
