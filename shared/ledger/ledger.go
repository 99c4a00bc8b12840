// Package ledger stores the state of all uploads in DynamoDB. It has one item for each
// upload under a recipe (its "version"), and one item "@current" for each key.
//
// S3 may deliver events twice, late and in any order. Each event has a sequencer, which
// increases with each upload or deletion of a key. Two rules keep the ledger correct: an
// item is changed only by conditional writes, and the sequencer of "@current" never
// decreases. If a decision depends on a read, the read is strongly consistent.
package ledger

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/contract"
)

// Status is the state of an upload.
type Status string

// The statuses of an item.
const (
	Processing Status = "PROCESSING"
	Ready      Status = "READY"
	Rejected   Status = "REJECTED"
	Superseded Status = "SUPERSEDED"
	// Failed is the status of an upload whose execution failed, timed out or was stopped.
	// `triptych replay` lists the upload, and redrives or restarts the execution.
	Failed Status = "FAILED"
	// Erased is the status of an item while its objects are removed. After that, the item
	// is deleted.
	Erased Status = "ERASED"
)

// Statuses lists every status, in the order of an upload's life.
func Statuses() []Status { return []Status{Processing, Ready, Failed, Rejected, Superseded, Erased} }

// The names in the table. The partition key is "key", and the sort key is "version".
const (
	// ByStatus is the index on [StatusShard], sorted by updatedAt.
	ByStatus = "byStatus"
	// reserved is the prefix of the sort keys of items that are not uploads. Versions are
	// hexadecimal, so no version has this prefix.
	reserved = "@"
	// current is the sort key of the item that points to the current version.
	current = reserved + "current"
)

const (
	// Lease is the duration of a lease. An execution of the pipeline may run for a day
	// (TimeoutSeconds in pipeline.asl.json). The lease is longer, so it does not expire
	// while its owner is running.
	Lease = 24*time.Hour + 10*time.Minute
	// Retention is the time for which obsolete items are kept. An event can be delivered
	// or replayed for 14 days; Retention is longer.
	Retention = 30 * 24 * time.Hour
	// TimeLayout is a time format in UTC with milliseconds that sorts as text.
	TimeLayout = "2006-01-02T15:04:05.000Z"
)

// Item is one upload under one recipe.
type Item struct {
	Key     string `dynamodbav:"key"`
	Version string `dynamodbav:"version"`
	Status  Status `dynamodbav:"status"`
	// Owner is the ARN of the execution that has the lease.
	Owner string `dynamodbav:"owner"`
	// Redrives is the number of the owner's redrives, at its last failure or redrive. A
	// report with a smaller number is about an earlier attempt, and is ignored.
	Redrives int `dynamodbav:"redrives,omitempty"`
	// LeaseUntil is the time at which the lease expires, in Unix seconds.
	LeaseUntil int64 `dynamodbav:"leaseUntil,omitempty"`
	// Unswept means that an execution may have written an object of an erased upload
	// after the removal: see [Ledger.Retire].
	Unswept bool `dynamodbav:"unswept,omitempty"`

	Sequencer       string `dynamodbav:"sequencer"`
	SourceVersionID string `dynamodbav:"sourceVersionId,omitempty"`
	ETag            string `dynamodbav:"etag"`
	Bytes           int64  `dynamodbav:"bytes"`

	Format   string    `dynamodbav:"format,omitempty"`
	Width    int       `dynamodbav:"width,omitempty"`
	Height   int       `dynamodbav:"height,omitempty"`
	Stripped []string  `dynamodbav:"stripped,omitempty"` // contract.Master.Stripped
	Kept     []string  `dynamodbav:"kept,omitempty"`     // contract.Master.Kept
	Variants []Variant `dynamodbav:"variants,omitempty"`

	// Placeholder and Color are defined in contract.Manifest.
	Placeholder string `dynamodbav:"placeholder,omitempty"`
	Color       string `dynamodbav:"color,omitempty"`

	// Code and Reason explain a rejection or a failed execution. For a rejection, Code is
	// the public code. For a failed execution, it is the name of the error.
	Code   string `dynamodbav:"code,omitempty"`
	Reason string `dynamodbav:"reason,omitempty"`

	CreatedAt string `dynamodbav:"createdAt,omitempty"` // RFC 3339, UTC
	UpdatedAt string `dynamodbav:"updatedAt"`
	ExpiresAt int64  `dynamodbav:"expiresAt,omitempty"` // the table's TTL, Unix seconds
}

// Variant is one finished variant of an item.
type Variant struct {
	Name        string `dynamodbav:"name"`
	URL         string `dynamodbav:"url"`
	Width       int    `dynamodbav:"width"`
	Height      int    `dynamodbav:"height"`
	Bytes       int64  `dynamodbav:"bytes"`
	ContentType string `dynamodbav:"contentType"`
	// Alternatives are the alternatives in the manifest.
	Alternatives []contract.ManifestAlternative `dynamodbav:"alternatives,omitempty"`
}

// Current is the item "@current": the newest version of a key.
type Current struct {
	Version   string `dynamodbav:"current"`
	Sequencer string `dynamodbav:"sequencer"`
	// Erased marks a tombstone: older uploads stay erased.
	Erased bool `dynamodbav:"erased"`
}

// Ledger is the table.
type Ledger struct {
	client *dynamodb.Client
	table  string
	now    func() time.Time
}

// New returns the ledger in a table; now returns the current time.
func New(config aws.Config, table string, now func() time.Time) *Ledger {
	return &Ledger{client: dynamodb.NewFromConfig(config), table: table, now: now}
}
