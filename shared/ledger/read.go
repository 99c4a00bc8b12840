package ledger

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/errorcode"
)

// Current reads the item "@current" of a key. The second result is false if the key is
// unknown. The read is strongly consistent.
func (l *Ledger) Current(ctx context.Context, key string) (Current, bool, error) {
	var newest Current

	found, err := l.get(ctx, key, current, &newest)

	return newest, found, err
}

// Item reads the item of one upload. The second result is false if the item does not exist.
// The read is strongly consistent.
func (l *Ledger) Item(ctx context.Context, key, version string) (Item, bool, error) {
	var item Item

	found, err := l.get(ctx, key, version, &item)

	return item, found, err
}

func (l *Ledger) get(ctx context.Context, key, version string, into any) (bool, error) {
	out, err := l.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &l.table, Key: primaryKey(key, version), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return false, errorcode.FromAWS(err, "read %s %s from the ledger", key, version)
	}

	if len(out.Item) == 0 {
		return false, nil
	}

	if err := attributevalue.UnmarshalMap(out.Item, into); err != nil {
		return false, errorcode.FromAWS(err, "read %s %s from the ledger", key, version)
	}

	return true, nil
}

// Versions reads the items of all uploads of a key, in no defined order. The read is
// strongly consistent.
func (l *Ledger) Versions(ctx context.Context, key string) ([]Item, error) {
	built, err := expression.NewBuilder().
		WithKeyCondition(expression.Key("key").Equal(expression.Value(key))).Build()
	if err != nil {
		return nil, errorcode.FromAWS(err, "build the query of %s", key)
	}

	pages := dynamodb.NewQueryPaginator(l.client, &dynamodb.QueryInput{
		TableName: &l.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:   built.KeyCondition(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
	})

	var found []Item

	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, errorcode.FromAWS(err, "read the versions of %s from the ledger", key)
		}

		for _, attributes := range page.Items {
			var item Item
			if err := attributevalue.UnmarshalMap(attributes, &item); err != nil {
				return nil, errorcode.FromAWS(err, "read the versions of %s from the ledger", key)
			}

			if !strings.HasPrefix(item.Version, reserved) {
				found = append(found, item)
			}
		}
	}

	return found, nil
}
