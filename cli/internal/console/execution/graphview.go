package execution

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"triptych/cli/internal/console/execution/graph"
	"triptych/cli/internal/display"
	"triptych/cli/internal/timeline"
)

// graphView is the drawing of a state machine.
type graphView struct {
	Width, Height float64
	Nodes         []nodeView
	Edges         []edgeView
}

// nodeView is a state in the drawing.
type nodeView struct {
	graph.Node

	URL    string // "" for the start and the end
	Label  string // the name, truncated to the node's width
	Note   string // shown below the label
	Tone   string
	Chosen bool
	Said   string // text for screen readers
}

// edgeView is a transition in the drawing.
type edgeView struct {
	Line  string
	Kind  graph.Kind
	Label string
	Taken bool
}

// transition is a step from one state to the next, inside the same Map or state machine.
type transition struct{ from, to string }

func newGraphView(drawn *graph.Drawing, v *visits, succeeded bool) graphView {
	shown := graphView{Width: drawn.Width, Height: drawn.Height}
	taken := v.taken(succeeded)

	for i := range drawn.Edges {
		edge := &drawn.Edges[i]
		shown.Edges = append(shown.Edges, edgeView{
			Line: edge.Line(), Kind: edge.Kind, Label: edge.Label, Taken: taken[transition{edge.From, edge.To}],
		})
	}

	// Draw the transitions that happened last, so that they cover the others.
	slices.SortStableFunc(shown.Edges, func(a, b edgeView) int {
		switch {
		case a.Taken == b.Taken:
			return 0
		case a.Taken:
			return 1
		default:
			return -1
		}
	})

	for i := range drawn.Nodes {
		shown.Nodes = append(shown.Nodes, v.node(&drawn.Nodes[i], succeeded))
	}

	return shown
}

func (v *visits) node(node *graph.Node, succeeded bool) nodeView {
	shown := nodeView{Node: *node, Tone: "idle"}

	switch node.Type {
	case graph.StartType:
		shown.Tone = "done"

		return shown
	case graph.EndType:
		if succeeded {
			shown.Tone = "done"
		}

		return shown
	}

	of := v.of(node.Name)
	said := outcome(of)
	shown.Tone = outcomeTone(said)
	shown.Label = cut(node.Name, node.W)
	shown.Note = node.Type
	shown.Chosen = v.choice.state == node.Name

	next := v.choice
	next.state = node.Name
	shown.URL = next.address()

	if len(of) > 0 {
		shown.Note = node.Type + " · " + v.note(node, of)
	}

	shown.Said = fmt.Sprintf("%s, %s", display.Text(node.Name), strings.Trim(shown.Note+", "+string(said), ", "))

	return shown
}

// note returns the short text below the label of a node, about its visits.
func (v *visits) note(node *graph.Node, of []*timeline.State) string {
	last := of[len(of)-1]

	if node.Group && last.Items > 0 {
		done := 0

		inside := map[int][]*timeline.State{}

		for i := range v.states {
			if v.states[i].Within == last.ID {
				inside[v.states[i].Iteration] = append(inside[v.states[i].Iteration], &v.states[i])
			}
		}

		for _, one := range inside {
			if outcome(one) == timeline.Succeeded {
				done++
			}
		}

		return fmt.Sprintf("%d of %d", done, last.Items)
	}

	if len(of) > 1 {
		return fmt.Sprintf("%d visits", len(of))
	}

	if last.Attempts > 1 {
		return fmt.Sprintf("%s, %d tries", display.Duration(last.Took), last.Attempts)
	}

	return display.Duration(last.Took)
}

// taken returns the transitions that happened; "" is the start or the end.
func (v *visits) taken(succeeded bool) map[transition]bool {
	type surroundings struct {
		within    int64
		iteration int
	}

	found := map[transition]bool{}
	last := map[surroundings]string{}

	for i := range v.states {
		state := &v.states[i]
		if !v.in(state) {
			continue
		}

		here := surroundings{state.Within, state.Iteration}
		found[transition{last[here], state.Name}] = true
		last[here] = state.Name
	}

	if outermost := (surroundings{0, -1}); succeeded {
		found[transition{last[outermost], ""}] = true
	}

	return found
}

// cut truncates a name to the width of its node.
func cut(name string, width float64) string {
	const letter = 7.6

	name = display.Text(name)
	if most := int((width - 30) / letter); utf8.RuneCountInString(name) > most { // 30 is the margin on both sides.
		return string([]rune(name)[:max(1, most-1)]) + "…"
	}

	return name
}
