package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
)

// Outcome contains the attributes that Record stores for a finished upload.
type Outcome struct {
	Plan     contract.Plan
	Stripped []string // nil if it is not known
	Kept     []string
	Variants []Variant
	// Placeholder and Color are empty if no variant shows the whole image.
	Placeholder, Color string
}

// Complete marks an upload READY. It does not require the lease: a redrive may run Record
// without Validate, which acquires the lease. It returns Superseded if the upload is
// superseded or erased.
func (l *Ledger) Complete(ctx context.Context, done Outcome) error {
	status := expression.Name("status")
	update := as(l.describe(done.Plan.Upload), done.Plan.Upload.Key, Ready).
		Set(expression.Name("format"), expression.Value(done.Plan.Image.Format)).
		Set(expression.Name("width"), expression.Value(done.Plan.Image.Width)).
		Set(expression.Name("height"), expression.Value(done.Plan.Image.Height)).
		Set(expression.Name("variants"), expression.Value(done.Variants)).
		Remove(expression.Name("leaseUntil")).
		Remove(expression.Name("code")).Remove(expression.Name("reason")).Remove(expression.Name("redrives")) // of an earlier failure

	if done.Stripped != nil {
		update = update.Set(expression.Name("stripped"), expression.Value(done.Stripped))
	}

	if len(done.Kept) > 0 {
		update = update.Set(expression.Name("kept"), expression.Value(done.Kept))
	}

	if done.Placeholder != "" {
		update = update.
			Set(expression.Name("placeholder"), expression.Value(done.Placeholder)).
			Set(expression.Name("color"), expression.Value(done.Color))
	}

	wanted := status.In(expression.Value(Processing), expression.Value(Ready), expression.Value(Failed))

	_, err := l.update(ctx, done.Plan.Upload.Key, done.Plan.Version, update, wanted)
	if errors.Is(err, errRefused) {
		return errorcode.New(errorcode.Superseded, "")
	}

	return err
}

// Reject marks an upload REJECTED and stores the reason. If Validate has not claimed the
// upload, Reject creates the item. An upload that is READY or SUPERSEDED is not changed.
// Reject returns the status that the item then has.
func (l *Ledger) Reject(
	ctx context.Context, upload contract.Upload, version, owner string, rejection *errorcode.Error,
) (Status, error) {
	update := l.describe(upload).
		Set(expression.Name("owner"), expression.Value(owner)).
		Set(expression.Name("code"), expression.Value(rejection.Code.Public())).
		Set(expression.Name("reason"), expression.Value(rejection.Reason))

	return l.finish(ctx, upload.Key, version, Rejected, update, Processing, Failed)
}

// Supersede marks an upload SUPERSEDED. A REJECTED upload is not changed. The upload may
// have been READY for a moment: Record calls Complete before SetCurrent, which reports that
// a newer upload or deletion is current.
func (l *Ledger) Supersede(ctx context.Context, upload contract.Upload, version, owner string) error {
	update := l.describe(upload).Set(expression.Name("owner"), expression.Value(owner)).
		Remove(expression.Name("code")).Remove(expression.Name("reason")) // of an earlier failure

	_, err := l.finish(ctx, upload.Key, version, Superseded, update, Processing, Ready, Failed)

	return err
}

// finish changes the status of an item if its status is in the list, or creates the item.
// If the item has another status, finish changes nothing and returns no error. It returns
// the status that the item then has.
func (l *Ledger) finish(
	ctx context.Context, key, version string, status Status, update expression.UpdateBuilder, from ...Status,
) (Status, error) {
	open := expression.AttributeNotExists(expression.Name("key"))
	for _, allowed := range from {
		open = open.Or(expression.Name("status").Equal(expression.Value(allowed)))
	}

	before, err := l.update(ctx, key, version, l.end(update, key, status), open)
	if errors.Is(err, errRefused) {
		return before.Status, nil
	}

	return status, err
}

// end sets a status and makes the item expire after Retention.
func (l *Ledger) end(update expression.UpdateBuilder, key string, status Status) expression.UpdateBuilder {
	return as(update, key, status).
		Set(expression.Name("expiresAt"), expression.Value(l.now().Add(Retention).Unix())).
		Remove(expression.Name("leaseUntil"))
}

// SetCurrent makes version the current version of its key. It returns Superseded if a newer
// upload or deletion is current. A version with an equal sequencer may become current: with a
// new recipe or after a restart, the same event is processed again.
func (l *Ledger) SetCurrent(ctx context.Context, key, version, sequencer string) error {
	seen := expression.Name("sequencer")
	update := expression.
		Set(expression.Name("current"), expression.Value(version)).
		Set(seen, expression.Value(sequencer)).
		Set(expression.Name("erased"), expression.Value(false)).
		Remove(expression.Name("expiresAt")) // of an earlier tombstone
	older := expression.AttributeNotExists(expression.Name("key")).
		Or(seen.LessThan(expression.Value(sequencer))).
		Or(seen.Equal(expression.Value(sequencer)).And(expression.Name("erased").Equal(expression.Value(false))))

	_, err := l.update(ctx, key, current, update, older)
	if errors.Is(err, errRefused) {
		return errorcode.New(errorcode.Superseded, "")
	}

	return err
}
