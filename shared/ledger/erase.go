package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/errorcode"
)

// SetTombstone makes "@current" a tombstone: from then on no upload older than sequencer can
// become current. It returns Superseded if something newer is current. The tombstone is
// kept for Retention, which is longer than any event of an older upload can be delayed.
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

// MarkErased marks an item ERASED, whatever its status. From then on no execution can
// complete its upload, and an erasure finds the item until its objects are removed. A
// missing item is not an error.
func (l *Ledger) MarkErased(ctx context.Context, item Item) error {
	_, err := l.update(ctx, item.Key, item.Version, l.end(expression.UpdateBuilder{}, item.Key, Erased),
		expression.AttributeExists(expression.Name("key")))
	if errors.Is(err, errRefused) {
		return nil
	}

	return err
}

// Retire makes an ERASED item SUPERSEDED if its objects were removed while an execution
// was processing it. The upload can no longer become READY. [Item.Unswept] says that the
// execution may have written an object after the removal. The attributes that describe
// the image are removed, except for the list of its variants: it tells that the image was
// in a manifest. A missing item is not an error.
func (l *Ledger) Retire(ctx context.Context, item Item) error {
	update := l.end(expression.UpdateBuilder{}, item.Key, Superseded).Set(expression.Name("unswept"), expression.Value(true))
	for _, name := range []string{"code", "reason", "redrives", "placeholder", "color", "stripped", "kept"} {
		update = update.Remove(expression.Name(name))
	}

	return l.unlessRefused(ctx, item.Key, item.Version, update, expression.AttributeExists(expression.Name("key")))
}

// DeleteItem deletes an item, whatever its status, because its upload is erased. A missing
// item is not an error.
func (l *Ledger) DeleteItem(ctx context.Context, item Item) error {
	_, err := l.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &l.table, Key: primaryKey(item.Key, item.Version),
	})

	return errorcode.FromAWS(err, "delete %s %s from the ledger", item.Key, item.Version)
}
