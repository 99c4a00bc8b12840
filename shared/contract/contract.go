// Package contract has the documents that pass between the states of the state
// machine, and the manifest that users read. They carry keys and facts, never
// pixels: Step Functions bounds a payload to 256 KiB.
package contract

import (
	"time"

	"triptych/shared/faults"
	"triptych/shared/recipe"
)

// Event is the detail of S3's EventBridge events "Object Created" and "Object
// Deleted" (Amazon S3 User Guide, "EventBridge event message structure"). Keys
// are raw, not URL-encoded.
type Event struct {
	Bucket struct {
		Name string `json:"name"`
	} `json:"bucket"`
	Object struct {
		Key       string `json:"key"`
		Size      int64  `json:"size"`
		ETag      string `json:"etag"`
		VersionID string `json:"version-id,omitempty"`
		Sequencer string `json:"sequencer"`
	} `json:"object"`
	Reason string `json:"reason"`
	// DeletionType is a deletion's: see PermanentlyDeleted. Empty for a creation.
	DeletionType string `json:"deletion-type,omitempty"`
}

// PermanentlyDeleted is the DeletionType of one version that is gone for good. In
// a bucket without versions, where the event has no version id, it is the key.
const PermanentlyDeleted = "Permanently Deleted"

// Upload is one object version in the uploads bucket, and where its event
// stands among those of its key.
type Upload struct {
	Bucket    string `json:"bucket"`
	Key       string `json:"key"`
	VersionID string `json:"versionId,omitempty"`
	ETag      string `json:"etag"`
	Bytes     int64  `json:"bytes"`
	// Sequencer orders the events of one key: zero-padded to SequencerDigits,
	// it compares as text.
	Sequencer string `json:"sequencer"`
}

// ValidateInput is what Validate is asked.
type ValidateInput struct {
	Event     Event  `json:"event"`
	Execution string `json:"execution"` // ARN
	Recipe    string `json:"recipe"`    // the recipe's JSON text
	// Replaces is the ARN of the execution that this one takes the place of: a
	// restart says so in its input. [LostObjects] where the execution remakes what is
	// READY. Empty for all others.
	Replaces string `json:"replaces,omitempty"`
}

// Image is what the head of a file says.
type Image struct {
	Format      string `json:"format"` // "jpeg", "png", "gif", "webp", "bmp", "tiff", "heic", "avif"
	ContentType string `json:"contentType"`
	// Width and Height are in pixels, as the picture is to be looked at: after
	// Orientation.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Orientation is EXIF's, 1 to 8; 1 is upright.
	Orientation int `json:"orientation"`
	// Frames is 1 for a still picture.
	Frames int `json:"frames"`
}

// Plan is Validate's answer: the facts, and the variants to make.
type Plan struct {
	Upload   Upload           `json:"upload"`
	Version  string           `json:"version"`
	Image    Image            `json:"image"`
	Variants []recipe.Variant `json:"variants"`
	// MaxSeconds bounds the work on the master, and on each variant: limits.maxSeconds.
	// 0 is no bound.
	MaxSeconds int `json:"maxSeconds,omitempty"`
}

// SanitizeInput is what Sanitize is asked.
type SanitizeInput struct {
	Plan      Plan   `json:"plan"`
	Execution string `json:"execution"`
}

// Master is Sanitize's answer: the original without its metadata.
type Master struct {
	Key         string `json:"key"` // in the variants bucket
	ContentType string `json:"contentType"`
	Bytes       int64  `json:"bytes"`
	// Stripped names the kinds of metadata that were taken out, such as "exif" and
	// "gps", of metadata.Kinds; never their values. It is empty where there was
	// nothing, and nil where it is not known: in executions that began before it was.
	Stripped []string `json:"stripped"`
	// Kept names what the master has beside its picture, of metadata.Kept: "gainmap", an
	// HDR gain map, which no variant has.
	Kept []string `json:"kept,omitempty"`
}

// ResizeInput is what Resize is asked: one variant.
type ResizeInput struct {
	Plan      Plan           `json:"plan"` // without its variants
	Master    Master         `json:"master"`
	Variant   recipe.Variant `json:"variant"`
	Execution string         `json:"execution"`
}

