package jsonata

import "math"

// bytesPerStep is the number of bytes that a program of one instruction reads in a step.
const bytesPerStep = 64

// find returns the positions of up to limit matches, and of their groups. The time of Go's
// matcher is at most proportional to the sizes of the text and the program.
func (m *matcher) find(e *evaluation, text string, limit int) ([][]int, error) {
	if err := e.work(int(min(float64(len(text))*float64(m.cost)/bytesPerStep, maxEvaluationSteps+1))); err != nil {
		return nil, err
	}

	const pair, header = 32, 64 // Two numbers with room to grow, and a slice in a growing slice.

	size := (m.expression.NumSubexp()+1)*pair + header
	found := m.expression.FindAllStringSubmatchIndex(text, min(limit, e.bytes/size+1))

	return found, e.takeItems(len(found), size)
}

// progressing returns up to limit matches. The reference implementation looks for one match
// more. It fails if a match without characters is followed by text, because it would find
// the same match again.
func (m *matcher) progressing(e *evaluation, text string, limit int) ([][]int, error) {
	found, err := m.find(e, text, limit+1)
	if err != nil {
		return nil, err
	}

	for i, at := range found {
		if at[0] != at[1] {
			continue
		}

		from := at[1]
		if i > 0 {
			from = found[i-1][1]
		}

		if from < len(text) {
			return nil, fault("D1004").about(m.source)
		}

		if i > 0 {
			found = found[:i]

			break
		}
	}

	return found[:min(limit, len(found))], nil
}

// groupText returns the text of a group; undefined if the group has no part in the match.
func groupText(text string, at []int, i int) any {
	if at[2*i] < 0 {
		return undefined{}
	}

	return text[at[2*i]:at[2*i+1]]
}

// groupsOf returns the texts of the groups of a match.
func (e *evaluation) groupsOf(text string, at []int) (*array, error) {
	out := &array{}

	for i := 1; i < len(at)/2; i++ {
		if err := e.push(out, groupText(text, at, i)); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// matchObject returns a match as an object, whose positions count UTF-16 code units from
// the start of the text. before are the code units before the match.
func (m *matcher) matchObject(e *evaluation, text string, at []int, before int) (*Object, error) {
	groups, err := e.groupsOf(text, at)
	if err != nil {
		return nil, err
	}

	const members = 5
	if err := e.take(members * memberBytes); err != nil {
		return nil, err
	}

	out := NewObject(members)
	out.Set("match", text[at[0]:at[1]])
	out.Set("start", float64(before))
	out.Set("end", float64(before+units(text[at[0]:at[1]])))
	out.Set("groups", groups)
	out.Set("next", &nextMatch{of: m, text: text, at: at[1]})

	return out, nil
}

// firstMatch calls a regular expression with a text.
func (e *evaluation) firstMatch(m *matcher, args []any) (any, error) {
	if len(args) == 0 {
		return undefined{}, nil
	}

	text, ok := args[0].(string)
	if !ok {
		return undefined{}, nil
	}

	return e.matchFrom(m, text, 0)
}

// followingMatch calls the function "next" of a match.
func (e *evaluation) followingMatch(n *nextMatch) (any, error) {
	if n.at >= len(n.text) {
		return undefined{}, nil
	}

	return e.matchFrom(n.of, n.text, n.at)
}

// matchFrom returns the first match at or after a position.
func (e *evaluation) matchFrom(m *matcher, text string, from int) (any, error) {
	if err := e.work(int(min(float64(len(text))*float64(m.cost)/bytesPerStep, maxEvaluationSteps+1))); err != nil {
		return nil, err
	}

	for limit := 1; ; limit *= 2 { // The matches before the position are found again.
		found := m.expression.FindAllStringSubmatchIndex(text, limit)
		if err := e.work(len(found)); err != nil {
			return nil, err
		}

		for _, at := range found {
			if at[0] >= from && (from == 0 || at[1] > from) {
				return m.matchObject(e, text, at, units(text[:at[0]]))
			}
		}

		if len(found) < limit {
			return undefined{}, nil
		}
	}
}

// limit returns an optional count. A negative one is an error.
func (a *arguments) limit(i int, code string) (int, error) {
	if !a.has(i) {
		return math.MaxInt32, nil
	}

	number, err := a.number(i)
	if err != nil {
		return 0, err
	}

	if number < 0 {
		return 0, fault(code).about(number)
	}

	return int(min(math.Ceil(number), math.MaxInt32)), nil
}

// occurrence is a match of a regular expression, or of a function that is used as one.
type occurrence struct {
	match      string
	start, end int // In bytes.
	index      float64
	groups     *array
	value      any // The object for a function that returns the replacement; nil if it is not built yet.
	at         []int
}

// occurrences returns up to limit matches of the second argument, a function.
func (a *arguments) occurrences(text string, limit int) ([]occurrence, error) {
	if limit <= 0 {
		return nil, nil
	}

	m, ok := a.values[1].(*matcher)
	if !ok {
		return a.ownMatches(text, limit)
	}

	found, err := m.progressing(a.evaluation, text, limit)
	if err != nil {
		return nil, err
	}

	out := make([]occurrence, len(found))
	before, last := 0, 0

	for j, at := range found {
		before += units(text[last:at[0]])
		last = at[0]

		groups, err := a.groupsOf(text, at)
		if err != nil {
			return nil, err
		}

		out[j] = occurrence{match: text[at[0]:at[1]], start: at[0], end: at[1], index: float64(before), groups: groups, at: at}
	}

	const size = 112

	return out, a.takeItems(len(out), size)
}

// matchText implements $match(text, pattern, limit?).
func matchText(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		limit, err := a.limit(2, "D3040")
		if err != nil {
			return nil, err
		}

		found, err := a.occurrences(text, limit)
		if err != nil {
			return nil, err
		}

		out := &array{sequence: true}

		for _, o := range found {
			object := NewObject(3) //nolint:mnd // Its members.
			object.Set("match", o.match)
			object.Set("index", o.index)
			object.Set("groups", o.groups)

			if err := a.take(3 * memberBytes); err != nil { //nolint:mnd // As above.
				return nil, err
			}

			if err := a.push(out, object); err != nil {
				return nil, err
			}
		}

		return out, nil
	})
}
