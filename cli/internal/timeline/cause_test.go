package timeline_test

import (
	"testing"

	"triptych/cli/internal/timeline"
)

func TestCause(t *testing.T) {
	state := func(name string, depth int, outcome timeline.Outcome, failure string) timeline.State {
		return timeline.State{Name: name, Depth: depth, Iteration: -1, Outcome: outcome, Error: failure}
	}

	tests := map[string]struct {
		states []timeline.State
		want   string
	}{
		"no state was entered": {nil, ""},
		"no state failed":      {[]timeline.State{state("Validate", 0, timeline.Succeeded, "")}, ""},
		"the last one failed": {[]timeline.State{
			state("Validate", 0, timeline.Succeeded, ""), state("Sanitize", 0, timeline.Failed, "Lambda.Unknown"),
		}, "Sanitize"},
		"within a Map": {[]timeline.State{
			state("Resize", 0, timeline.Failed, "X"), state("First", 1, timeline.Stopped, ""),
			state("Second", 1, timeline.Failed, "X"), state("Third", 1, timeline.Stopped, ""),
		}, "Second"},
		"stopped by the user": {[]timeline.State{
			state("Resize", 0, timeline.Stopped, ""), state("MakeVariant", 1, timeline.Stopped, ""),
		}, "MakeVariant"},
		"failed in the state after a catcher": {[]timeline.State{
			state("Validate", 0, timeline.Caught, "NotAnImage"), state("Rejected", 0, timeline.TimedOut, "States.Timeout"),
		}, "Rejected"},
		"redriven, and failed elsewhere": {[]timeline.State{
			state("Sanitize", 0, timeline.Succeeded, ""), state("Record", 0, timeline.Failed, "Transient"),
		}, "Record"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, found := timeline.Cause(test.states)
			if got.Name != test.want || found != (test.want != "") {
				t.Errorf("cause %q (%v), want %q", got.Name, found, test.want)
			}
		})
	}
}

func TestReason(t *testing.T) {
	for cause, want := range map[string]string{
		"":       "",
		" text ": "text",
		`{"errorType":"X","errorMessage":"it broke"}`:                                                                  "it broke",
		`{"errorMessage":"RequestId: cc575ecc-6ef1-460b-82b0-2aeffc8ee40e Error: Task timed out after 60.00 seconds"}`: "Task timed out after 60.00 seconds",
		`{"errorMessage":""}`: `{"errorMessage":""}`,
		`{"a":`:               `{"a":`,
	} {
		if got := timeline.Reason(cause); got != want {
			t.Errorf("the reason in %s is %q, want %q", cause, got, want)
		}
	}
}
