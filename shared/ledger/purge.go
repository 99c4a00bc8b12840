package ledger

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/errorcode"
)

const (
	// purges is the prefix of the sort keys of pending purges.
	purges = reserved + "purge."
	// turnKey and turn are the keys of the item that records which caller may create
	// invalidations. An upload with the key "purges" is no conflict, because its items
	// have other sort keys.
	turnKey, turn = "purges", reserved + "turn"
)

// Purge is an item of a key whose objects were erased. It means that the CDN's cache may
// still contain these objects. It is deleted when an invalidation has been created.
type Purge struct {
	Key string `dynamodbav:"key"`
	ID  string `dynamodbav:"version"`
	// Since is the time at which the purge was added, in TimeLayout. The objects were
	// removed before.
	Since string `dynamodbav:"updatedAt"`
}

// AddPurge records that objects of a key must be removed from the CDN's cache, and returns
// the id of the purge. Call AddPurge after the objects are removed, and before the items of
// the ledger are deleted: if this attempt dies, the next attempt needs the items to know
// that the objects existed.
func (l *Ledger) AddPurge(ctx context.Context, key string) (string, error) {
	id := purges + rand.Text()

	_, err := l.update(ctx, key, id, as(l.touched(), key, purging), expression.AttributeNotExists(expression.Name("key")))

	return id, err
}

// Purging reports whether a purge is still pending. The read is strongly consistent.
func (l *Ledger) Purging(ctx context.Context, key, id string) (bool, error) {
	var one Purge

	return l.get(ctx, key, id, &one)
}

// PurgesOf returns the pending purges of a key. The read is strongly consistent.
func (l *Ledger) PurgesOf(ctx context.Context, key string) ([]Purge, error) {
	built, err := expression.NewBuilder().
		WithKeyCondition(expression.Key("key").Equal(expression.Value(key)).And(expression.Key("version").BeginsWith(purges))).Build()
	if err != nil {
		return nil, errorcode.FromAWS(err, "build the query of the purges of %s", key)
	}

	out, err := l.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &l.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: built.KeyCondition(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
	})
	if err != nil {
		return nil, errorcode.FromAWS(err, "read the purges of %s from the ledger", key)
	}

	var found []Purge
	if err := attributevalue.UnmarshalListOfMaps(out.Items, &found); err != nil {
		return nil, errorcode.FromAWS(err, "read the purges of %s from the ledger", key)
	}

	return found, nil
}

// Purges returns pending purges, oldest first. Their number is about limit at most. Purges
// reads the index, which is eventually consistent: the newest purges may be missing.
func (l *Ledger) Purges(ctx context.Context, limit int) ([]Purge, error) {
	var found []Purge

	for shard := range shards {
		some, err := l.purgesOfShard(ctx, shard, max(1, limit/shards))
		if err != nil {
			return nil, err
		}

		found = append(found, some...)
	}

	slices.SortFunc(found, func(a, b Purge) int { return strings.Compare(a.Since, b.Since) })

	return found, nil
}

func (l *Ledger) purgesOfShard(ctx context.Context, shard, limit int) ([]Purge, error) {
	in, err := l.shardQuery(shardName(purging, shard), "", within{}, limit)
	if err != nil {
		return nil, err
	}

	in.ScanIndexForward = aws.Bool(true)
	pages := dynamodb.NewQueryPaginator(l.client, in)

	var found []Purge

	for pages.HasMorePages() && len(found) < limit {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, errorcode.FromAWS(err, "read the pending purges from the ledger")
		}

		var some []Purge
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &some); err != nil {
			return nil, errorcode.FromAWS(err, "read the pending purges from the ledger")
		}

		found = append(found, some...)
	}

	return found, nil
}

// RemovePurge deletes a purge after an invalidation has been created for it. A missing
// purge is not an error.
func (l *Ledger) RemovePurge(ctx context.Context, purge Purge) error {
	_, err := l.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &l.table, Key: primaryKey(purge.Key, purge.ID)})

	return errorcode.FromAWS(err, "delete the purge of %s from the ledger", purge.Key)
}

// TakeTurn gives owner the turn for the duration hold. Only the caller that has the turn
// creates invalidations. The result is false if another caller has the turn, or if the last
// caller has delayed the next turn.
func (l *Ledger) TakeTurn(ctx context.Context, owner string, hold time.Duration) (bool, error) {
	until := expression.Name("leaseUntil")
	update := expression.Set(expression.Name("owner"), expression.Value(owner)).Set(until, expression.Value(l.now().Add(hold).UnixMilli()))
	free := until.AttributeNotExists().Or(until.LessThanEqual(expression.Value(l.now().UnixMilli())))

	_, err := l.update(ctx, turnKey, turn, update, free)
	if errors.Is(err, errRefused) {
		return false, nil
	}

	return err == nil, err
}

// EndTurn ends the owner's turn, and delays the next turn by wait. It changes nothing if
// another caller has the turn.
func (l *Ledger) EndTurn(ctx context.Context, owner string, wait time.Duration) error {
	update := expression.Set(expression.Name("leaseUntil"), expression.Value(l.now().Add(wait).UnixMilli()))

	return l.unlessRefused(ctx, turnKey, turn, update, expression.Name("owner").Equal(expression.Value(owner)))
}
