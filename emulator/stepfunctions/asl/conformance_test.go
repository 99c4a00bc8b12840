package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
)

// conformance is a machine and its expected behavior, according to the Amazon States
// Language or AWS's documentation. Each file of testdata/conformance holds a table of such
// cases.
type conformance struct {
	Name           string                    `json:"name"`
	Source         string                    `json:"source"` // The page and the section, or "recorded on AWS".
	QueryLanguage  string                    `json:"queryLanguage"`
	TimeoutSeconds int                       `json:"timeoutSeconds"`
	StartAt        string                    `json:"startAt"` // Empty means A.
	States         json.RawMessage           `json:"states"`
	Input          json.RawMessage           `json:"input"`
	Items          []json.RawMessage         `json:"items"`      // The items that an ItemReader finds.
	ItemsError     string                    `json:"itemsError"` // The error of the ItemReader.
	PageSize       int                       `json:"pageSize"`   // 0 means as many items as the read requests.
	Random         float64                   `json:"random"`     // The result of every draw.
	Tasks          map[string][]answeredTask `json:"tasks"`      // By state, one entry for each call.

	// Expected results. If the status is not given, it follows from the other fields.
	Status     asl.Status        `json:"status"`
	Output     json.RawMessage   `json:"output"`
	Error      string            `json:"error"`
	Cause      string            `json:"cause"` // Not compared if it is empty.
	Path       string            `json:"path"`
	Calls      string            `json:"calls"` // The start of each task: "0s A, 3s A".
	Events     string            `json:"events"`
	EventCount int               `json:"eventCount"`
	History    []string          `json:"history"`  // The whole history: "3<0 EvaluationFailed", and optionally the details as JSON.
	Children   []json.RawMessage `json:"children"` // The inputs of the child executions, in order.
	Counts     string            `json:"counts"`   // The item counts of the last Map Run: "SUCCEEDED succeeded 3 failed 1".
	Redriven   *redriven         `json:"redriven"` // The expected result of a redrive.
	Refused    string            `json:"refused"`  // The expected problem of the definition: its code, its path and, optionally, its message.
}

// redriven is the expected result of a redrive.
type redriven struct {
	Output json.RawMessage `json:"output"`
	Error  string          `json:"error"`
	Events string          `json:"events"` // The events that the redrive adds.
	Counts string          `json:"counts"`
}

// answeredTask is the result of one call of a task.
type answeredTask struct {
	Arguments json.RawMessage `json:"arguments"` // The expected arguments, if they are given.
	Takes     int             `json:"takes"`     // Seconds.
	Output    json.RawMessage `json:"output"`
	Error     string          `json:"error"`
	Cause     string          `json:"cause"`
}

func (c *conformance) definition(t *testing.T) []byte {
	t.Helper()

	whole := map[string]any{"QueryLanguage": "JSONata", "StartAt": "A", "States": c.States}
	if c.QueryLanguage != "" {
		whole["QueryLanguage"] = c.QueryLanguage
	}

	if c.StartAt != "" {
		whole["StartAt"] = c.StartAt
	}

	if c.TimeoutSeconds > 0 {
		whole["TimeoutSeconds"] = c.TimeoutSeconds
	}

	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}

	return text
}

func (c *conformance) outcome() asl.Outcome {
	out := asl.Outcome{Status: c.Status, Output: c.Output, Error: c.Error, Cause: c.Cause}

	switch {
	case out.Status != "":
	case c.Error != "":
		out.Status = asl.StatusFailed
	default:
		out.Status = asl.StatusSucceeded
	}

	return out
}

// always is a Random that always draws the same number.
type always float64

func (a always) Float64() float64 { return float64(a) }
func (a always) Uint64() uint64   { return 1 << 60 }

// TestConformance compares the interpreter with the specification, case by case.
func TestConformance(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob("testdata/conformance/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables: %v", err)
	}

	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}

		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.DisallowUnknownFields()

		var cases []conformance
		if err := decoder.Decode(&cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}

		names := map[string]bool{}

		for _, c := range cases {
			if names[c.Name] || (c.Source != recorded && !strings.HasPrefix(c.Source, "https://")) {
				t.Errorf("%s: %q has a name that is used twice, or no source", file, c.Name)
			}

			names[c.Name] = true

			t.Run(strings.TrimSuffix(filepath.Base(file), ".json")+"/"+c.Name, func(t *testing.T) {
				t.Parallel()

				if c.Refused != "" {
					c.checkRefused(t)
				} else {
					c.checkRun(t)
				}
			})
		}
	}
}

func (c *conformance) checkRefused(t *testing.T) {
	t.Helper()

	_, err := asl.Parse(c.definition(t))

	var wrong *asl.DefinitionError
	if !errors.As(err, &wrong) {
		t.Fatalf("%s: got %v, want %s", c.Source, err, c.Refused)
	}

	for _, problem := range wrong.Problems {
		got := string(problem.Code) + " " + problem.Path
		if got == c.Refused || got+" "+problem.Message == c.Refused {
			return
		}
	}

	t.Errorf("%s: got\n%v\nwant %s", c.Source, err, c.Refused)
}

