package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/faults"
)

// Bury raises "@current" to a tombstone: from then on no upload that is older
// than sequencer can become current. It is refused with Superseded where
// something newer is current. The tombstone is kept for Retention, longer than
// any event of an older upload can be on its way.
func (l *Ledger) Bury(ctx context.Context, key, sequencer string) error {
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
		return faults.New(faults.Superseded, "")
	}

	return err
}

// BuryLast makes "@current" a tombstone in its own place, where it points to the upload
// of this sequencer. It changes nothing where something else is current.
func (l *Ledger) BuryLast(ctx context.Context, key, sequencer string) error {
	erased := expression.Name("erased")
	update := expression.
		Set(erased, expression.Value(true)).
		Set(expression.Name("expiresAt"), expression.Value(l.now().Add(Retention).Unix())).
		Remove(expression.Name("current"))
	same := expression.Name("sequencer").Equal(expression.Value(sequencer)).And(erased.Equal(expression.Value(false)))

	return l.unlessRefused(ctx, key, current, update, same)
}

// Condemn marks an item ERASED, whatever its status: from then on nobody completes
// its upload, and whoever removes its objects finds it until they are gone. It is no
// error where the item is gone already.
func (l *Ledger) Condemn(ctx context.Context, item Item) error {
	_, err := l.update(ctx, item.Key, item.Version, l.end(expression.UpdateBuilder{}, item.Key, Erased),
		expression.AttributeExists(expression.Name("key")))
	if errors.Is(err, errRefused) {
		return nil
	}

	return err
}

// Retire marks the item of an erased upload SUPERSEDED and sets [Item.Unswept]: an execution
// may have written an object after the erasure listed the objects. The upload cannot become
// READY any more. Retire removes the attributes that describe the picture, except the list
// of variants, which shows that the upload was in a manifest. A missing item is not an
// error.
func (l *Ledger) Retire(ctx context.Context, item Item) error {
	update := l.end(expression.UpdateBuilder{}, item.Key, Superseded).Set(expression.Name("unswept"), expression.Value(true))
	for _, name := range []string{"code", "reason", "redrives", "placeholder", "color", "stripped", "kept"} {
		update = update.Remove(expression.Name(name))
	}

	return l.unlessRefused(ctx, item.Key, item.Version, update, expression.AttributeExists(expression.Name("key")))
}

// Forget deletes an item, whatever its status: its upload is erased. It is no
// error where it is gone already.
func (l *Ledger) Forget(ctx context.Context, item Item) error {
	_, err := l.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &l.table, Key: primaryKey(item.Key, item.Version),
	})

	return faults.FromAWS(err, "delete %s %s from the ledger", item.Key, item.Version)
}
