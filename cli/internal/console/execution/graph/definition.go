// Package graph computes a drawing of a state machine's definition. A drawing has a position
// for each state, and a line for each transition.
//
// The layout follows Sugiyama's method. First, a transition of each cycle is reversed, so
// that no cycle remains. States are assigned to layers by the longest path from the start. A
// long transition gets a bend in each layer that it crosses. The order within a layer is
// chosen so that few lines cross. Then every state is moved towards the states to which it
// is connected, as far as its neighbors allow. The content of a Map or a Parallel has a
// separate layout. In the state machine around it, the Map or Parallel is one large state.
package graph

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// definition contains the parts of a state machine (or of the states inside a Map or a
// Parallel) that a drawing shows.
// https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
type definition struct {
	StartAt string
	States  map[string]state
}

type state struct {
	Type    string
	Comment string
	Next    string
	End     bool
	Default string
	Choices []choice
	Catch   []catch

	ItemProcessor *definition
	Iterator      *definition // the older name of ItemProcessor
	Branches      []definition
}

type choice struct {
	Condition string
	Next      string
}

type catch struct {
	ErrorEquals []string
	Next        string
}

// Kind is the kind of a transition.
type Kind string

// The kinds of transitions.
const (
	Next    Kind = "next"
	Choice  Kind = "choice"
	Default Kind = "default"
	Catch   Kind = "catch"
)

// transition is an edge of a definition. If the execution ends, to is "".
type transition struct {
	from, to string
	kind     Kind
	label    string
}

// most is the maximum number of states in a layout. A definition of 1 MB, which Step
// Functions allows, can have more.
const most = 500

func parse(text string) (definition, error) {
	var machine definition
	if err := json.Unmarshal([]byte(text), &machine); err != nil {
		return definition{}, fmt.Errorf("read the definition: %w", err)
	}

	if count := machine.count(); count > most {
		return definition{}, fmt.Errorf("draw the definition: it has %d states, at most %d can be drawn", count, most)
	}

	return machine, nil
}

func (d *definition) count() int {
	total := len(d.States)

	for _, one := range d.States {
		for _, inner := range one.inner() {
			total += inner.count()
		}
	}

	return total
}

// inner returns the state machines inside a Map or a Parallel.
func (s *state) inner() []definition {
	switch {
	case s.ItemProcessor != nil:
		return []definition{*s.ItemProcessor}
	case s.Iterator != nil:
		return []definition{*s.Iterator}
	default:
		return s.Branches
	}
}

// transitions returns the transitions of a state. The transitions of catchers are the last.
// Transitions to the same state are merged.
func (s *state) transitions(from string) []transition {
	var all []transition

	add := func(to string, kind Kind, label string) {
		if i := slices.IndexFunc(all, func(one transition) bool { return one.to == to }); i >= 0 {
			if all[i].kind == kind && label != "" {
				all[i].label += "\n" + label
			}

			return
		}

		all = append(all, transition{from, to, kind, label})
	}

	if s.Next != "" {
		add(s.Next, Next, "")
	}

	for _, one := range s.Choices {
		add(one.Next, Choice, one.Condition)
	}

	if s.Default != "" {
		add(s.Default, Default, "otherwise")
	}

	if s.End || s.Type == "Succeed" || s.Type == "Fail" {
		add("", Next, "")
	}

	for _, one := range s.Catch {
		add(one.Next, Catch, strings.Join(one.ErrorEquals, ", "))
	}

	return all
}
