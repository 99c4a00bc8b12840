package ledger

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/errorcode"
)

// Reindex adds every item with a status to the correct partition of the index, and returns
// the number of items that it changed. An older release wrote items without [StatusShard],
// which the index does not contain. Reindex reads the whole table. It may be repeated, and
// it may run while images are processed: if another process changes an item at the same
// time, that change adds the item to the index.
func (l *Ledger) Reindex(ctx context.Context) (int, error) {
	name := expression.Name

	built, err := expression.NewBuilder().
		WithFilter(expression.AttributeExists(name("status"))).
		WithProjection(expression.NamesList(name("key"), name("version"), name("status"), name(StatusShard))).Build()
	if err != nil {
		return 0, errorcode.FromAWS(err, "build the scan of the ledger")
	}

	pages := dynamodb.NewScanPaginator(l.client, &dynamodb.ScanInput{
		TableName: &l.table, ConsistentRead: aws.Bool(true),
		FilterExpression: built.Filter(), ProjectionExpression: built.Projection(), ExpressionAttributeNames: built.Names(),
		ExpressionAttributeValues: built.Values(),
	})
	moved := 0

	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return moved, errorcode.FromAWS(err, "scan the ledger")
		}

		var items []struct {
			Key     string `dynamodbav:"key"`
			Version string `dynamodbav:"version"`
			Status  Status `dynamodbav:"status"`
			Shard   string `dynamodbav:"statusShard"`
		}
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &items); err != nil {
			return moved, errorcode.FromAWS(err, "scan the ledger")
		}

		for _, item := range items {
			shard := shardOf(item.Status, item.Key)
			if item.Shard == shard {
				continue
			}

			_, err := l.update(ctx, item.Key, item.Version,
				expression.Set(name(StatusShard), expression.Value(shard)),
				name("status").Equal(expression.Value(item.Status)))

			switch {
			case err == nil:
				moved++
			case !errors.Is(err, errRefused):
				return moved, err
			}
		}
	}

	return moved, nil
}
