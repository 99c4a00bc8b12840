// Package contract defines the documents that the states of the state machine exchange,
// and the manifest that clients read. They contain keys and facts, never pixels: Step
// Functions limits a payload to 256 KiB.
package contract

import (
	"time"

	"triptych/shared/errorcode"
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
	// DeletionType is set for deletions: see PermanentlyDeleted. It is empty for
	// creations.
	DeletionType string `json:"deletion-type,omitempty"`
}

// PermanentlyDeleted is the DeletionType of a version that was removed permanently. In a
// bucket without versioning, the event has no version id, and the object itself was
// removed.
const PermanentlyDeleted = "Permanently Deleted"

// Upload is one object version in the uploads bucket, with the sequencer of its event.
type Upload struct {
	Bucket    string `json:"bucket"`
	Key       string `json:"key"`
	VersionID string `json:"versionId,omitempty"`
	ETag      string `json:"etag"`
	Bytes     int64  `json:"bytes"`
	// Sequencer orders the events of one key. It is zero-padded to SequencerDigits, so it
	// compares as text.
	Sequencer string `json:"sequencer"`
}

// ValidateInput is the input of Validate.
type ValidateInput struct {
	Event     Event  `json:"event"`
	Execution string `json:"execution"` // ARN
	Recipe    string `json:"recipe"`    // the recipe's JSON text
	// Replaces is the ARN of the execution that this one replaces: a restart sets it in
	// its input. It is [LostObjects] if the execution remakes the objects of a READY
	// upload. Otherwise it is empty.
	Replaces string `json:"replaces,omitempty"`
}

// Image is the information in a file's header.
type Image struct {
	Format      string `json:"format"` // "jpeg", "png", "gif", "webp", "bmp", "tiff", "heic", "avif"
	ContentType string `json:"contentType"`
	// Width and Height are in pixels, after Orientation is applied.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Orientation is the EXIF orientation, 1 to 8; 1 is upright.
	Orientation int `json:"orientation"`
	// Frames is 1 for an image that is not animated.
	Frames int `json:"frames"`
}

// Plan is the output of Validate: the facts, and the variants to make.
type Plan struct {
	Upload   Upload           `json:"upload"`
	Version  string           `json:"version"`
	Image    Image            `json:"image"`
	Variants []recipe.Variant `json:"variants"`
	// Master says how the master of a HEIC or AVIF is made.
	Master recipe.Master `json:"master,omitempty"`
	// MaxSeconds limits the time for the master, and for each variant: limits.maxSeconds.
	// 0 means no limit.
	MaxSeconds int `json:"maxSeconds,omitempty"`
}

// SanitizeInput is the input of Sanitize.
type SanitizeInput struct {
	Plan      Plan   `json:"plan"`
	Execution string `json:"execution"`
}

// Master is the output of Sanitize: the original without its metadata.
type Master struct {
	Key         string `json:"key"` // in the variants bucket
	ContentType string `json:"contentType"`
	Bytes       int64  `json:"bytes"`
	// Stripped names the kinds of metadata that were removed, such as "exif" and "gps",
	// from metadata.Kinds. It never contains their values. It is empty if there was no
	// metadata. It is nil if that is not known, in executions of an older release.
	Stripped []string `json:"stripped"`
	// Kept names the parts that the master has besides its image, from metadata.Kept:
	// "gainmap", an HDR gain map. No variant has a gain map.
	Kept []string `json:"kept,omitempty"`
}

// ResizeInput is the input of Resize: one variant.
type ResizeInput struct {
	Plan      Plan           `json:"plan"` // without its variants
	Master    Master         `json:"master"`
	Variant   recipe.Variant `json:"variant"`
	Execution string         `json:"execution"`
}

// Variant is the output of Resize: one finished variant.
type Variant struct {
	Name        string `json:"name"`
	Key         string `json:"key"` // in the variants bucket
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`

	// Placeholder is a ThumbHash in base64, which a page can show while the image loads.
	// Color is the dominant color, such as "#a0b4ff". Only variants with fit inside have
	// these fields, because they show the whole image.
	Placeholder string `json:"placeholder,omitempty"`
	Color       string `json:"color,omitempty"`

	// Alternatives are the same image in other formats.
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

// RecordInput is the input of Record. Record publishes the variants; if Rejection is set, it
// records the reason of the rejection instead.
type RecordInput struct {
	Execution string `json:"execution"`

	Plan     *Plan     `json:"plan,omitempty"`
	Master   *Master   `json:"master,omitempty"`
	Variants []Variant `json:"variants,omitempty"`
	// UploadedAt is the time of the S3 event, RFC 3339 in whole seconds. It is empty if
	// no event started the execution.
	UploadedAt string `json:"uploadedAt,omitempty"`

	Event     *Event            `json:"event,omitempty"`
	Recipe    string            `json:"recipe,omitempty"`
	Rejection *errorcode.Caught `json:"rejection,omitempty"`
}

// RecordOutput is the output of Record, and so the output of the execution.
type RecordOutput struct {
	Key     string `json:"key"`
	Version string `json:"version"`
	Status  string `json:"status"` // READY, REJECTED, or the outcome of another execution
	Code    string `json:"code,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// EraseInput is the input of Erase: a deletion event, or, with Purge, a pending purge of
// the CDN's cache.
type EraseInput struct {
	Event     Event  `json:"event"`
	Execution string `json:"execution"`
	// BegunBefore means that an earlier attempt may have removed objects before it
	// crashed.
	BegunBefore bool `json:"begunBefore"`
	// Sweep means that every execution that was in flight when the event was first
	// handled has ended.
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

// PurgeOutput has the counts of one call, which purges for all pending erasures. The
// counts are zero if another call has done the work.
type PurgeOutput struct {
	Purged int `json:"purged"` // number of erasures that were purged
	Paths  int `json:"paths"`  // number of paths that were invalidated
}

// EraseOutput is the output of Erase.
type EraseOutput struct {
	Key string `json:"key"`
	// Purge is the id of the pending purge of the CDN. It is empty if the CDN cannot have
	// cached any object of the key.
	Purge string `json:"purge"`
	// Versions and Objects count the removed versions and objects.
	Versions int `json:"versions"`
	Objects  int `json:"objects"`
	// InFlight means that an execution was processing a removed version, or had failed
	// while processing it. The execution may have written another object after the
	// removal.
	InFlight bool `json:"inFlight"`
}

// Manifest is the document {key}/-/manifest.json.
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
	// Kept is [Master.Kept]. Credentials is CredentialsRemoved if the original had
	// Content Credentials (C2PA), and empty otherwise. The manifest shows this to
	// viewers. It does not show the other kinds of removed metadata.
	Kept        []string `json:"kept,omitempty"`
	Credentials string   `json:"credentials,omitempty"`
}

// CredentialsRemoved is the value of [Manifest.Credentials] if Content Credentials were
// removed.
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
	URL         string `json:"url"` // absolute, on the CDN
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
	// Alternatives are files with the same image in other formats. The CDN may serve one
	// of them at URL, depending on the formats that the viewer accepts.
	Alternatives []ManifestAlternative `json:"alternatives,omitempty"`
}

// ManifestAlternative describes another file of a variant, in a manifest and in the
// ledger.
type ManifestAlternative struct {
	URL         string `dynamodbav:"url"         json:"url"` // absolute, on the CDN
	Width       int    `dynamodbav:"width"       json:"width"`
	Height      int    `dynamodbav:"height"      json:"height"`
	Bytes       int64  `dynamodbav:"bytes"       json:"bytes"`
	ContentType string `dynamodbav:"contentType" json:"contentType"`
}
