package execution

import (
	"strings"
	"time"

	"triptych/cli/internal/display"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/timeline"
)

// ganttView shows the times of an execution's states. Positions are in thousandths of the
// total time.
type ganttView struct {
	Rows  []ganttRow
	Ticks []ganttTick
	More  int // number of omitted rows
}

type ganttRow struct {
	Name   string
	Indent string // one character for each Map that contains the state
	URL    string
	Tone   string
	Took   string
	Start  string // since the start of the execution
	Chosen bool
	Bars   []ganttBar
}

type ganttBar struct {
	X, Width float64
	Kind     string // "state", "try" or "failed"
}

type ganttTick struct {
	X    float64
	Name string
}

const (
	ganttScale = 1000
	// leastBar is the minimum width of a bar, so that it is visible.
	leastBar = 3
	mostRows = 150
)

func newGanttView(states []timeline.State, start time.Time, took time.Duration, v *visits) ganttView {
	shown := ganttView{}
	end := start.Add(max(took, time.Millisecond))

	for i := range states { // The clocks of events and of executions differ slightly.
		if last := states[i].Start.Add(states[i].Took); last.After(end) {
			end = last
		}
	}

	whole := end.Sub(start)
	at := func(moment time.Time) float64 {
		return min(ganttScale, max(0, ganttScale*float64(moment.Sub(start))/float64(whole)))
	}
	bar := func(from time.Time, took time.Duration, kind string) ganttBar {
		x := min(at(from), ganttScale-leastBar)

		return ganttBar{X: x, Width: max(leastBar, at(from.Add(took))-x), Kind: kind}
	}

	for i := range states {
		state := &states[i]
		if len(shown.Rows) == mostRows {
			shown.More = len(states) - mostRows

			break
		}

		next := choice{arn: v.choice.arn, state: state.Name, iteration: -1}
		if around := v.byID[state.Within]; around != nil {
			next.within, next.iteration = around.Name, state.Iteration
		}

		row := ganttRow{
			Name: display.Text(executions.StateName(state)), Indent: strings.Repeat("·", state.Depth), URL: next.address(),
			Tone: outcomeTone(state.Outcome), Took: display.Duration(state.Took), Start: display.Duration(max(0, state.Start.Sub(start))),
			Chosen: v.choice.state == state.Name && (state.Within == 0 || v.in(state)),
			Bars:   []ganttBar{bar(state.Start, state.Took, "state")},
		}

		for j := range state.Tries {
			kind := "try"
			if state.Tries[j].Error != "" {
				kind = "failed"
			}

			row.Bars = append(row.Bars, bar(state.Tries[j].Start, state.Tries[j].Took, kind))
		}

		shown.Rows = append(shown.Rows, row)
	}

	const parts = 4
	for i := range parts + 1 {
		shown.Ticks = append(shown.Ticks, ganttTick{float64(i) * ganttScale / parts, display.Duration(whole * time.Duration(i) / parts)})
	}

	return shown
}
