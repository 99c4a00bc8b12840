// Package s3event defines the events that S3 sends to the event bus.
package s3event

import (
	"fmt"
	"time"
)

// The values of the fields reason, detail-type and deletion-type in the events of S3.
const (
	ReasonPut         = "PutObject"
	ReasonComplete    = "CompleteMultipartUpload"
	ReasonCopy        = "CopyObject"
	ReasonPost        = "POST Object"
	ReasonDelete      = "DeleteObject"
	DetailCreated     = "Object Created"
	DetailDeleted     = "Object Deleted"
	DeletionMarker    = "Delete Marker Created"
	DeletionPermanent = "Permanently Deleted"
)

// Event is an event that S3 sends to the event bus. It has the members of the EventBridge
// envelope that S3 sets. The bus adds the other members.
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

// ObjectDetail is the object in an event. The key is raw, not URL-encoded. An event of a
// deletion has no Size. An object in a bucket without versioning has no VersionID.
type ObjectDetail struct {
	Key       string `json:"key"`
	Size      *int64 `json:"size,omitempty"`
	ETag      string `json:"etag,omitempty"`
	VersionID string `json:"version-id,omitempty"`
	Sequencer string `json:"sequencer"`
}

// SequencerText formats a sequencer as S3 does: 18 hexadecimal digits in upper case. Thus
// sequencers can also be compared as text.
func SequencerText(n uint64) string { return fmt.Sprintf("%018X", n) }