func (c *conformance) checkRun(t *testing.T) {
	t.Helper()

	definition, err := asl.Parse(c.definition(t))
	if err != nil {
		t.Fatalf("%s: %v", c.Source, err)
	}

	clock := asl.NewVirtualClock(time.Unix(0, 0).UTC())
	left := c.Tasks

	var calls []string

	tasks := func(_ context.Context, task asl.Task) (json.RawMessage, error) {
		calls = append(calls, clock.Now().Sub(time.Unix(0, 0)).String()+" "+task.State)

		if len(left[task.State]) == 0 {
			t.Errorf("the table has no call %d of %s", task.Attempt+1, task.State)

			return json.RawMessage(`null`), nil
		}

		how := left[task.State][0]
		left[task.State] = left[task.State][1:]

		if how.Arguments != nil && !sameJSON(t, how.Arguments, task.Arguments) {
			t.Errorf("%s was called with %s, want %s", task.State, task.Arguments, how.Arguments)
		}

		clock.Advance(time.Duration(how.Takes) * time.Second)

		if how.Error != "" {
			return nil, &asl.TaskError{Name: how.Error, Cause: how.Cause}
		}

		if how.Output == nil {
			return json.RawMessage(`null`), nil
		}

		return how.Output, nil
	}

	runner := &asl.Runner{Definition: definition, Tasks: tasks, Items: c.page, Clock: clock, Random: always(c.Random)}
	result := run(t, runner, string(c.Input))
	got, want := result.Outcome, c.outcome()

	if want.Cause == "" {
		got.Cause = ""
	}

	wantOutcome(t, got, want)

	c.checkMapRun(t, result)

	if c.Redriven != nil {
		c.checkRedrive(t, runner, result)
	}

	for state, answers := range left {
		if len(answers) > 0 {
			t.Errorf("%s was called %d times less than the table has answers", state, len(answers))
		}
	}

	c.compare(t, "path", c.Path, strings.Join(result.Path(), " "))
	c.compare(t, "calls", c.Calls, shorten(calls))

	types := make([]string, len(result.History))
	for i, event := range result.History {
		types[i] = string(event.Type)
	}

	c.compare(t, "events", c.Events, strings.Join(types, " "))

	c.checkHistory(t, result.History)

	if c.EventCount != 0 && len(types) != c.EventCount {
		t.Errorf("%d events, want %d", len(types), c.EventCount)
	}
}

// recorded is the source of a case that shows a fact recorded on AWS: a link of an event, a
// cause, a result. The name of the case says which one.
const recorded = "recorded on AWS"

// checkHistory compares the whole history. Details are compared if the case gives them.
func (c *conformance) checkHistory(t *testing.T, history []asl.HistoryEvent) {
	t.Helper()

	if c.History == nil {
		return
	}

	got := make([]string, len(history))

	for i, event := range history {
		got[i] = fmt.Sprintf("%d<%d %s", event.ID, event.PreviousEventID, event.Type)

		if i < len(c.History) && strings.Contains(c.History[i], "{") {
			got[i] += " " + detailsOf(t, event)
		}
	}

	if diff := cmp.Diff(c.History, got); diff != "" {
		t.Errorf("%s: history: %s", c.Source, diff)
	}
}

// detailsOf returns the details of an event as JSON.
func detailsOf(t *testing.T, event asl.HistoryEvent) string {
	t.Helper()

	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}

	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}

	for name, value := range members {
		if strings.HasSuffix(name, "EventDetails") {
			return string(value)
		}
	}

	return "{}"
}

// compare compares one expected value of the case with the result, if the case gives it.
func (c *conformance) compare(t *testing.T, what, want, got string) {
	t.Helper()

	if want != "" && want != got {
		t.Errorf("%s: %s: %s", c.Source, what, cmp.Diff(want, got))
	}
}

// shorten writes whole minutes as seconds: 1m4s becomes 64s.
func shorten(calls []string) string {
	out := make([]string, len(calls))

	for i, call := range calls {
		at, state, _ := strings.Cut(call, " ")

		since, err := time.ParseDuration(at)
		if err == nil && since >= time.Minute {
			at = fmt.Sprintf("%gs", since.Seconds())
		}

		out[i] = at + " " + state
	}

	return strings.Join(out, ", ")
}

func sameJSON(t *testing.T, a, b json.RawMessage) bool {
	t.Helper()

	var left, right any
	if err := errors.Join(json.Unmarshal(a, &left), json.Unmarshal(b, &right)); err != nil {
		t.Fatal(err)
	}

	return cmp.Equal(left, right)
}
