package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"triptych/emulator/stepfunctions/asl"
)

// page returns the items of an ItemReader, page by page. A token is the position of a page.
func (c *conformance) page(_ context.Context, read asl.Read) (asl.Page, error) {
	if c.ItemsError != "" {
		return asl.Page{}, errors.New(c.ItemsError)
	}

	begin, _ := strconv.Atoi(read.Token)
	end := min(len(c.Items), begin+read.Limit)

	if c.PageSize > 0 {
		end = min(end, begin+c.PageSize)
	}

	out := asl.Page{Items: c.Items[begin:end]}
	if end < len(c.Items) {
		out.Next = strconv.Itoa(end)
	}

	return out, nil
}

func (c *conformance) checkMapRun(t *testing.T, result *asl.Result) {
	t.Helper()

	if c.Children != nil {
		var inputs []string

		for index := range len(result.Children) {
			for id, child := range result.Children {
				if strings.HasSuffix(id, " "+strconv.Itoa(index)) {
					inputs = append(inputs, string(child.Execution.Input()))
				}
			}
		}

		want := make([]string, len(c.Children))
		for i, input := range c.Children {
			want[i] = compactJSON(t, input)
		}

		if !slices.Equal(inputs, want) {
			t.Errorf("%s: the child executions had the inputs\n%s\nwant\n%s", c.Source, strings.Join(inputs, "\n"), strings.Join(want, "\n"))
		}
	}

	c.compare(t, "counts", c.Counts, countsOf(result))
}

// countsOf returns the item counts of the last Map Run, without zeros.
func countsOf(result *asl.Result) string {
	if len(result.MapRuns) == 0 {
		return ""
	}

	last := result.MapRuns[len(result.MapRuns)-1]
	parts := []string{string(last.Status)}

	for _, count := range []struct {
		name  string
		value int64
	}{
		{"pending", last.Items.Pending}, {"running", last.Items.Running}, {"succeeded", last.Items.Succeeded}, {"failed", last.Items.Failed},
		{"timedOut", last.Items.TimedOut}, {"aborted", last.Items.Aborted}, {"total", last.Items.Total},
	} {
		if count.value > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", count.name, count.value))
		}
	}

	return strings.Join(parts, " ")
}

func (c *conformance) checkRedrive(t *testing.T, runner *asl.Runner, earlier *asl.Result) {
	t.Helper()

	before := len(earlier.History)

	result, err := runner.Redrive(t.Context(), earlier)
	if err != nil {
		t.Fatal(err)
	}

	if result.Outcome.Error != c.Redriven.Error {
		t.Errorf("%s: the redrive returned %+v, want the error %q", c.Source, result.Outcome, c.Redriven.Error)
	}

	if c.Redriven.Output != nil && !sameJSON(t, c.Redriven.Output, result.Outcome.Output) {
		t.Errorf("%s: the redrive returned %s, want %s", c.Source, result.Outcome.Output, c.Redriven.Output)
	}

	types := make([]string, 0, len(result.History)-before)
	for _, event := range result.History[before:] {
		types = append(types, string(event.Type))
	}

	c.compare(t, "events of the redrive", c.Redriven.Events, strings.Join(types, " "))
	c.compare(t, "counts after the redrive", c.Redriven.Counts, countsOf(result))
}

func compactJSON(t *testing.T, text json.RawMessage) string {
	t.Helper()

	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}

	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}

	return string(out)
}