// Variant is Resize's answer: one finished picture.
type Variant struct {
	Name        string `json:"name"`
	Key         string `json:"key"` // in the variants bucket
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`

	// What a page shows while a picture is on its way: a ThumbHash in base64, and the
	// dominant color, such as "#a0b4ff". Only variants that show the whole picture
	// have them, those inside a box.
	Placeholder string `json:"placeholder,omitempty"`
	Color       string `json:"color,omitempty"`

	// Alternatives are the same picture in other formats.
	Alternatives []Alternative `json:"alternatives,omitempty"`
}

// Alternative is another file of a variant.
type Alternative struct {
	Key         string `json:"key"` // in the variants bucket
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
}

// RecordInput is what Record is asked: to publish what was made, or, where
// Fault is set, to write down why nothing was.
type RecordInput struct {
	Execution string `json:"execution"`

	Plan     *Plan     `json:"plan,omitempty"`
	Master   *Master   `json:"master,omitempty"`
	Variants []Variant `json:"variants,omitempty"`
	// UploadedAt is the time of S3's event, RFC 3339 in whole seconds; empty where
	// no event started the execution.
	UploadedAt string `json:"uploadedAt,omitempty"`

	Event  *Event         `json:"event,omitempty"`
	Recipe string         `json:"recipe,omitempty"`
	Fault  *faults.Caught `json:"fault,omitempty"`
}

// RecordOutput is Record's answer, and so the execution's output.
type RecordOutput struct {
	Key     string `json:"key"`
	Version string `json:"version"`
	Status  string `json:"status"` // READY or REJECTED; what another execution made of it
	Code    string `json:"code,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// EraseInput is what Erase is asked: the event of a deletion, or with Purge to remove
// what was erased from the CDN's cache.
type EraseInput struct {
	Event     Event  `json:"event"`
	Execution string `json:"execution"`
	// BegunBefore means that an attempt before this one may have removed objects, and
	// died.
	BegunBefore bool `json:"begunBefore"`
	// Sweep means that whatever was in flight when the event was first handled has ended.
	Sweep bool `json:"sweep,omitempty"`
	// Purge is nil for a deletion.
	Purge *PurgeInput `json:"purge,omitempty"`
}

// PurgeInput is a pending purge of the CDN: see ledger.Purge.
type PurgeInput struct {
	Key          string `json:"key"`
	ID           string `json:"id"`
	Distribution string `json:"distribution"` // CloudFront's id
}

// PurgeOutput counts what one call has purged for all erasures that waited: nothing where
// another call has done it.
type PurgeOutput struct {
	Purged int `json:"purged"` // erasures
	Paths  int `json:"paths"`  // that were invalidated
}

// EraseOutput is Erase's answer.
type EraseOutput struct {
	Key string `json:"key"`
	// Purge is the id of the pending purge of the CDN; empty where the CDN can have
	// nothing of the key.
	Purge string `json:"purge"`
	// Versions and Objects count what was removed.
	Versions int `json:"versions"`
	Objects  int `json:"objects"`
	// InFlight means that an execution was at work on what was removed, or had failed
	// at it: it may have written an object since.
	InFlight bool `json:"inFlight"`
}

// Manifest is {key}/-/manifest.json.
type Manifest struct {
	Key       string            `json:"key"`
	Version   string            `json:"version"`
	Sequencer string            `json:"sequencer"`
	Source    Source            `json:"source"`
	Variants  []ManifestVariant `json:"variants"`
	// Placeholder and Color are those of the first variant that has them.
	Placeholder string    `json:"placeholder,omitempty"`
	Color       string    `json:"color,omitempty"`
	CreatedAt   time.Time `json:"createdAt"`
	// Kept is the master's. Credentials is CredentialsRemoved where the original had
	// Content Credentials (C2PA), and empty otherwise: that concerns every viewer, unlike
	// the other kinds of metadata that were removed.
	Kept        []string `json:"kept,omitempty"`
	Credentials string   `json:"credentials,omitempty"`
}

// CredentialsRemoved is what a manifest says of Content Credentials.
const CredentialsRemoved = "removed"

// Source describes the original in a manifest.
type Source struct {
	ETag   string `json:"etag"`
	Bytes  int64  `json:"bytes"`
	Format string `json:"format"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// ManifestVariant describes one variant in a manifest.
type ManifestVariant struct {
	Name        string `json:"name"`
	URL         string `json:"url"` // absolute, at the CDN
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
	// Alternatives are what the CDN may serve at URL instead: the same picture in
	// other formats, by what the viewer accepts.
	Alternatives []ManifestAlternative `json:"alternatives,omitempty"`
}

// ManifestAlternative describes another file of a variant, in a manifest and in the
// ledger.
type ManifestAlternative struct {
	URL         string `dynamodbav:"url"         json:"url"` // absolute, at the CDN
	Width       int    `dynamodbav:"width"       json:"width"`
	Height      int    `dynamodbav:"height"      json:"height"`
	Bytes       int64  `dynamodbav:"bytes"       json:"bytes"`
	ContentType string `dynamodbav:"contentType" json:"contentType"`
}
