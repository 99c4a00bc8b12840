package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"triptych/shared/contract"
)

// Failure is the end of an execution that did not end well.
type Failure struct {
	Execution string // ARN
	// Redrives is how often the execution had been redriven when it failed.
	Redrives int
	Code     string // the error's name
	Reason   string
}

// Fail marks an upload FAILED that the execution has claimed. It changes nothing where
// another execution has taken the upload since, where the upload has ended, or where
// the execution has been redriven since.
func (l *Ledger) Fail(ctx context.Context, item Item, failure Failure) error {
	update := failed(l.touched(), item.Key, failure)
	open := expression.Name("status").In(expression.Value(Processing), expression.Value(Failed)).And(
		expression.Name("owner").Equal(expression.Value(failure.Execution)),
		redrivenAtMost(failure.Redrives),
	)

	return l.unlessRefused(ctx, item.Key, item.Version, update, open)
}

// FailUnclaimed writes down an upload whose execution failed before it could claim it.
// It changes nothing where the ledger knows the upload.
func (l *Ledger) FailUnclaimed(ctx context.Context, upload contract.Upload, version string, failure Failure) error {
	update := failed(l.describe(upload).Set(expression.Name("owner"), expression.Value(failure.Execution)), upload.Key, failure)

	return l.unlessRefused(ctx, upload.Key, version, update, expression.AttributeNotExists(expression.Name("key")))
}

// Resume marks an upload PROCESSING again whose execution was redriven. It changes
// nothing where the upload has another owner or has ended, or where that attempt, or a
// later one, has failed since.
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

// redrivenAtMost is the condition that nothing is known of a later attempt.
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

// unlessRefused writes an item; a condition that does not hold is no error.
func (l *Ledger) unlessRefused(
	ctx context.Context, key, version string, update expression.UpdateBuilder, condition expression.ConditionBuilder,
) error {
	_, err := l.update(ctx, key, version, update, condition)
	if errors.Is(err, errRefused) {
		return nil
	}

	return err
}
