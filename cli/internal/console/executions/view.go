package executions

import (
	_ "embed"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/page"
)

//go:embed executions.html
var pageHTML string

var template = page.Parse("executions", pageHTML)

// view is the data of the list of executions.
type view struct {
	Filters  []page.Link
	Machines []page.Link
	Rows     []row
	Next     string // URL of the next page, or ""
}

// row is one execution in a list.
type row struct {
	ARN, Name, Key string
	Status         page.Status
	Start          time.Time
	Took           time.Duration
	Redriven       int
}

// statusLinks returns the tabs of the page.
func statusLinks(chosen, machine string) []page.Link {
	links := []page.Link{{Name: "All", URL: address("", machine, ""), Chosen: chosen == ""}}

	for _, status := range []types.ExecutionStatus{
		types.ExecutionStatusRunning, types.ExecutionStatusSucceeded, types.ExecutionStatusFailed,
		types.ExecutionStatusTimedOut, types.ExecutionStatusAborted,
	} {
		name := string(status)
		links = append(links, page.Link{Name: page.Status(status).Word(), URL: address(name, machine, ""), Chosen: chosen == name})
	}

	return links
}

// address returns the URL of a list. The parameter after is the token of the next page, or "".
func address(status, machine, after string) string {
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
