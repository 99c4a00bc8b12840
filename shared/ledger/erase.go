package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/errorcode"
)

// SetTombstone makes "@current" a tombstone: from then on, no upload older than sequencer
// can become current. It returns Superseded if a newer upload or deletion is current. The
// tombstone is kept for Retention. No event of an older upload can arrive after that time.
func (l *Ledger) SetTombstone(ctx context.Context, key, sequencer string) error {
	seen, erased := expression.Name("sequencer"), expression.Name("erased")
	update := expression.
		Set(seen, expression.Value(sequencer)).
		Set(erased, expression.Value(true)).
		Set(expression.Name("expiresAt"), expression.Value(l.now().Add(Retention).Unix())).
		Remove(expression.Name("current"))
	older := expression.AttributeNotExists(expression.Name("key")).
		Or(seen.LessThan(expression.Value(sequencer))).
		Or(seen.Equal(expression.Value(sequencer)).And(erased.Equal(expression.Value(true))))

	_, err := l.update(ctx, key, current, update, older)
	if errors.Is(err, errRefused) {
		return errorcode.New(errorcode.Superseded, "")
	}

	return err
}

// SetTombstoneIfCurrent replaces "@current" by a tombstone if it points to the upload with this
// sequencer. It changes nothing if another upload is current.
func (l *Ledger) SetTombstoneIfCurrent(ctx context.Context, key, sequencer string) error {
	erased := expression.Name("erased")
	update := expression.
		Set(erased, expression.Value(true)).
		Set(expression.Name("expiresAt"), expression.Value(l.now().Add(Retention).Unix())).
		Remove(expression.Name("current"))
	same := expression.Name("sequencer").Equal(expression.Value(sequencer)).And(erased.Equal(expression.Value(false)))

	return l.unlessRefused(ctx, key, current, update, same)
}

// MarkErased marks an item ERASED, whatever its status. From then on, no execution can make
// the upload READY. The item exists until its objects are removed, so that a repeated
// erasure finds it. A missing item is not an error.
func (l *Ledger) MarkErased(ctx context.Context, item Item) error {
	_, err := l.update(ctx, item.Key, item.Version, l.end(expression.UpdateBuilder{}, item.Key, Erased),
		expression.AttributeExists(expression.Name("key")))
	if errors.Is(err, errRefused) {
		return nil
	}

	return err
}

// Retire makes an ERASED item SUPERSEDED. It is for an item whose objects were removed while
// an execution was processing the upload. The upload can no longer become READY. Retire
// sets [Item.Unswept], because the execution may have written an object after the removal.
// It removes the attributes that describe the image, except the list of variants: an item
// with variants was in a manifest. A missing item is not an error.
func (l *Ledger) Retire(ctx context.Context, item Item) error {
	update := l.end(expression.UpdateBuilder{}, item.Key, Superseded).Set(expression.Name("unswept"), expression.Value(true))
	for _, name := range []string{"code", "reason", "redrives", "placeholder", "color", "stripped", "kept"} {
		update = update.Remove(expression.Name(name))
	}

	return l.unlessRefused(ctx, item.Key, item.Version, update, expression.AttributeExists(expression.Name("key")))
}

// DeleteItem deletes the item of an erased upload, whatever its status. A missing item is
// not an error.
func (l *Ledger) DeleteItem(ctx context.Context, item Item) error {
	_, err := l.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &l.table, Key: primaryKey(item.Key, item.Version),
	})

	return errorcode.FromAWS(err, "delete %s %s from the ledger", item.Key, item.Version)
}
