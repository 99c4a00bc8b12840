// Package graph lays a state machine's definition out as a drawing: where each state
// stands, and along which line each transition goes.
//
// The layout is that of Sugiyama's school: cycles are opened, states are put into
// layers by the longest way from the start, long transitions get a bend in each layer
// that they cross, the order within a layer is chosen for few crossings, and then
// every state is drawn towards those that it is joined to, as far as its neighbours
// let it. A Map or a Parallel is laid out on its own, and stands in its machine as one
// large state.
package graph

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// definition is as much of a machine (or of what runs within a Map or a Parallel) as
// a drawing shows.
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
	Iterator      *definition // ItemProcessor's older name
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

// Kind is how a transition comes about.
type Kind string

// The kinds of transitions.
const (
	Next    Kind = "next"
	Choice  Kind = "choice"
	Default Kind = "default"
	Catch   Kind = "catch"
)

// transition is an edge of a definition; To is "" at the end.
type transition struct {
	from, to string
	kind     Kind
	label    string
}

// most bounds what is laid out: a definition has at most 1 MB.
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

// inner are the machines within a Map or a Parallel.
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

// transitions are a state's, the usual way first; those to one state are one.
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
