package asl

import (
	"encoding/json"
	"time"
)

// mapRun is the run-time state of a DISTRIBUTED Map. It holds the items of a page
// or two and the numbers of the child executions that run, and never the whole data
// set.
type mapRun struct {
	ID           string    `json:"id"` // A UUID.
	Status       Status    `json:"status"`
	Started      time.Time `json:"started"`
	Stopped      time.Time `json:"stopped,omitzero"`
	RedriveCount int       `json:"redriveCount,omitempty"`
	RedriveDate  time.Time `json:"redriveDate,omitzero"`

	Concurrency         int             `json:"concurrency"`
	ToleratedCount      *float64        `json:"toleratedCount,omitempty"`
	ToleratedPercentage *float64        `json:"toleratedPercentage,omitempty"`
	BatchItems          int             `json:"batchItems,omitempty"` // 0 without an ItemBatcher.
	BatchBytes          int             `json:"batchBytes,omitempty"`
	BatchInput          json.RawMessage `json:"batchInput,omitempty"`
	MaxItems            int             `json:"maxItems,omitempty"` // 0 means all.

	Reading   *pendingRead      `json:"reading,omitempty"` // nil without an ItemReader.
	ReadAll   bool              `json:"readAll,omitempty"`
	ItemsRead int               `json:"itemsRead,omitempty"`
	Waiting   []json.RawMessage `json:"waiting,omitempty"` // Items that no child execution has yet.

	Children  int           `json:"children,omitempty"` // How many were started.
	Running   []childRun    `json:"running,omitempty"`
	Redrives  []childRun    `json:"redrives,omitempty"` // Wait to be redriven.
	Failed    []childRun    `json:"failed,omitempty"`   // FAILED, TIMED_OUT or ABORTED.
	Succeeded childCount    `json:"succeeded,omitzero"`
	Results   []childResult `json:"results,omitempty"` // Of those that succeeded; none once they are too large.
	Bytes     int           `json:"bytes,omitempty"`   // Of all results.
	Failure   *Failure      `json:"failure,omitempty"`
}

// pendingRead is where the reading of the data set stands.
type pendingRead struct {
	ID        string          `json:"id,omitempty"` // "" while nothing is asked for.
	Arguments json.RawMessage `json:"arguments"`
	Token     string          `json:"token,omitempty"`
}

// childRun is a child execution by its number.
type childRun struct {
	Index  int    `json:"index"`
	Items  int    `json:"items"`
	Status Status `json:"status,omitempty"` // Of one that has failed.
}

type childResult struct {
	Index  int             `json:"index"`
	Output json.RawMessage `json:"output"`
}

type childCount struct {
	Executions int64 `json:"executions"`
	Items      int64 `json:"items"`
}

// MapRun describes a Map Run as DescribeMapRun does, after a report that changed it.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
type MapRun struct {
	ARN                        string      `json:"mapRunArn"`
	Status                     Status      `json:"status"` // Never TIMED_OUT.
	Started                    time.Time   `json:"started"`
	Stopped                    time.Time   `json:"stopped,omitzero"`
	RedriveCount               int         `json:"redriveCount,omitempty"`
	RedriveDate                time.Time   `json:"redriveDate,omitzero"`
	MaxConcurrency             int         `json:"maxConcurrency"`
	ToleratedFailureCount      int64       `json:"toleratedFailureCount"`
	ToleratedFailurePercentage float64     `json:"toleratedFailurePercentage"`
	Items                      ChildCounts `json:"items"`
	Executions                 ChildCounts `json:"executions"`
}

// ChildCounts counts child executions, or the items in them, by their status.
type ChildCounts struct {
	Pending        int64 `json:"pending"`
	Running        int64 `json:"running"`
	Succeeded      int64 `json:"succeeded"`
	Failed         int64 `json:"failed"`
	TimedOut       int64 `json:"timedOut"`
	Aborted        int64 `json:"aborted"`
	Total          int64 `json:"total"`
	ResultsWritten int64 `json:"resultsWritten"`
	PendingRedrive int64 `json:"pendingRedrive"`
}

// describe is the run as others may see it.
func (m *mapRun) describe(arn string) MapRun {
	out := MapRun{
		ARN: arn, Status: m.Status, Started: m.Started, Stopped: m.Stopped, RedriveCount: m.RedriveCount, RedriveDate: m.RedriveDate,
		MaxConcurrency: m.Concurrency,
	}

	if m.ToleratedCount != nil {
		out.ToleratedFailureCount = int64(*m.ToleratedCount)
	}

	if m.ToleratedPercentage != nil {
		out.ToleratedFailurePercentage = *m.ToleratedPercentage
	}

	out.Items = ChildCounts{
		Pending: int64(len(m.Waiting)), Succeeded: m.Succeeded.Items, ResultsWritten: 0, Total: int64(m.ItemsRead),
	}
	out.Executions = ChildCounts{Succeeded: m.Succeeded.Executions, Total: int64(m.Children)}

	for _, child := range m.Running {
		out.Items.Running += int64(child.Items)
		out.Executions.Running++
	}

	for _, child := range m.Redrives {
		out.Items.PendingRedrive += int64(child.Items)
		out.Executions.PendingRedrive++
	}

	for _, child := range m.Failed {
		out.Items.add(child.Status, int64(child.Items))
		out.Executions.add(child.Status, 1)
	}

	return out
}

func (c *ChildCounts) add(status Status, count int64) {
	switch status {
	case StatusTimedOut:
		c.TimedOut += count
	case StatusAborted:
		c.Aborted += count
	case StatusFailed, StatusRunning, StatusSucceeded:
		c.Failed += count
	}
}

// exceeded says whether more items failed or timed out than is tolerated. Without
// either threshold none is; a percentage is one of all items, so it is not looked at
// before all are read.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
func (m *mapRun) exceeded() bool {
	failed := 0.0

	for _, child := range m.Failed {
		if child.Status != StatusAborted {
			failed += float64(child.Items)
		}
	}

	switch {
	case failed == 0:
		return false
	case m.ToleratedCount == nil && m.ToleratedPercentage == nil:
		return true
	case m.ToleratedCount != nil && failed > *m.ToleratedCount:
		return true
	default:
		return m.ToleratedPercentage != nil && m.ReadAll && failed > *m.ToleratedPercentage/wholePercent*float64(m.ItemsRead)
	}
}
