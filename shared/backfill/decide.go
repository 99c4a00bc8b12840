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

// Ledger is what is known of uploads: see [ledger.Ledger].
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
	Bucket    string // of the uploads
	Variants  []recipe.Variant
	Missing   bool // Leave alone what another recipe has made.
	// Made, where it is not nil, is the variants bucket MadeBucket, to verify that
	// everything that the ledger knows is there.
	Made       Made
	MadeBucket string
	Now        func() time.Time
}

// Action is what has to be done for an original.
type Action string

// The actions.
const (
	Nothing Action = "none"
	// Start starts the pipeline.
	Start Action = "start"
	// Restore makes current again what today's recipe has made.
	Restore Action = "restore"
)

// Reason says why.
type Reason string

// The reasons.
const (
	Missing      Reason = "missing"       // Nothing was made of it.
	OtherRecipe  Reason = "other recipe"  // What was made is of another recipe.
	Unfinished   Reason = "unfinished"    // Its execution is gone.
	Failed       Reason = "failed"        // Its execution failed.
	FormerRecipe Reason = "former recipe" // It was made, and another recipe's followed.
	Done         Reason = "done"          // It is current, was rejected or is superseded.
	AtWork       Reason = "at work"       // An execution has claimed it.
	Gone         Reason = "gone"          // There is no such original any more.
	Lost         Reason = "lost objects"  // Its manifest or an object is missing, or differs.
)

// Decision is what has to be done for one original.
type Decision struct {
	Upload  contract.Upload
	Version string
	Action  Action
	Reason  Reason
	// Item is the ledger's for Version; nil where there is none.
	Item *ledger.Item
	// Replaces is [contract.ValidateInput]'s.
	Replaces string
}

// Decide looks at the current version of an original.
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

	out := Decision{Upload: upload, Version: keys.Version(upload.Identity(), d.Variants, picture.Revision)}

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

// ofUpload are the items of the very bytes: of one version id, or, in a bucket
// without versions, of one ETag.
func ofUpload(items []ledger.Item, upload contract.Upload) []ledger.Item {
	var own []ledger.Item

	for _, item := range items {
		if item.SourceVersionID == upload.VersionID && item.ETag == upload.ETag {
			own = append(own, item)
		}
	}

	return own
}

// sequencer places an upload among the events of its key. Where the ledger knows the
// upload, the place is known. Where it does not, its event was lost, and S3 says that
// it is the newest: it came after whatever is current, an erasure included. The least
// sequencer after that is one that no later event can have, and that every earlier
// one is below. Where nothing is known of the key, it is the lowest.
func sequencer(own []ledger.Item, current ledger.Current, known bool) string {
	highest := ""
	for _, item := range own {
		highest = max(highest, item.Sequencer)
	}

	switch {
	case highest != "" && known && current.Erased && highest < current.Sequencer:
		return contract.NextSequencer(current.Sequencer) // It was erased, and is there again.
	case highest != "":
		return highest
	case known:
		return contract.NextSequencer(current.Sequencer)
	default:
		return contract.PadSequencer("")
	}
}

// choose is the decision itself.
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

// namePrefix begins the names of the executions that backfills start.
const namePrefix = "backfill-"

// Owns says whether an execution that a backfill started has claimed an item.
func Owns(item *ledger.Item) bool {
	return strings.HasPrefix(item.Owner[strings.LastIndexByte(item.Owner, ':')+1:], namePrefix)
}
