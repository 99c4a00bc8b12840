package expression

import (
	"fmt"
	"strconv"
	"strings"

	"triptych/emulator/dynamodb/attribute"
)

// Step is one part of a path: a name in a map, or an index in a list.
type Step struct {
	Name  string
	Index int // -1 for a name
}

func nameStep(name string) Step { return Step{Name: name, Index: -1} }

func indexStep(index int) Step { return Step{Index: index} }

func (s Step) isIndex() bool { return s.Index >= 0 }

// Path is a document path; its first step is always a name.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
type Path []Step

// String formats the path as DynamoDB's errors do: [a, b, [0]].
func (p Path) String() string {
	parts := make([]string, len(p))

	for i, step := range p {
		if step.isIndex() {
			parts[i] = fmt.Sprintf("[%d]", step.Index)
		} else {
			parts[i] = step.Name
		}
	}

	return "[" + strings.Join(parts, ", ") + "]"
}

// lookup follows the path through an item. It returns nil if the item does not have the
// path.
func (p Path) lookup(item attribute.Map) attribute.Value {
	var at attribute.Value = item

	for _, step := range p {
		switch container := at.(type) {
		case attribute.Map:
			if step.isIndex() {
				return nil
			}

			at = container[step.Name]
		case attribute.List:
			if !step.isIndex() || step.Index >= len(container) {
				return nil
			}

			at = container[step.Index]
		default:
			return nil
		}
	}

	return at
}

// checkDistinct rejects two paths if one contains the other, or if one uses a value as a
// map and the other uses it as a list.
func checkDistinct(paths []Path) error {
	for i, one := range paths {
		for _, two := range paths[:i] {
			if err := checkPair(two, one); err != nil {
				return err
			}
		}
	}

	return nil
}

func checkPair(one, two Path) error {
	for i := range min(len(one), len(two)) {
		switch {
		case one[i].isIndex() != two[i].isIndex():
			return refuse("Two document paths conflict with each other; must remove or rewrite one of these paths; "+
				"path one: %s, path two: %s", one, two)
		case one[i] != two[i]:
			return nil
		}
	}

	return refuse("Two document paths overlap with each other; must remove or rewrite one of these paths; "+
		"path one: %s, path two: %s", one, two)
}

// rawStep is a step as it was written. A name may be a #placeholder.
type rawStep struct {
	token token
	index int // -1 for a name
}

// parsePath parses a name, and then all .name and [index] that follow it.
func (p *parser) parsePath() (*pathNode, error) {
	first, err := p.pathName()
	if err != nil {
		return nil, err
	}

	raw := []rawStep{first}

	for {
		var step rawStep

		switch {
		case p.takeSign("."):
			step, err = p.pathName()
		case p.takeSign("["):
			step, err = p.pathIndex()
		default:
			if len(raw)-1 > MaxPathDepth {
				return nil, refuse("The document path has too many nesting elements; nested levels: %d", len(raw))
			}

			return &pathNode{raw: raw}, nil
		}

		if err != nil {
			return nil, err
		}

		raw = append(raw, step)
	}
}

func (p *parser) pathName() (rawStep, error) {
	t := p.current()
	if t.kind != tokenWord && t.kind != tokenName {
		return rawStep{}, p.syntaxError()
	}

	p.next()

	return rawStep{token: t, index: -1}, nil
}

// pathIndex parses an index after its opening bracket.
func (p *parser) pathIndex() (rawStep, error) {
	t := p.current()
	if t.kind != tokenIndex {
		return rawStep{}, p.syntaxError()
	}

	index, err := strconv.ParseInt(t.text, 10, 32)
	if err != nil {
		return rawStep{}, refuse("List index is not within the allowable range; index: [%s]", t.text)
	}

	p.next()

	return rawStep{token: t, index: int(index)}, p.expectSign("]")
}
