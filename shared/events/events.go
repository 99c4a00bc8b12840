// Package events defines the events that Triptych sends to the user's applications, and
// sends them to the event bus. docs/events has a JSON Schema of each event.
//
// An event is sent at least once: it follows the entry in the ledger, and a function that
// is repeated sends it again. Events may arrive in any order (Amazon EventBridge User
// Guide, "EventBridge event bus concepts"). The members ETag and VersionID say which
// upload an event is about: they are the values that S3 returned for the upload.
package events

import "triptych/shared/contract"

// Source is the source of all events.
const Source = "triptych"

// The detail types. The detail of [ImageReady] is contract.Manifest.
const (
	ImageReady    = "Image Ready"
	ImageRejected = "Image Rejected"
	ImageFailed   = "Image Failed"
	ImageErased   = "Image Erased"
)

// Upload says which upload an event is about.
type Upload struct {
	Key string `json:"key"`
	// Version is the upload's version in the ledger.
	Version   string `json:"version"`
	ETag      string `json:"etag"`                // without quotes
	VersionID string `json:"versionId,omitempty"` // of the uploads bucket
	// Sequencer orders the uploads of one key: a newer upload has a larger text.
	Sequencer string `json:"sequencer"`
	Execution string `json:"execution"` // ARN
}

// Of returns the description of an upload, for the event of an execution.
func Of(upload contract.Upload, version, execution string) Upload {
	return Upload{
		Key: upload.Key, Version: version, ETag: upload.ETag, VersionID: upload.VersionID, Sequencer: upload.Sequencer,
		Execution: execution,
	}
}

// Rejected is the detail of [ImageRejected]: the file is not an image that the recipe
// accepts, and a repetition would have the same result.
type Rejected struct {
	Upload

	Code   string `json:"code"`   // public, such as TOO_MANY_PIXELS
	Reason string `json:"reason"` // a sentence
}

// Failed is the detail of [ImageFailed]: the execution failed, timed out or was stopped.
// The original is kept, and `triptych replay` runs the execution again.
type Failed struct {
	Upload

	Code   string `json:"code"`   // the name of the error, TIMED_OUT or ABORTED
	Reason string `json:"reason"` // the cause, at most 500 bytes; it may be empty
	// Redrives is the number of redrives before this failure.
	Redrives int `json:"redrives"`
}

// Erased is the detail of [ImageErased]: everything that was made from a deleted original
// is removed from the variants bucket. The CDN's cache is purged afterward.
type Erased struct {
	Key string `json:"key"`
	// VersionID is set if only this version of the original was deleted.
	VersionID string `json:"versionId,omitempty"`
	Sequencer string `json:"sequencer"` // of the deletion
	Versions  int    `json:"versions"`  // removed from the ledger
	Objects   int    `json:"objects"`   // removed from the variants bucket
}
