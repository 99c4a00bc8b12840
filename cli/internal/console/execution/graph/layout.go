package graph

import (
	"slices"
	"unicode/utf8"
)

// Layout returns the drawing of a definition.
func Layout(text string) (Drawing, error) {
	machine, err := parse(text)
	if err != nil {
		return Drawing{}, err
	}

	drawn := arrange(machine, nil, true)
	drawn.move(margin, margin)
	drawn.Width += 2 * margin
	drawn.Height += 2 * margin

	return drawn, nil
}

// arrange computes the layout of one level, and moves the content of its groups to their
// positions.
func arrange(machine definition, path []string, outer bool) Drawing {
	l := newLevel(machine, path, outer)
	l.sort()
	l.place()

	return l.draw()
}

// box is a node and the drawing inside it.
type box struct {
	node   Node
	inside Drawing
}

func newBox(name string, of *state, path []string) box {
	width := letterWidth*float64(utf8.RuneCountInString(name)) + nodePadding
	one := box{node: Node{
		Name: name, Type: of.Type, Comment: of.Comment, Path: path,
		W: min(mostWidth, max(leastWidth, width)), H: nodeHeight,
	}}

	inner := of.inner()
	if len(inner) == 0 {
		return one
	}

	one.node.Group = true

	within := append(slices.Clone(path), name)

	for _, machine := range inner {
		part := arrange(machine, within, false)
		part.move(one.inside.Width, 0)
		one.inside.join(part)
	}

	one.inside.move(groupPadding, groupHead)
	one.node.W = max(one.node.W, one.inside.Width+2*groupPadding)
	one.node.H = one.inside.Height + groupHead + groupPadding

	// If a group is wider than its content because of its name, center the content.
	one.inside.move((one.node.W-2*groupPadding-one.inside.Width)/2, 0)

	return one
}
