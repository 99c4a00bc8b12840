package graph

import (
	"slices"
	"unicode/utf8"
)

// Drawing is the layout of a state machine. Lengths are in CSS pixels, from the top left.
type Drawing struct {
	Width, Height float64
	Nodes         []Node // groups before the nodes inside them
	Edges         []Edge
}

// The types of the two nodes that are not states.
const (
	StartType = "Start"
	EndType   = "End"
)

// Node is a state, the start or the end.
type Node struct {
	Name    string // "" for the start and the end
	Type    string
	Comment string
	X, Y    float64
	W, H    float64
	// Group means that the node contains other nodes.
	Group bool
	// Path names the groups around the node, the outermost first.
	Path []string
}

// Edge is a transition. From and To are names; "" is the start or the end.
type Edge struct {
	From, To string
	Kind     Kind
	Label    string
	Points   []Point // the points of a smooth line: see [Edge.Line]
	Path     []string
}

// Point is a position in a drawing.
type Point struct{ X, Y float64 }

// The sizes of a drawing.
const (
	nodeHeight   = 44
	leastWidth   = 150
	mostWidth    = 240
	letterWidth  = 7.6
	nodePadding  = 40
	layerGap     = 40
	nodeGap      = 24
	bendWidth    = 10
	terminalSize = 26
	groupPadding = 16
	groupHead    = 46
	margin       = 8
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

	// If the name of a group makes it wider, its content is centered.
	one.inside.move((one.node.W-2*groupPadding-one.inside.Width)/2, 0)

	return one
}

// join adds another drawing to the right.
func (d *Drawing) join(other Drawing) {
	if d.Width > 0 {
		other.move(nodeGap, 0)

		d.Width += nodeGap
	}

	d.Width += other.Width
	d.Height = max(d.Height, other.Height)
	d.Nodes = append(d.Nodes, other.Nodes...)
	d.Edges = append(d.Edges, other.Edges...)
}

func (d *Drawing) move(x, y float64) {
	for i := range d.Nodes {
		d.Nodes[i].X += x
		d.Nodes[i].Y += y
	}

	for i := range d.Edges {
		for j := range d.Edges[i].Points {
			d.Edges[i].Points[j].X += x
			d.Edges[i].Points[j].Y += y
		}
	}
}
