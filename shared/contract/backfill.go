package contract

import "time"

// BackfillInput is what Backfill is asked: to see to some originals.
type BackfillInput struct {
	Batch    BackfillBatch `json:"batch"`
	Recipe   string        `json:"recipe"`   // the recipe's JSON text
	Pipeline string        `json:"pipeline"` // ARN of the machine to start
}

// BackfillBatch is some originals of a backfill, and Backfill's answer: those that
// it has to be asked about again. Its first fields are what Step Functions passes to
// a child execution
// (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
type BackfillBatch struct {
	Options BackfillOptions `json:"BatchInput"`
	Items   []BackfillItem  `json:"Items"`

	// Round counts how often Backfill was asked; WaitSeconds is how long not to ask it.
	Round       int            `json:"round"`
	WaitSeconds int            `json:"waitSeconds"`
	Counts      BackfillCounts `json:"counts"`
}

// BackfillOptions are what a backfill was started with.
type BackfillOptions struct {
	// Missing leaves alone what another recipe has made.
	Missing bool `json:"missing"`
	// Verify compares what the ledger knows with the manifest and the objects, and
	// remakes a picture of which something is lost.
	Verify bool `json:"verify,omitempty"`
	// Since is when the backfill was started: what was made before is not its work.
	Since time.Time `json:"since"`
}

// BackfillItem names an original.
type BackfillItem struct {
	Key string `json:"Key"`
}

// BackfillCounts says what became of originals. Zeros are left out: Step Functions
// has 256 KiB for the counts of all batches.
type BackfillCounts struct {
	// Unchanged needed nothing, or are at work already.
	Unchanged  int `json:"unchanged,omitempty"`
	Ready      int `json:"ready,omitempty"`
	Rejected   int `json:"rejected,omitempty"`
	Superseded int `json:"superseded,omitempty"` // by a newer upload, or a deletion
	// Failed are those whose execution failed: `triptych replay` lists it.
	Failed int `json:"failed,omitempty"`
}
