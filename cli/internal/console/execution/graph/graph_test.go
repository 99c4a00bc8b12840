package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/cli/internal/console/execution/graph"
	"triptych/statemachine"
)

func layout(t interface {
	Helper()
	Fatal(args ...any)
}, definition string,
) graph.Drawing {
	t.Helper()

	drawn, err := graph.Layout(definition)
	if err != nil {
		t.Fatal(err)
	}

	return drawn
}

func named(t *testing.T, drawn graph.Drawing, name string) graph.Node {
	t.Helper()

	for _, node := range drawn.Nodes {
		if node.Name == name {
			return node
		}
	}

	t.Fatalf("%s is not drawn", name)

	return graph.Node{}
}

func TestLayout_pipeline(t *testing.T) {
	drawn := layout(t, statemachine.Pipeline())

	// Without an error, each state is below the previous one.
	usual := []string{"Validate", "Sanitize", "Resize", "Record"}
	for i, name := range usual[1:] {
		if before, now := named(t, drawn, usual[i]), named(t, drawn, name); now.Y < before.Y+before.H {
			t.Errorf("%s at %.0f is not below %s, which ends at %.0f", name, now.Y, before.Name, before.Y+before.H)
		}
	}

	resize, inner := named(t, drawn, "Resize"), named(t, drawn, "MakeVariant")
	if !resize.Group || !within(inner, resize) || !cmp.Equal(inner.Path, []string{"Resize"}) {
		t.Errorf("MakeVariant %+v is not inside %+v", inner, resize)
	}

	kinds := map[graph.Kind]int{}
	for _, edge := range drawn.Edges {
		kinds[edge.Kind]++
	}

	if kinds[graph.Catch] == 0 || kinds[graph.Next] == 0 {
		t.Errorf("the transitions are %v", kinds)
	}
}

func within(inner, outer graph.Node) bool {
	return inner.X >= outer.X && inner.Y >= outer.Y && inner.X+inner.W <= outer.X+outer.W && inner.Y+inner.H <= outer.Y+outer.H
}

// machine generates random state machines with Tasks, catchers, Choices, Maps and Parallels.
// They may have cycles and unreachable states.
func machine(depth int) *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		count := rapid.IntRange(1, 8).Draw(t, "states")
		names := make([]string, count)

		for i := range names {
			names[i] = fmt.Sprintf("%c%d%d", 'A'+depth, depth, i) + strings.Repeat("x", rapid.IntRange(0, 30).Draw(t, "length"))
		}

		states := map[string]any{}

		for _, name := range names {
			other := func() string { return rapid.SampledFrom(names).Draw(t, "to") }
			state := map[string]any{"Type": "Task", "Next": other()}

			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				state = map[string]any{"Type": "Succeed"}
			case 1:
				state = map[string]any{"Type": "Choice", "Default": other(), "Choices": []any{map[string]any{"Next": other()}, map[string]any{"Next": other()}}}
			case 2:
				state["Catch"] = []any{map[string]any{"ErrorEquals": []string{"States.ALL"}, "Next": other()}}
			case 3:
				if depth < 2 {
					state["Type"], state["ItemProcessor"] = "Map", machine(depth+1).Draw(t, "inside")
				}
			case 4:
				if depth < 2 {
					state["Type"] = "Parallel"
					state["Branches"] = []any{machine(depth+1).Draw(t, "left"), machine(depth+1).Draw(t, "right")}
				}
			}

			states[name] = state
		}

		return map[string]any{"StartAt": names[0], "States": states}
	})
}

// TestLayout_nothingOverlaps draws random state machines. No node may overlap another node
// except its group, all nodes must be inside the drawing, and every transition must have a
// line.
func TestLayout_nothingOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.Marshal(machine(0).Draw(t, "machine"))
		if err != nil {
			t.Fatal(err)
		}

		drawn := layout(t, string(text))
		frame := graph.Node{W: drawn.Width + 0.01, H: drawn.Height + 0.01}

		for i, one := range drawn.Nodes {
			if !within(one, frame) {
				t.Fatalf("%+v is outside the drawing, %.0f×%.0f", one, drawn.Width, drawn.Height)
			}

			for _, other := range drawn.Nodes[i+1:] {
				apart := one.X+one.W <= other.X+0.01 || other.X+other.W <= one.X+0.01 || one.Y+one.H <= other.Y+0.01 || other.Y+other.H <= one.Y+0.01
				if inside := one.Group && within(other, one); !apart && !inside {
					t.Fatalf("%+v and %+v overlap", one, other)
				}
			}
		}

		for _, edge := range drawn.Edges {
			if edge.From == edge.To && edge.From != "" {
				continue
			}

			if len(edge.Points) < 2 || !strings.HasPrefix(edge.Line(), "M") {
				t.Fatalf("the transition from %q to %q has no line", edge.From, edge.To)
			}
		}
	})
}

func TestLayout_errors(t *testing.T) {
	states := map[string]any{}
	for i := range 501 {
		states[fmt.Sprint(i)] = map[string]any{"Type": "Succeed"}
	}

	many, err := json.Marshal(map[string]any{"StartAt": "0", "States": states})
	if err != nil {
		t.Fatal(err)
	}

	for name, c := range map[string]struct{ definition, want string }{
		"not JSON":        {"{", "read the definition"},
		"too many states": {string(many), "at most 500"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := graph.Layout(c.definition); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}

	// The drawing of an empty definition is empty.
	if drawn := layout(t, "{}"); len(drawn.Edges) > 0 {
		t.Errorf("the empty machine has %v", drawn.Edges)
	}
}
