package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/shared/contract"
	"triptych/shared/errorcode"
)

// Claim acquires the lease on an upload for the execution owner. It returns AlreadyDone
// if the work is finished or another execution has the lease. It returns Superseded if
// the key has a newer upload or deletion.
//
// The lease can be acquired if no execution has it, if owner has it already (a retry), if
// it has expired (its owner died), or if its execution failed. If replaces is not empty, it
// is the ARN of the execution that owner replaces, and owner acquires the lease of that
// execution at once. Otherwise the lease of a failed execution would make its restart end
// with AlreadyDone. If that execution rejected the upload, the rejection is overwritten,
// because a corrected decoder may accept the file. A READY upload stays READY.
//
// If replaces is contract.LostObjects, a READY upload can also be claimed. It stays READY
// while its objects are remade, so that its manifest is kept. The lease prevents two
// executions from remaking the objects at the same time.
//
// If the key has a newer upload, the older upload becomes SUPERSEDED, but only if its lease
// can be acquired. A READY upload whose event is delivered again keeps its variants. If
// another execution has the lease, that execution removes the objects of the upload.
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
		return errorcode.New(errorcode.Superseded, "")
	case errors.Is(err, errRefused):
		return errorcode.New(errorcode.AlreadyDone, "")
	default:
		return err
	}
}

// claimReady acquires the lease on a READY upload. The result is false if the upload is
// not READY or another execution has the lease.
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

// free returns the condition under which owner may acquire the lease.
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

// describe returns an update of the attributes that the event contains.
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

// errRefused means that the condition of a conditional write was false.
var errRefused = errors.New("the condition of the write is false")

// update writes one item if the condition is true. Otherwise it returns errRefused and the
// existing item.
func (l *Ledger) update(
	ctx context.Context, key, version string, update expression.UpdateBuilder, condition expression.ConditionBuilder,
) (Item, error) {
	built, err := expression.NewBuilder().WithUpdate(update).WithCondition(condition).Build()
	if err != nil {
		return Item{}, errorcode.FromAWS(err, "build the update of %s %s", key, version)
	}

	_, err = l.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table, Key: primaryKey(key, version),
		UpdateExpression: built.Update(), ConditionExpression: built.Condition(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})

	var refused *types.ConditionalCheckFailedException
	if !errors.As(err, &refused) {
		return Item{}, errorcode.FromAWS(err, "update %s %s in the ledger", key, version)
	}

	var before Item
	if err := attributevalue.UnmarshalMap(refused.Item, &before); err != nil {
		return Item{}, errorcode.FromAWS(err, "read %s %s from the ledger", key, version)
	}

	return before, errRefused
}

func primaryKey(key, version string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"key":     &types.AttributeValueMemberS{Value: key},
		"version": &types.AttributeValueMemberS{Value: version},
	}
}
