package backfill

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"triptych/shared/contract"
)

// ExecutionName returns the name of the execution that does the work. The name depends
// only on the upload, the recipe and the sequencer, so the work is started only once. Step
// Functions does not start a second execution with the same name for 90 days. A backfill
// that verifies must be able to repeat the work. Therefore its names also contain verified,
// the time at which the backfill was started. For every other backfill, verified is zero.
func (d *Decision) ExecutionName(verified time.Time) string {
	const sumBytes = 16 // A name has at most 80 characters.

	text := d.Upload.Key + "\n" + d.Version + "\n" + d.Upload.Sequencer
	if !verified.IsZero() {
		text += "\n" + verified.UTC().Format(time.RFC3339Nano)
	}

	sum := sha256.Sum256([]byte(text))

	return namePrefix + d.Version + "-" + hex.EncodeToString(sum[:sumBytes])
}

// executionInput has the fields of S3's event for the upload. It contains no time, because
// a repeated request must have the same input: otherwise Step Functions rejects it.
type executionInput struct {
	DetailType string         `json:"detail-type"`
	Source     string         `json:"source"`
	Detail     contract.Event `json:"detail"`
	Replaces   string         `json:"replaces,omitempty"`
}

// ExecutionInput returns the input with which the pipeline is started.
func (d *Decision) ExecutionInput() (string, error) {
	in := executionInput{DetailType: "Object Created", Source: "triptych.backfill", Replaces: d.Replaces}
	in.Detail.Bucket.Name = d.Upload.Bucket
	in.Detail.Object.Key = d.Upload.Key
	in.Detail.Object.Size = d.Upload.Bytes
	in.Detail.Object.ETag = d.Upload.ETag
	in.Detail.Object.VersionID = d.Upload.VersionID
	in.Detail.Object.Sequencer = d.Upload.Sequencer
	in.Detail.Reason = "Backfill"

	text, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("encode the input for %s: %w", d.Upload.Key, err)
	}

	return string(text), nil
}
