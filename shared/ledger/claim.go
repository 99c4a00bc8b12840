package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/shared/contract"
	"triptych/shared/faults"
)

// Claim takes the work on an upload for the execution owner. It is refused with
// AlreadyDone where the work is finished or another execution is at it, and
// with Superseded where something newer has happened to the key.
//
// A claim is taken where there is none, where it is the owner's own (a retry),
// where its lease has run out (the owner died), or where its execution failed.
// Replaces, where it is not
// empty, is the ARN of an execution whose place owner takes: its claim is taken
// over at once, or a failed run's lease would end its own restart in AlreadyDone.
// So is a rejection of its: a fixed decoder must be able to try again. What is
// READY stays so.
//
// Where replaces is contract.LostObjects, a READY upload can be claimed, too. It stays
// READY while its objects are remade, so that its manifest stays; the lease keeps two
// executions from remaking it at once.
//
// An upload that something newer has overtaken is SUPERSEDED only where its claim
// could be taken: a READY one whose event comes again keeps its variants, and one
// that another execution is at is that one's to withdraw.
func (l *Ledger) Claim(ctx context.Context, upload contract.Upload, version, owner, replaces string) error {
	newest, found, err := l.Current(ctx, upload.Key)
	if err != nil {
		return err
	}

	take := l.describe(upload).
		Remove(expression.Name("code")).Remove(expression.Name("reason")).Remove(expression.Name("redrives")).
		Set(expression.Name("owner"), expression.Value(owner))

	overtaken := found && upload.Sequencer < newest.Sequencer

	if replaces == contract.LostObjects && !overtaken {
		if taken, err := l.claimReady(ctx, upload, version, owner); taken || err != nil {
			return err
		}
	}

	if overtaken {
		take = l.end(take, upload.Key, Superseded)
	} else {
		take = as(take, upload.Key, Processing).
			Set(expression.Name("leaseUntil"), expression.Value(l.now().Add(Lease).Unix())).
			Remove(expression.Name("expiresAt"))
	}

	before, err := l.update(ctx, upload.Key, version, take, l.free(owner, replaces))

	switch {
	case err == nil && overtaken,
		errors.Is(err, errRefused) && (before.Status == Superseded || before.Status == Erased):
		return faults.New(faults.Superseded, "")
	case errors.Is(err, errRefused):
		return faults.New(faults.AlreadyDone, "")
	default:
		return err
	}
}

// claimReady takes the lease on a READY upload. The result is false where it is not
// READY, or where another execution has the lease.
func (l *Ledger) claimReady(ctx context.Context, upload contract.Upload, version, owner string) (bool, error) {
	status, ownedBy, lease := expression.Name("status"), expression.Name("owner"), expression.Name("leaseUntil")
	take := l.describe(upload).
		Set(ownedBy, expression.Value(owner)).
		Set(lease, expression.Value(l.now().Add(Lease).Unix()))
	open := status.Equal(expression.Value(Ready)).And(
		lease.AttributeNotExists().Or(lease.LessThan(expression.Value(l.now().Unix()))).Or(ownedBy.Equal(expression.Value(owner))))

	_, err := l.update(ctx, upload.Key, version, take, open)
	if errors.Is(err, errRefused) {
		return false, nil
	}

	return err == nil, err
}

// free is the condition that owner may take an upload.
func (l *Ledger) free(owner, replaces string) expression.ConditionBuilder {
	status, ownedBy, lease := expression.Name("status"), expression.Name("owner"), expression.Name("leaseUntil")
	free := expression.AttributeNotExists(expression.Name("key")).Or(
		status.Equal(expression.Value(Processing)).And(
			ownedBy.Equal(expression.Value(owner)).Or(lease.LessThan(expression.Value(l.now().Unix()))),
		),
		status.Equal(expression.Value(Failed)),
	)

	if replaces != "" {
		free = free.Or(ownedBy.Equal(expression.Value(replaces)).And(
			status.In(expression.Value(Processing), expression.Value(Rejected)),
		))
	}

	return free
}

// describe sets what is known of an upload from its event alone.
func (l *Ledger) describe(upload contract.Upload) expression.UpdateBuilder {
	now := expression.Value(l.now().UTC().Format(TimeLayout))
	created := expression.Name("createdAt")
	update := expression.
		Set(expression.Name("sequencer"), expression.Value(upload.Sequencer)).
		Set(expression.Name("etag"), expression.Value(upload.ETag)).
		Set(expression.Name("bytes"), expression.Value(upload.Bytes)).
		Set(created, created.IfNotExists(now)).
		Set(expression.Name("updatedAt"), now)

	if upload.VersionID != "" {
		update = update.Set(expression.Name("sourceVersionId"), expression.Value(upload.VersionID))
	}

	return update
}

// errRefused means that a conditional write's condition did not hold.
var errRefused = errors.New("the condition does not hold")

// update writes one item if the condition holds. Where it does not, the error is
// errRefused, and the item that stood in the way is returned.
func (l *Ledger) update(
	ctx context.Context, key, version string, update expression.UpdateBuilder, condition expression.ConditionBuilder,
) (Item, error) {
	built, err := expression.NewBuilder().WithUpdate(update).WithCondition(condition).Build()
	if err != nil {
		return Item{}, faults.FromAWS(err, "build the update of %s %s", key, version)
	}

	_, err = l.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table, Key: primaryKey(key, version),
		UpdateExpression: built.Update(), ConditionExpression: built.Condition(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})

	var refused *types.ConditionalCheckFailedException
	if !errors.As(err, &refused) {
		return Item{}, faults.FromAWS(err, "update %s %s in the ledger", key, version)
	}

	var before Item
	if err := attributevalue.UnmarshalMap(refused.Item, &before); err != nil {
		return Item{}, faults.FromAWS(err, "read %s %s from the ledger", key, version)
	}

	return before, errRefused
}

func primaryKey(key, version string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"key":     &types.AttributeValueMemberS{Value: key},
		"version": &types.AttributeValueMemberS{Value: version},
	}
}
