package execution

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/timeline"
)

// TestVisits uses a Map with three iterations, one of which failed.
func TestVisits(t *testing.T) {
	begun := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	states := []timeline.State{
		{ID: 2, Name: "Make", Iteration: -1, Outcome: timeline.Succeeded, Start: begun},
		{ID: 5, Name: "Each", Iteration: -1, Outcome: timeline.Failed, Items: 3, Start: begun},
		{ID: 7, Name: "One", Within: 5, Depth: 1, Iteration: 0, Outcome: timeline.Succeeded, Start: begun},
		{ID: 8, Name: "One", Within: 5, Depth: 1, Iteration: 1, Outcome: timeline.Failed, Error: "Broken", Start: begun},
		{ID: 9, Name: "One", Within: 5, Depth: 1, Iteration: 2, Outcome: timeline.Stopped, Start: begun},
	}

	all := newVisits(states, choice{arn: "arn", state: "One", iteration: -1})
	if got := outcome(all.of("One")); got != timeline.Failed {
		t.Errorf("the outcome of all iterations is %q", got)
	}

	if shown := all.picked(); shown.Error != "Broken" || shown.Visits != 3 {
		t.Errorf("the panel of all iterations shows %+v", shown)
	}

	one := newVisits(states, choice{arn: "arn", state: "One", within: "Each", iteration: 0})
	if got := outcome(one.of("One")); got != timeline.Succeeded {
		t.Errorf("the outcome of the first iteration is %q", got)
	}

	counts := one.iterations()[0].Counts
	want := []iterationCount{{"succeeded", "good", 1}, {"failed", "bad", 1}, {"stopped", "warning", 1}}

	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}

	if taken := all.taken(false); !taken[transition{"", "Make"}] || !taken[transition{"Make", "Each"}] || taken[transition{"Each", ""}] {
		t.Errorf("transitions: %v", taken)
	}
}
