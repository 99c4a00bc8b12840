package console

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"triptych/cli/internal/display"
	"triptych/cli/internal/timeline"
)

// visits are the states of an execution that the page shows: inside a Map, one iteration
// or all of them.
type visits struct {
	states []timeline.State
	choice choice
	byID   map[int64]*timeline.State
}

func newVisits(states []timeline.State, picked choice) *visits {
	found := &visits{states: states, choice: picked, byID: map[int64]*timeline.State{}}
	for i := range states {
		found.byID[states[i].ID] = &states[i]
	}

	return found
}

// pick selects a visit, and the iteration around it.
func (v *visits) pick(state *timeline.State) {
	v.choice.state = state.Name

	if around := v.byID[state.Within]; around != nil {
		v.choice.within, v.choice.iteration = around.Name, state.Iteration
	}
}

// in reports whether a state is shown. It is hidden if another iteration of its Map is
// selected.
func (v *visits) in(state *timeline.State) bool {
	around := v.byID[state.Within]

	return around == nil || v.choice.iteration < 0 || around.Name != v.choice.within || state.Iteration == v.choice.iteration
}

// of returns the visits of a state that are shown.
func (v *visits) of(name string) []*timeline.State {
	var found []*timeline.State

	for i := range v.states {
		if v.states[i].Name == name && v.in(&v.states[i]) {
			found = append(found, &v.states[i])
		}
	}

	return found
}

// outcome returns the combined outcome of visits: a failure is shown rather than a
// success.
func outcome(of []*timeline.State) timeline.Outcome {
	worst := timeline.Outcome("")

	for _, one := range of {
		if severity(one.Outcome) > severity(worst) {
			worst = one.Outcome
		}
	}

	return worst
}

func severity(outcome timeline.Outcome) int {
	return slices.Index([]timeline.Outcome{
		"", timeline.Succeeded, timeline.Caught, timeline.Stopped, timeline.Running, timeline.TimedOut, timeline.Failed,
	}, outcome)
}

// outcomeTone returns the color class of an outcome; "" means that the state was never
// entered.
func outcomeTone(outcome timeline.Outcome) string {
	switch outcome {
	case timeline.Succeeded:
		return "good"
	case timeline.Failed, timeline.TimedOut:
		return "bad"
	case timeline.Caught, timeline.Stopped:
		return "warning"
	case timeline.Running:
		return "run"
	default:
		return "idle"
	}
}

// iterationsView is the list of a Map's iterations.
type iterationsView struct {
	Map    string
	Counts []iterationCount
	All    iterationLink
	Each   []iterationLink
	More   int // not listed
}

type iterationCount struct {
	Outcome string
	Tone    string
	Count   int
}

type iterationLink struct {
	Name, URL, Tone, Title string
	Chosen                 bool
}

// mostIterations is the maximum number of iterations with a link; those that did not
// succeed are first.
const mostIterations = 60

func (v *visits) iterations() []iterationsView {
	var found []iterationsView

	for i := range v.states {
		around := &v.states[i]

		inside := map[int][]*timeline.State{}

		for j := range v.states {
			if v.states[j].Within == around.ID {
				inside[v.states[j].Iteration] = append(inside[v.states[j].Iteration], &v.states[j])
			}
		}

		if len(inside) > 0 {
			found = append(found, v.iterationsOf(around, inside))
		}
	}

	return found
}

func (v *visits) iterationsOf(around *timeline.State, inside map[int][]*timeline.State) iterationsView {
	chosen := v.choice.within == around.Name && v.choice.iteration >= 0
	whole := choice{arn: v.choice.arn, state: v.choice.state, iteration: -1}
	shown := iterationsView{Map: around.Name, All: iterationLink{Name: "All", URL: whole.address(), Chosen: !chosen}}
	counts := map[timeline.Outcome]int{}

	order := slices.Collect(maps.Keys(inside))
	slices.SortFunc(order, func(a, b int) int {
		if len(inside) <= mostIterations {
			return cmp.Compare(a, b)
		}

		return cmp.Or(cmp.Compare(severity(outcome(inside[b])), severity(outcome(inside[a]))), cmp.Compare(a, b))
	})

	for place, index := range order {
		said := outcome(inside[index])
		counts[said]++

		if place >= mostIterations {
			shown.More++

			continue
		}

		one := choice{arn: v.choice.arn, state: v.choice.state, within: around.Name, iteration: index}
		shown.Each = append(shown.Each, iterationLink{
			Name: strconv.Itoa(index), URL: one.address(), Tone: outcomeTone(said), Title: string(said),
			Chosen: chosen && v.choice.iteration == index,
		})
	}

	for _, said := range []timeline.Outcome{
		timeline.Succeeded, timeline.Running, timeline.Failed, timeline.TimedOut, timeline.Stopped, timeline.Caught,
	} {
		if counts[said] > 0 {
			shown.Counts = append(shown.Counts, iterationCount{string(said), outcomeTone(said), counts[said]})
		}
	}

	return shown
}

// pickedView is the data of the selected state.
type pickedView struct {
	Name      string
	Iteration string
	Tone      string
	Word      string
	Visits    int
	Entered   bool
	Took      string
	Error     string
	Reason    string
	Tries     []tryRow
	Documents []document
}

type tryRow struct {
	Number int
	Delay  string // "" for the first attempt
	Took   string
	Tone   string
	Word   string
	Error  string
	Reason string
}

func (v *visits) picked() pickedView {
	shown := pickedView{Name: v.choice.state}

	of := v.of(v.choice.state)
	if len(of) == 0 {
		return shown
	}

	// Of several visits, show the one with the most information.
	state := slices.MaxFunc(of, func(a, b *timeline.State) int { return cmp.Compare(severity(a.Outcome), severity(b.Outcome)) })

	shown.Entered, shown.Visits = true, len(of)
	shown.Tone, shown.Word = outcomeTone(state.Outcome), string(state.Outcome)
	shown.Took = display.Duration(state.Took)
	shown.Error, shown.Reason = state.Error, state.Reason

	if around := v.byID[state.Within]; around != nil {
		shown.Iteration = fmt.Sprintf("%s, iteration %d", around.Name, state.Iteration)
	}

	for i := range state.Tries {
		shown.Tries = append(shown.Tries, newTryRow(i, &state.Tries[i]))
	}

	add := func(name, text string) {
		if text != "" {
			shown.Documents = append(shown.Documents, newDocument(name, text))
		}
	}

	if last := len(state.Tries) - 1; last >= 0 && state.Tries[last].Cause != "" {
		add("Cause", state.Tries[last].Cause)
	}

	add("Input", state.Data.Input)
	add("Task input", state.Data.Sent)
	add("Output", state.Data.Output)

	for _, name := range slices.Sorted(maps.Keys(state.Data.Variables)) {
		add("$"+name, state.Data.Variables[name])
	}

	return shown
}

func newTryRow(at int, one *timeline.Try) tryRow {
	row := tryRow{Number: at + 1, Took: display.Duration(one.Took), Error: one.Error, Reason: one.Reason, Tone: "good", Word: "succeeded"}

	if at > 0 {
		row.Delay = display.Duration(one.Delay)
	}

	switch {
	case !one.Over:
		row.Tone, row.Word = "run", "running"
	case one.Error != "":
		row.Tone, row.Word = "bad", "failed"
	}

	return row
}
