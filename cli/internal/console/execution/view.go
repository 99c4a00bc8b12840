package execution

import (
	_ "embed"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/replay"
	"triptych/cli/internal/timeline"
)

//go:embed execution.html
var pageHTML string

var template = page.Parse("execution", pageHTML)

// view is the data of an execution's page.
type view struct {
	ARN, Name, Key string
	Status         page.Status
	Start          time.Time
	Took           time.Duration
	Redriven       int

	Machine     string
	Error       string
	Reason      string
	Redrivable  bool
	WhyNot      string // reason why it cannot be redriven
	Over        bool
	Bad         bool // it failed, timed out or was stopped
	Input       document
	Output      document
	Graph       graphView
	Iterations  []iterationsView
	Picked      pickedView
	Gantt       ganttView
	Events      []eventRow
	EventsCount int
	Seen        string // the moment of the history that is shown
}

// newView converts the data of an execution, as it is at the time now.
func newView(found *found, picked choice, now time.Time) view {
	about := found.about
	trace := timeline.Read(found.events)
	// The duration of a running state ends now.
	growing(trace.States, about.Status == types.ExecutionStatusRunning, now)

	shown := view{
		ARN: picked.arn, Name: aws.ToString(about.Name), Key: executions.Key(aws.ToString(about.Input)), Status: page.Status(about.Status),
		Start: aws.ToTime(about.StartDate), Took: executions.Took(about.StartDate, about.StopDate, now), Redriven: int(aws.ToInt32(about.RedriveCount)),
		Machine: replay.Name(aws.ToString(about.StateMachineArn)),
		Error:   aws.ToString(about.Error), Reason: timeline.Reason(aws.ToString(about.Cause)),
		Redrivable: about.RedriveStatus == types.ExecutionRedriveStatusRedrivable, WhyNot: aws.ToString(about.RedriveStatusReason),
		Over: about.Status != types.ExecutionStatusRunning, Bad: executions.EndedBadly(string(about.Status)),
		Input: newDocument(0, "Input", aws.ToString(about.Input)), Output: newDocument(1, "Output", aws.ToString(about.Output)),
	}

	visits := newVisits(trace.States, picked)

	if picked.state == "" { // At first, select the failed state.
		if cause, failed := timeline.Cause(trace.States); failed && shown.Bad {
			visits.pick(&cause)
		}
	}

	shown.Graph = newGraphView(&found.drawing, visits, about.Status == types.ExecutionStatusSucceeded)
	shown.Iterations = visits.iterations()
	shown.Picked = visits.picked()
	shown.Gantt = newGanttView(trace.States, shown.Start, shown.Took, visits)
	shown.Events, shown.EventsCount = eventRows(found.events, trace, shown.Start), len(found.events)
	shown.Seen = moment(about.Status, lastID(found.events))

	return shown
}

// growing sets the end of the durations of running states to now.
func growing(states []timeline.State, running bool, now time.Time) {
	if !running {
		return
	}

	for i := range states {
		one := &states[i]
		if one.Outcome != timeline.Running {
			continue
		}

		one.Took = max(one.Took, now.Sub(one.Start))

		if last := len(one.Tries) - 1; last >= 0 && !one.Tries[last].Over {
			one.Tries[last].Took = max(one.Tries[last].Took, now.Sub(one.Tries[last].Start))
		}
	}
}
