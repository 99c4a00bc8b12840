package asl

import (
	"encoding/json"
	"time"
)

// mapRun is the run-time state of a DISTRIBUTED Map. It holds the items of one or two pages
// and the numbers of the running child executions, but never the whole data set.
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
	MaxItems            int             `json:"maxItems,omitempty"` // 0 means all items.

	Reading   *pendingRead      `json:"reading,omitempty"` // nil without an ItemReader.
	Writing   *pendingWrite     `json:"writing,omitempty"` // nil unless results are being written.
	Written   bool              `json:"written,omitempty"`
	ReadAll   bool              `json:"readAll,omitempty"`
	ItemsRead int               `json:"itemsRead,omitempty"`
	Waiting   []json.RawMessage `json:"waiting,omitempty"` // Items that are not assigned to a child execution yet.

	Children  int           `json:"children,omitempty"` // The number of started child executions.
	Running   []childRun    `json:"running,omitempty"`
	Redrives  []childRun    `json:"redrives,omitempty"` // Child executions that wait to be redriven.
	Failed    []childRun    `json:"failed,omitempty"`   // FAILED, TIMED_OUT or ABORTED.
	Succeeded childCount    `json:"succeeded,omitzero"`
	Results   []childResult `json:"results,omitempty"` // Of the successful child executions; empty once the results are too large.
	Bytes     int           `json:"bytes,omitempty"`   // The size of all results.
	Failure   *Failure      `json:"failure,omitempty"`
}

// pendingRead is the current position in the data set.
type pendingRead struct {
	ID        string          `json:"id,omitempty"` // "" if no read is in progress.
	Arguments json.RawMessage `json:"arguments"`
	Token     string          `json:"token,omitempty"`
}

// childRun identifies a child execution by its number.
type childRun struct {
	Index  int    `json:"index"`
	Items  int    `json:"items"`
	Status Status `json:"status,omitempty"` // Only for a failed child execution.
}

type childResult struct {
	Index  int             `json:"index"`
	Output json.RawMessage `json:"output"`
}

type childCount struct {
	Executions int64 `json:"executions"`
	Items      int64 `json:"items"`
}

// MapRun describes a Map Run, as DescribeMapRun does, after a report that has changed it.
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

// ChildCounts counts child executions, or the items in them, by status.
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

// describe returns the public description of the run.
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

	if m.Written {
		out.Items.ResultsWritten = out.Items.Total - out.Items.Pending
		out.Executions.ResultsWritten = out.Executions.Total
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

// exceeded reports whether more items have failed or timed out than is tolerated. If
// neither threshold is set, no failure is tolerated. A percentage refers to all items, so
// it is not checked before all items are read.
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
