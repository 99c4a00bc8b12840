package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/executions"
)

// executionsView is the data of the list of executions.
type executionsView struct {
	Filters  []filterLink
	Machines []filterLink
	Rows     []executionRow
	Next     string // URL of the next page, or ""
}

// executionRow is one execution in a list.
type executionRow struct {
	ARN, Name, Key, Status string
	Start                  time.Time
	Took                   time.Duration
	Redriven               int
}

// Word returns the text for the row's status.
func (e executionRow) Word() string { return statusWord(e.Status) }

// Tone returns the color class of the status.
func (e executionRow) Tone() string { return tone(e.Status) }

// rowsOnPage is the number of executions on a page. Each new one costs a call, to read
// its key.
const rowsOnPage = 40

func (c *Console) executions(w http.ResponseWriter, r *http.Request) error {
	status := types.ExecutionStatus(strings.ToUpper(r.FormValue("status")))
	if status != "" && !slices.Contains(status.Values(), status) {
		return &statusError{http.StatusBadRequest, "The status does not exist", "Choose one above the list."}
	}

	chosen, machines := r.FormValue("machine"), c.machines()

	at := slices.IndexFunc(machines, func(one machine) bool { return one.name == chosen })
	if at < 0 {
		return &statusError{http.StatusBadRequest, "The state machine does not exist", "Choose one above the list."}
	}

	in := &sfn.ListExecutionsInput{StateMachineArn: &machines[at].arn, StatusFilter: status, MaxResults: rowsOnPage}
	if after := r.FormValue("after"); after != "" {
		in.NextToken = &after
	}

	out, err := c.stack.SFN.ListExecutions(r.Context(), in)
	if err != nil {
		return fmt.Errorf("list the executions of %s: %w", machines[at].arn, err)
	}

	shown := executionsView{Filters: statusLinks(string(status), chosen)}
	for i, one := range machines {
		shown.Machines = append(shown.Machines, filterLink{one.title, executionsURL(string(status), one.name, ""), i == at})
	}

	if out.NextToken != nil {
		shown.Next = executionsURL(string(status), chosen, *out.NextToken)
	}

	if shown.Rows, err = c.rows(r.Context(), out.Executions); err != nil {
		return err
	}

	return c.render(w, r, "executions", "Executions", shown)
}

// machine is a state machine of the stack, and its name in URLs.
type machine struct{ title, name, arn string }

// machines returns the state machines of the stack. The first one has no name in URLs.
func (c *Console) machines() []machine {
	stack := c.stack.Stack

	return []machine{
		{"Pipeline", "", stack.PipelineARN}, {"Erase", "erase", stack.EraseARN}, {"Backfill", "backfill", stack.BackfillARN},
	}
}

func (c *Console) rows(ctx context.Context, listed []types.ExecutionListItem) ([]executionRow, error) {
	rows := make([]executionRow, len(listed))

	var (
		work   sync.WaitGroup
		slots  = make(chan struct{}, askedAtOnce)
		failed = make([]error, len(listed))
	)

	for i := range listed {
		one := &listed[i]
		rows[i] = executionRow{
			ARN: aws.ToString(one.ExecutionArn), Name: aws.ToString(one.Name), Status: string(one.Status),
			Start: aws.ToTime(one.StartDate), Took: c.span(one.StartDate, one.StopDate), Redriven: int(aws.ToInt32(one.RedriveCount)),
		}

		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			rows[i].Key, failed[i] = c.subjects.of(ctx, rows[i].ARN)
		})
	}

	work.Wait()

	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}

	return rows, nil
}

// span returns the duration from start to stop, or until now.
func (c *Console) span(start, stop *time.Time) time.Duration {
	if stop == nil {
		return max(0, c.now().Sub(aws.ToTime(start)))
	}

	return stop.Sub(aws.ToTime(start))
}

func statusLinks(chosen, machine string) []filterLink {
	links := []filterLink{{"All", executionsURL("", machine, ""), chosen == ""}}

	for _, status := range []types.ExecutionStatus{
		types.ExecutionStatusRunning, types.ExecutionStatusSucceeded, types.ExecutionStatusFailed,
		types.ExecutionStatusTimedOut, types.ExecutionStatusAborted,
	} {
		name := string(status)
		links = append(links, filterLink{statusWord(name), executionsURL(name, machine, ""), chosen == name})
	}

	return links
}

func executionsURL(status, machine, after string) string {
	values := url.Values{}

	if status != "" {
		values.Set("status", strings.ToLower(status))
	}

	if machine != "" {
		values.Set("machine", machine)
	}

	if after != "" {
		values.Set("after", after)
	}

	return strings.TrimSuffix("/executions?"+values.Encode(), "?")
}

const (
	// askedAtOnce is how many executions are described in parallel.
	askedAtOnce = 8
	// mostSubjects is the maximum number of cached keys: one or two megabytes.
	mostSubjects = 5000
)

// subjects caches the keys of executions. The input of an execution never changes.
type subjects struct {
	client *sfn.Client

	mu    sync.Mutex
	known map[string]string // by ARN
}

func (s *subjects) of(ctx context.Context, arn string) (string, error) {
	s.mu.Lock()
	key, known := s.known[arn]
	s.mu.Unlock()

	if known {
		return key, nil
	}

	out, err := s.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return "", fmt.Errorf("describe the execution %s: %w", arn, err)
	}

	key = executions.Key(aws.ToString(out.Input))

	s.mu.Lock()
	defer s.mu.Unlock()

	if s.known == nil || len(s.known) >= mostSubjects {
		s.known = map[string]string{}
	}

	s.known[arn] = key

	return key, nil
}

// machineName returns the name in a state machine's ARN.
func machineName(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }
