package backfill

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"triptych/picture"
	"triptych/shared/blobs"
	"triptych/shared/contract"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/recipe"
)

// Originals is the uploads bucket: see [blobs.Store].
type Originals interface {
	Current(ctx context.Context, bucket, key string) (blobs.Version, error)
}

// Ledger holds what is known about uploads: see [ledger.Ledger].
type Ledger interface {
	Versions(ctx context.Context, key string) ([]ledger.Item, error)
	Current(ctx context.Context, key string) (ledger.Current, bool, error)
}

// Made is the variants bucket: see [blobs.Store].
type Made interface {
	Get(ctx context.Context, bucket, key, versionID string, maxBytes int64) ([]byte, string, error)
	Sizes(ctx context.Context, bucket, prefix string) (map[string]int64, error)
}

// Decider decides about the originals of one bucket.
type Decider struct {
	Originals Originals
	Ledger    Ledger
	Bucket    string // name of the uploads bucket
	Recipe    recipe.Recipe
	Missing   bool // Do not remake uploads that another recipe has processed.
	// Made reads the variants bucket, whose name is MadeBucket. If Made is not nil,
	// Decide also verifies that the bucket has every object that the ledger lists.
	Made       Made
	MadeBucket string
	Now        func() time.Time
}

// Action is what the backfill does for an original.
type Action string

// The actions.
const (
	Nothing Action = "none"
	// Start starts the pipeline.
	Start Action = "start"
	// Restore makes existing variants of today's recipe current again.
	Restore Action = "restore"
)

// Reason explains an [Action].
type Reason string

// The reasons.
const (
	Missing      Reason = "missing"       // No variants exist.
	OtherRecipe  Reason = "other recipe"  // The variants are of another recipe.
	Unfinished   Reason = "unfinished"    // Its execution no longer exists.
	Failed       Reason = "failed"        // Its execution failed.
	FormerRecipe Reason = "former recipe" // It was processed, and then another recipe replaced it.
	Done         Reason = "done"          // It is current, rejected or superseded.
	AtWork       Reason = "at work"       // An execution has claimed it.
	Gone         Reason = "gone"          // The original no longer exists.
	Lost         Reason = "lost objects"  // Its manifest or an object is missing, or differs.
)

// Decision says what the backfill does for one original, and why.
type Decision struct {
	Upload  contract.Upload
	Version string
	Action  Action
	Reason  Reason
	// Item is the ledger's item for Version; nil if there is none.
	Item *ledger.Item
	// Replaces is [contract.ValidateInput.Replaces].
	Replaces string
}

// Decide decides about the current version of an original.
func (d *Decider) Decide(ctx context.Context, key string) (Decision, error) {
	version, err := d.Originals.Current(ctx, d.Bucket, key)
	if errors.Is(err, blobs.ErrNotFound) {
		return Decision{Upload: contract.Upload{Bucket: d.Bucket, Key: key}, Action: Nothing, Reason: Gone}, nil
	}

	if err != nil {
		return Decision{}, fmt.Errorf("decide about %s: %w", key, err)
	}

	items, err := d.Ledger.Versions(ctx, key)
	if err != nil {
		return Decision{}, fmt.Errorf("decide about %s: %w", key, err)
	}

	current, known, err := d.Ledger.Current(ctx, key)
	if err != nil {
		return Decision{}, fmt.Errorf("decide about %s: %w", key, err)
	}

	upload := contract.Upload{Bucket: d.Bucket, Key: key, VersionID: version.ID, ETag: version.ETag, Bytes: version.Bytes}
	own := ofUpload(items, upload)
	upload.Sequencer = sequencer(own, current, known)

	out := Decision{Upload: upload, Version: keys.Version(upload.Identity(), d.Recipe, picture.Revision)}

	for i := range own {
		if own[i].Version == out.Version {
			out.Item = &own[i]
		}
	}

	out.Action, out.Reason = d.choose(&out, own, current)

	if d.Made != nil {
		if err := d.verify(ctx, &out, own, current); err != nil {
			return Decision{}, fmt.Errorf("verify %s: %w", key, err)
		}
	}

	return out, nil
}

// ofUpload returns the items with the same version id and ETag as the upload. In a bucket
// without versioning, all version ids are equal, so the ETag distinguishes the uploads.
func ofUpload(items []ledger.Item, upload contract.Upload) []ledger.Item {
	var own []ledger.Item

	for _, item := range items {
		if item.SourceVersionID == upload.VersionID && item.ETag == upload.ETag {
			own = append(own, item)
		}
	}

	return own
}

// sequencer returns the sequencer of an upload, which orders the events of its key.
//
// If the ledger knows the upload, it also knows the sequencer. Otherwise the event was
// lost. S3 reports the upload as the current one, so it is newer than the ledger's
// current version, even if that is a tombstone. The result is then the least sequencer
// after the ledger's current one. No later event can have that sequencer, and every
// earlier event has a lower one. If the ledger does not know the key, the result is the
// lowest sequencer.
func sequencer(own []ledger.Item, current ledger.Current, known bool) string {
	highest := ""
	for _, item := range own {
		highest = max(highest, item.Sequencer)
	}

	switch {
	case highest != "" && known && current.Erased && highest < current.Sequencer:
		return contract.NextSequencer(current.Sequencer) // It was erased and has been restored.
	case highest != "":
		return highest
	case known:
		return contract.NextSequencer(current.Sequencer)
	default:
		return contract.PadSequencer("")
	}
}

// choose chooses the action for a decision, and the reason.
func (d *Decider) choose(about *Decision, own []ledger.Item, current ledger.Current) (Action, Reason) {
	if item := about.Item; item != nil {
		switch item.Status {
		case ledger.Ready:
			if current.Version == item.Version || current.Erased || current.Sequencer > item.Sequencer {
				return Nothing, Done
			}

			return Restore, FormerRecipe
		case ledger.Rejected, ledger.Superseded, ledger.Erased:
			return Nothing, Done
		case ledger.Failed:
			return Start, Failed
		case ledger.Processing:
			if item.LeaseUntil >= d.Now().Unix() && !Owns(item) {
				return Nothing, AtWork
			}

			return Start, Unfinished
		}
	}

	for _, item := range own {
		if item.Status == ledger.Ready || item.Status == ledger.Rejected {
			if d.Missing {
				return Nothing, Done
			}

			return Start, OtherRecipe
		}
	}

	return Start, Missing
}

// namePrefix is the prefix of the names of executions that a backfill starts.
const namePrefix = "backfill-"

// Owns reports whether an execution that a backfill started has claimed the item.
func Owns(item *ledger.Item) bool {
	return strings.HasPrefix(item.Owner[strings.LastIndexByte(item.Owner, ':')+1:], namePrefix)
}
