package failures

import (
	_ "embed"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/executions"
	"triptych/cli/internal/replay"
)

//go:embed failures.html
var pageHTML string

var template = page.Parse("failures", pageHTML)

// view is the data of the page. It has the failures that `triptych replay` lists.
type view struct {
	Groups []group
	Total  int
	// Hidden is the number of messages that another replay has received.
	Hidden int
}

// example is one failure of a group, with all details.
type example struct {
	executions.Failure

	ARN    string
	Reason string // reason for the redrive or the restart
}

// group is a group of failures with the same cause.
type group struct {
	ID      string
	Cause   string // without the parts that differ between failures
	Entries []replay.Result
	Actions string // the actions of a replay: "12 redrive, 3 restart"
	Example example
}

// Count returns the number of failures.
func (g group) Count() int { return len(g.Entries) }

// Shown returns the failures that the page lists.
func (g group) Shown() []replay.Result { return g.Entries[:min(len(g.Entries), mostShown)] }

// More returns the number of failures that the page does not list.
func (g group) More() int { return len(g.Entries) - len(g.Shown()) }

// mostShown is the maximum number of failures that the page lists for a group. A replay
// processes all failures of the group.
const mostShown = 100
