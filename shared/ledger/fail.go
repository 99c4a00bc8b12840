package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"triptych/shared/contract"
)

// Failure describes an execution that failed.
type Failure struct {
	Execution string // ARN
	// Redrives is the number of redrives before the execution failed.
	Redrives int
	Code     string // name of the error
	Reason   string
}

// Fail marks an upload FAILED if the failed execution owns its item. It changes nothing if
// another execution has claimed the upload, if the upload has a final status, or if the
// execution was redriven after this failure.
func (l *Ledger) Fail(ctx context.Context, item Item, failure Failure) error {
	update := failed(l.touched(), item.Key, failure)
	open := expression.Name("status").In(expression.Value(Processing), expression.Value(Failed)).And(
		expression.Name("owner").Equal(expression.Value(failure.Execution)),
		redrivenAtMost(failure.Redrives),
	)

	return l.unlessRefused(ctx, item.Key, item.Version, update, open)
}

// FailUnclaimed creates a FAILED item for an upload whose execution failed before it claimed
// the upload. It changes nothing if the ledger already has an item for the upload.
func (l *Ledger) FailUnclaimed(ctx context.Context, upload contract.Upload, version string, failure Failure) error {
	update := failed(l.describe(upload).Set(expression.Name("owner"), expression.Value(failure.Execution)), upload.Key, failure)

	return l.unlessRefused(ctx, upload.Key, version, update, expression.AttributeNotExists(expression.Name("key")))
}

// Resume marks an upload PROCESSING again if its execution was redriven. It changes
// nothing if the upload has another owner or a final status, or if the ledger already
// records the failure of this redrive or of a later redrive.
func (l *Ledger) Resume(ctx context.Context, item Item, redrives int) error {
	update := as(l.touched(), item.Key, Processing).
		Set(expression.Name("redrives"), expression.Value(redrives)).
		Set(expression.Name("leaseUntil"), expression.Value(l.now().Add(Lease).Unix())).
		Remove(expression.Name("code")).Remove(expression.Name("reason"))
	open := expression.Name("status").In(expression.Value(Processing), expression.Value(Failed)).And(
		expression.Name("owner").Equal(expression.Value(item.Owner)),
		redrivenAtMost(redrives-1),
	)

	return l.unlessRefused(ctx, item.Key, item.Version, update, open)
}

// redrivenAtMost returns the condition that the item records at most count redrives.
func redrivenAtMost(count int) expression.ConditionBuilder {
	redrives := expression.Name("redrives")

	return redrives.AttributeNotExists().Or(redrives.LessThanEqual(expression.Value(count)))
}

func failed(update expression.UpdateBuilder, key string, failure Failure) expression.UpdateBuilder {
	return as(update, key, Failed).
		Set(expression.Name("redrives"), expression.Value(failure.Redrives)).
		Set(expression.Name("code"), expression.Value(failure.Code)).
		Set(expression.Name("reason"), expression.Value(failure.Reason)).
		Remove(expression.Name("leaseUntil"))
}

func (l *Ledger) touched() expression.UpdateBuilder {
	return expression.Set(expression.Name("updatedAt"), expression.Value(l.now().UTC().Format(TimeLayout)))
}

// unlessRefused writes an item. It returns no error if the condition is false.
func (l *Ledger) unlessRefused(
	ctx context.Context, key, version string, update expression.UpdateBuilder, condition expression.ConditionBuilder,
) error {
	_, err := l.update(ctx, key, version, update, condition)
	if errors.Is(err, errRefused) {
		return nil
	}

	return err
}
