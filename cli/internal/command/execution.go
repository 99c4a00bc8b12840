package command

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/display"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/target"
	"triptych/cli/internal/timeline"
)

// visited is one visit of a state, in the output of `triptych executions ID --json`.
type visited struct {
	ExecutionARN string `json:"executionArn"`
	State        string `json:"state"`
	Iteration    *int   `json:"iteration"`   // within its Map, from 0; null outside a Map
	StartMillis  int64  `json:"startMillis"` // since the start of the execution
	Millis       int64  `json:"millis"`
	Attempts     int    `json:"attempts"`
	Outcome      string `json:"outcome"`
	Error        string `json:"error"`
	Reason       string `json:"reason"`
}

// showExecution prints the timeline of the execution of a state machine that an ID names.
func (s *session) showExecution(ctx context.Context, stack *target.Target, machine, id string) error {
	about, err := findExecution(ctx, stack.SFN, machine, id)
	if err != nil {
		return err
	}

	events, err := executions.History(ctx, stack.SFN, aws.ToString(about.ExecutionArn), false)
	if err != nil {
		return err
	}

	states := timeline.Build(events)
	if about.StopDate == nil {
		// The last event of a running execution may be old, such as the start of a Wait.
		for i := range states {
			if states[i].Outcome == timeline.Running {
				states[i].Took = max(0, time.Since(states[i].Start))
			}
		}
	}

	if s.json {
		return s.visits(about, states)
	}

	return s.text(s.executionHead(about) + s.timelineTable(aws.ToTime(about.StartDate), states))
}

func (s *session) visits(about *sfn.DescribeExecutionOutput, states []timeline.State) error {
	for _, state := range states {
		one := visited{
			ExecutionARN: aws.ToString(about.ExecutionArn), State: state.Name,
			StartMillis: state.Start.Sub(aws.ToTime(about.StartDate)).Milliseconds(), Millis: state.Took.Milliseconds(),
			Attempts: state.Attempts, Outcome: string(state.Outcome), Error: state.Error, Reason: state.Reason,
		}
		if state.Iteration >= 0 {
			one.Iteration = &state.Iteration
		}

		if err := s.object(one); err != nil {
			return err
		}
	}

	return nil
}

func (s *session) executionHead(about *sfn.DescribeExecutionOutput) string {
	head := s.style.Bold(display.Text(aws.ToString(about.Name))) + "  " + s.style.Status(string(about.Status)) + "  " +
		display.Duration(executions.Took(about.StartDate, about.StopDate, time.Now())) + s.style.Muted("  "+display.Time(aws.ToTime(about.StartDate))) + "\n"

	if key := executions.Key(aws.ToString(about.Input)); key != "" {
		head += "  " + s.style.Muted("key") + "  " + display.Text(key) + "\n"
	}

	if about.Error != nil {
		head += "  " + s.codeAndReason(*about.Error, timeline.Reason(aws.ToString(about.Cause))) + "\n"
	}

	return head + "\n"
}

func (s *session) timelineTable(start time.Time, states []timeline.State) string {
	table := display.Table{Indent: "  ", Right: []int{1, 2, 3}}
	table.Add(s.style.Muted("STATE"), s.style.Muted("AFTER"), s.style.Muted("TOOK"), s.style.Muted("TRIES"), s.style.Muted("OUTCOME"))

	for _, state := range states {
		name := strings.Repeat("  ", state.Depth) + display.Text(executions.StateName(&state))

		tries := ""
		if state.Attempts > 0 {
			tries = strconv.Itoa(state.Attempts)
		}

		outcome := s.outcome(state.Outcome)
		if state.Error != "" {
			outcome += "  " + s.codeAndReason(state.Error, state.Reason)
		}

		table.Add(name, display.Duration(state.Start.Sub(start)), display.Duration(state.Took), tries, outcome)
	}

	return table.String()
}

func (s *session) outcome(outcome timeline.Outcome) string {
	switch outcome {
	case timeline.Succeeded:
		return s.style.Good(string(outcome))
	case timeline.Failed, timeline.TimedOut, timeline.Stopped:
		return s.style.Bad(string(outcome))
	case timeline.Running, timeline.Caught:
		return s.style.Warning(string(outcome))
	}

	return string(outcome)
}
