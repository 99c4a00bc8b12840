package contract

import "time"

// BackfillInput is the input of Backfill: a batch of originals.
type BackfillInput struct {
	Batch    BackfillBatch `json:"batch"`
	Recipe   string        `json:"recipe"`   // the recipe's JSON text
	Pipeline string        `json:"pipeline"` // ARN of the state machine to start
}

// BackfillBatch is a batch of originals. It is also the output of Backfill: then Items has
// the originals that the next call must check again. Step Functions passes the fields
// BatchInput and Items to a child execution
// (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
type BackfillBatch struct {
	Options BackfillOptions `json:"BatchInput"`
	Items   []BackfillItem  `json:"Items"`

	// Round counts the calls of Backfill. WaitSeconds is the delay before the next call.
	Round       int            `json:"round"`
	WaitSeconds int            `json:"waitSeconds"`
	Counts      BackfillCounts `json:"counts"`
}

// BackfillOptions are the options of a backfill.
type BackfillOptions struct {
	// Missing skips originals that another recipe has processed.
	Missing bool `json:"missing"`
	// Verify compares the ledger with the manifest and the objects, and processes an
	// original again if any of them is lost.
	Verify bool `json:"verify,omitempty"`
	// Since is the time at which the backfill was started. A version that was
	// made earlier counts as unchanged.
	Since time.Time `json:"since"`
}

// BackfillItem names an original.
type BackfillItem struct {
	Key string `json:"Key"`
}

// BackfillCounts counts originals by their outcome. Zeros are omitted, because Step
// Functions allows 256 KiB for the counts of all batches.
type BackfillCounts struct {
	// Unchanged counts originals that needed no work, or that an execution is processing
	// already.
	Unchanged  int `json:"unchanged,omitempty"`
	Ready      int `json:"ready,omitempty"`
	Rejected   int `json:"rejected,omitempty"`
	Superseded int `json:"superseded,omitempty"` // by a newer upload, or a deletion
	// Failed counts originals whose execution failed. `triptych replay` lists these
	// executions.
	Failed int `json:"failed,omitempty"`
}
