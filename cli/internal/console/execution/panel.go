package execution

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"triptych/cli/internal/display"
	"triptych/cli/internal/timeline"
)

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

	// If there are several visits, show the one with the most severe outcome.
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
			shown.Documents = append(shown.Documents, newDocument(len(shown.Documents), name, text))
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
