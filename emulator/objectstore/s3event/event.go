// Package s3event has the events of S3 as they reach the bus.
package s3event

import (
	"fmt"
	"time"
)

// Reasons for which an object was created or deleted, by their names in AWS's events.
const (
	ReasonPut       = "PutObject"
	ReasonComplete  = "CompleteMultipartUpload"
	ReasonCopy      = "CopyObject"
	ReasonPost      = "POST Object"
	ReasonDelete    = "DeleteObject"
	DetailCreated   = "Object Created"
	DetailDeleted   = "Object Deleted"
	DeletionMarker  = "Delete Marker Created"
	DeletionForGood = "Permanently Deleted"
)

// Event is an event of S3 on the bus: the members of an EventBridge PutEvents entry, and
// those members of the envelope that only S3 knows.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
type Event struct {
	Source     string    `json:"source"`      // Always "aws.s3".
	DetailType string    `json:"detail-type"` // DetailCreated or DetailDeleted.
	Time       time.Time `json:"time"`
	Resources  []string  `json:"resources"` // The bucket's ARN.
	Detail     Detail    `json:"detail"`
}

// Detail is the detail of an event.
type Detail struct {
	Version         string       `json:"version"` // Always "0".
	Bucket          BucketDetail `json:"bucket"`
	Object          ObjectDetail `json:"object"`
	RequestID       string       `json:"request-id"`
	Requester       string       `json:"requester"` // The account.
	SourceIPAddress string       `json:"source-ip-address"`
	Reason          string       `json:"reason"`
	DeletionType    string       `json:"deletion-type,omitempty"`
}

// BucketDetail names the bucket.
type BucketDetail struct {
	Name string `json:"name"`
}

// ObjectDetail is the object in an event. The key is raw, not URL-encoded. A deletion has
// no Size, and a bucket without versions has no VersionID.
type ObjectDetail struct {
	Key       string `json:"key"`
	Size      *int64 `json:"size,omitempty"`
	ETag      string `json:"etag,omitempty"`
	VersionID string `json:"version-id,omitempty"`
	Sequencer string `json:"sequencer"`
}

// SequencerText writes a sequencer as S3 does: upper-case hexadecimal with 18 digits, so
// that sequencers can also be compared as text.
func SequencerText(n uint64) string { return fmt.Sprintf("%018X", n) }
