package graph

// Drawing is the layout of a state machine. Lengths are in CSS pixels, from the top left.
type Drawing struct {
	Width, Height float64
	Nodes         []Node // A group precedes the nodes inside it.
	Edges         []Edge
}

// The types of the start and the end, which are not states.
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

// join adds another drawing to the right of this one.
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
