package jsonata

import "strings"

// matching distributes the letters of arguments to parameters, as a regular expression
// would.
type matching struct {
	params  []param
	letters string
	prefix  bool            // The letters after those of the last parameter are allowed.
	counts  []int           // The number of letters for each parameter.
	failed  map[[2]int]bool // The parameter and the letter from which no distribution fits.
	effort  int
}

// maxMatching limits the work for a call with many optional arguments.
const maxMatching = 1 << 20

// match returns the number of letters for each parameter, and whether the letters fit.
func match(params []param, letters string, prefix bool) ([]int, bool) {
	m := &matching{params: params, letters: letters, prefix: prefix, counts: make([]int, len(params)), failed: map[[2]int]bool{}}

	return m.counts, m.from(0, 0)
}

func (m *matching) from(i, at int) bool {
	if i == len(m.params) {
		return m.prefix || at == len(m.letters)
	}

	if m.failed[[2]int{i, at}] {
		return false
	}

	p := &m.params[i]

	most := 0
	for at+most < len(m.letters) && (most == 0 || p.repeated) && strings.IndexByte(p.letters, m.letters[at+most]) >= 0 {
		most++
	}

	least := 1
	if p.optional {
		least = 0
	}

	for count := most; count >= least; count-- {
		if m.effort++; m.effort > maxMatching {
			return false
		}

		if m.counts[i] = count; m.from(i+1, at+count) {
			return true
		}
	}

	m.failed[[2]int{i, at}] = true

	return false
}
