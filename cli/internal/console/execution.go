package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/graph"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/timeline"
)

// executionView is the data of an execution's page.
type executionView struct {
	executionRow

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

var (
	errNoExecution = &statusError{http.StatusNotFound, "The execution does not exist", "Step Functions forgets an execution 90 days after its end."}
	errNoARN       = &statusError{http.StatusBadRequest, "The URL names no execution", "Choose an execution in the list."}
)

// choice is the user's selection in an execution.
type choice struct {
	arn   string
	state string // the name of a state, or ""
	// iteration is the iteration of the Map named within; -1 if none is selected.
	within    string
	iteration int
}

func readChoice(r *http.Request) choice {
	picked := choice{arn: r.FormValue("arn"), state: r.FormValue("state"), within: r.FormValue("map"), iteration: -1}
	if number, err := strconv.Atoi(r.FormValue("iteration")); err == nil && number >= 0 {
		picked.iteration = number
	}

	return picked
}

// address returns the URL that shows a choice.
func (c choice) address() string {
	values := url.Values{"arn": {c.arn}}

	if c.state != "" {
		values.Set("state", c.state)
	}

	if c.within != "" && c.iteration >= 0 {
		values.Set("map", c.within)
		values.Set("iteration", strconv.Itoa(c.iteration))
	}

	return "/execution?" + values.Encode()
}

func (c *Console) execution(w http.ResponseWriter, r *http.Request) error {
	picked := readChoice(r)
	if picked.arn == "" {
		return errNoARN
	}

	shown, err := c.readExecution(r.Context(), picked)
	if err != nil {
		return err
	}

	if r.Header.Get("X-Part") != "" {
		return c.executePart(w, r, "execution", "execution", shown)
	}

	return c.render(w, r, "execution", shown.Name, shown)
}

func (c *Console) readExecution(ctx context.Context, picked choice) (executionView, error) {
	about, err := c.describeExecution(ctx, picked.arn)
	if err != nil {
		return executionView{}, err
	}

	events, err := executions.History(ctx, c.stack.SFN, picked.arn, true)
	if err != nil {
		return executionView{}, err
	}

	trace := timeline.Read(events)
	// A running state is shown as running until now.
	growing(trace.States, about.Status == types.ExecutionStatusRunning, c.now())

	shown := executionView{
		executionRow: executionRow{
			ARN: picked.arn, Name: aws.ToString(about.Name), Key: executions.Key(aws.ToString(about.Input)), Status: string(about.Status),
			Start: aws.ToTime(about.StartDate), Took: c.span(about.StartDate, about.StopDate), Redriven: int(aws.ToInt32(about.RedriveCount)),
		},
		Machine: machineName(aws.ToString(about.StateMachineArn)),
		Error:   aws.ToString(about.Error), Reason: timeline.Reason(aws.ToString(about.Cause)),
		Redrivable: about.RedriveStatus == types.ExecutionRedriveStatusRedrivable, WhyNot: aws.ToString(about.RedriveStatusReason),
		Over: about.Status != types.ExecutionStatusRunning, Bad: executions.EndedBadly(string(about.Status)),
		Input: newDocument("Input", aws.ToString(about.Input)), Output: newDocument("Output", aws.ToString(about.Output)),
	}

	drawn, err := c.drawn(ctx, picked.arn)
	if err != nil {
		return executionView{}, err
	}

	visits := newVisits(trace.States, picked)

	if picked.state == "" { // Select the failed state first.
		if cause, found := timeline.Cause(trace.States); found && shown.Bad {
			visits.pick(&cause)
		}
	}

	shown.Graph = newGraphView(&drawn, visits, &shown)
	shown.Iterations = visits.iterations()
	shown.Picked = visits.picked()
	shown.Gantt = newGanttView(trace.States, shown.Start, shown.Took, visits)
	shown.Events, shown.EventsCount = eventRows(events, trace, shown.Start), len(events)

	last := int64(0)
	if len(events) > 0 {
		last = events[len(events)-1].Id
	}

	shown.Seen = moment(about.Status, last)

	return shown, nil
}

func (c *Console) describeExecution(ctx context.Context, arn string) (*sfn.DescribeExecutionOutput, error) {
	about, err := c.stack.SFN.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})

	if _, gone := errors.AsType[*types.ExecutionDoesNotExist](err); gone {
		return nil, errNoExecution
	}

	if _, never := errors.AsType[*types.InvalidArn](err); never {
		return nil, errNoExecution
	}

	if err != nil {
		return nil, fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	return about, nil
}

// drawn returns the drawing of the state machine as it was when the execution began.
func (c *Console) drawn(ctx context.Context, arn string) (graph.Drawing, error) {
	out, err := c.stack.SFN.DescribeStateMachineForExecution(ctx, &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return graph.Drawing{}, fmt.Errorf("read the definition of the execution %s: %w", arn, err)
	}

	return graph.Layout(aws.ToString(out.Definition))
}

// growing extends the duration of running states until now.
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

// document is a JSON text to read and to copy.
type document struct {
	Name string
	Text string
	// Cut means that the text is truncated.
	Cut bool
}

// documentView is a document and the id of its HTML element.
type documentView struct {
	document

	ID string
}

// mostDocument is the maximum size of one document on a page; Step Functions' own limit
// is 256 KiB.
const mostDocument = 24 << 10

func newDocument(name, text string) document {
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(text), "", "  ") == nil {
		text = indented.String()
	}

	shown := document{Name: name, Text: text}
	if len(text) > mostDocument {
		shown.Text, shown.Cut = string(bytes.ToValidUTF8([]byte(text[:mostDocument]), nil)), true
	}

	return shown
}
