// Package ledger is the pipeline's memory: one DynamoDB item for each upload
// under a recipe (its "version"), and one item "@current" for each key.
//
// S3's events come twice, late and in any order. Two rules keep the ledger
// right in spite of that: an item changes only by conditional writes, and
// "@current" only ever moves up, by the sequencer of S3's event. Reads that
// decide anything are strongly consistent.
package ledger

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/contract"
)

// Status is where an upload stands.
type Status string

// The statuses of an item.
const (
	Processing Status = "PROCESSING"
	Ready      Status = "READY"
	Rejected   Status = "REJECTED"
	Superseded Status = "SUPERSEDED"
	// Failed is the status of an upload whose execution failed, timed out or was
	// stopped: `triptych replay` lists it, and its redrive or restart goes on with it.
	Failed Status = "FAILED"
	// Erased is the status of an item while its objects are removed; then it goes.
	Erased Status = "ERASED"
)

// Statuses lists every status, in the order of an upload's life.
func Statuses() []Status { return []Status{Processing, Ready, Failed, Rejected, Superseded, Erased} }

// The table's names. The partition key is "key", the sort key "version".
const (
	// ByStatus is the index on [StatusShard], sorted by updatedAt.
	ByStatus = "byStatus"
	// reserved begins the sort keys of items that are not of an upload. No version
	// begins so: versions are hexadecimal.
	reserved = "@"
	// current is the sort key of the item that points to the current version.
	current = reserved + "current"
)

const (
	// Lease is how long a claim holds without its owner being done: longer than the
	// pipeline may run (TimeoutSeconds of pipeline.asl.json, a day), so that nobody
	// takes over a living execution's work.
	Lease = 24*time.Hour + 10*time.Minute
	// Retention is how long items that no longer matter are kept: longer than the
	// 14 days in which an event can be delivered or replayed.
	Retention = 30 * 24 * time.Hour
	// TimeLayout sorts as text, to the millisecond, in UTC.
	TimeLayout = "2006-01-02T15:04:05.000Z"
)

// Item is one upload under one recipe.
type Item struct {
	Key     string `dynamodbav:"key"`
	Version string `dynamodbav:"version"`
	Status  Status `dynamodbav:"status"`
	// Owner is the ARN of the execution that claimed the work.
	Owner string `dynamodbav:"owner"`
	// Redrives is how often the owner had been redriven when it failed, or was redriven
	// last: what is known of an earlier attempt is out of date.
	Redrives int `dynamodbav:"redrives,omitempty"`
	// LeaseUntil is when the claim runs out, in Unix seconds.
	LeaseUntil int64 `dynamodbav:"leaseUntil,omitempty"`
	// Unswept means that an execution may have left an object of an erased upload: see
	// [Ledger.Retire].
	Unswept bool `dynamodbav:"unswept,omitempty"`

	Sequencer       string `dynamodbav:"sequencer"`
	SourceVersionID string `dynamodbav:"sourceVersionId,omitempty"`
	ETag            string `dynamodbav:"etag"`
	Bytes           int64  `dynamodbav:"bytes"`

	Format   string    `dynamodbav:"format,omitempty"`
	Width    int       `dynamodbav:"width,omitempty"`
	Height   int       `dynamodbav:"height,omitempty"`
	Stripped []string  `dynamodbav:"stripped,omitempty"` // contract.Master's
	Kept     []string  `dynamodbav:"kept,omitempty"`     // contract.Master's
	Variants []Variant `dynamodbav:"variants,omitempty"`

	// Placeholder and Color are those of contract.Manifest.
	Placeholder string `dynamodbav:"placeholder,omitempty"`
	Color       string `dynamodbav:"color,omitempty"`

	// Code and Reason say why an upload was rejected, by the public code, or why its
	// execution failed, by the error's name.
	Code   string `dynamodbav:"code,omitempty"`
	Reason string `dynamodbav:"reason,omitempty"`

	CreatedAt string `dynamodbav:"createdAt,omitempty"` // RFC 3339, UTC
	UpdatedAt string `dynamodbav:"updatedAt"`
	ExpiresAt int64  `dynamodbav:"expiresAt,omitempty"` // the table's TTL, Unix seconds
}

// Variant is one finished picture of an item.
type Variant struct {
	Name        string `dynamodbav:"name"`
	URL         string `dynamodbav:"url"`
	Width       int    `dynamodbav:"width"`
	Height      int    `dynamodbav:"height"`
	Bytes       int64  `dynamodbav:"bytes"`
	ContentType string `dynamodbav:"contentType"`
	// Alternatives are the manifest's.
	Alternatives []contract.ManifestAlternative `dynamodbav:"alternatives,omitempty"`
}

// Current is the item "@current": which version of a key is the newest.
type Current struct {
	Version   string `dynamodbav:"current"`
	Sequencer string `dynamodbav:"sequencer"`
	// Erased marks a deletion: whatever is older stays gone.
	Erased bool `dynamodbav:"erased"`
}

// Ledger is the table.
type Ledger struct {
	client *dynamodb.Client
	table  string
	now    func() time.Time
}

// New returns the ledger in a table; now tells the time.
func New(config aws.Config, table string, now func() time.Time) *Ledger {
	return &Ledger{client: dynamodb.NewFromConfig(config), table: table, now: now}
}
