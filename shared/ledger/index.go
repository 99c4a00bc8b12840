package ledger

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"triptych/shared/errorcode"
)

// newestPage is the number of items of a shard that one request of [Ledger.Newest] reads.
const newestPage = 250

// within is an inclusive range of updatedAt; "" means no limit.
type within struct{ since, until string }

// shardQuery returns a query for the items of one partition of the index, most recently
// changed first.
func (l *Ledger) shardQuery(partition, prefix string, bounds within, limit int) (*dynamodb.QueryInput, error) {
	conditions := expression.Key(StatusShard).Equal(expression.Value(partition))
	changed := expression.Key("updatedAt")

	switch since, until := expression.Value(bounds.since), expression.Value(bounds.until); {
	case bounds.since != "" && bounds.until != "":
		conditions = conditions.And(changed.Between(since, until))
	case bounds.since != "":
		conditions = conditions.And(changed.GreaterThanEqual(since))
	case bounds.until != "":
		conditions = conditions.And(changed.LessThanEqual(until))
	}

	builder := expression.NewBuilder().WithKeyCondition(conditions)
	if prefix != "" {
		builder = builder.WithFilter(expression.Name("key").BeginsWith(prefix))
	}

	built, err := builder.Build()
	if err != nil {
		return nil, errorcode.FromAWS(err, "build the query of the %s items", partition)
	}

	return &dynamodb.QueryInput{
		TableName: &l.table, IndexName: aws.String(ByStatus), ScanIndexForward: aws.Bool(false),
		Limit:                  aws.Int32(int32(limit)), //nolint:gosec // The limit of a page is small.
		KeyConditionExpression: built.KeyCondition(), FilterExpression: built.Filter(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
	}, nil
}

// shardReader reads one partition of the index, page by page.
type shardReader struct {
	partition string
	pages     *dynamodb.QueryPaginator
	items     []Item
}

func (l *Ledger) shardReader(partition string) (*shardReader, error) {
	in, err := l.shardQuery(partition, "", within{}, newestPage)
	if err != nil {
		return nil, err
	}

	return &shardReader{partition: partition, pages: dynamodb.NewQueryPaginator(l.client, in)}, nil
}

// fill reads pages until the reader has an unread item. It returns false if the partition
// has no more items.
func (r *shardReader) fill(ctx context.Context) (bool, error) {
	for len(r.items) == 0 && r.pages.HasMorePages() {
		page, err := r.pages.NextPage(ctx)
		if err != nil {
			return false, errorcode.FromAWS(err, "read the %s items from the ledger", r.partition)
		}

		if err := attributevalue.UnmarshalListOfMaps(page.Items, &r.items); err != nil {
			return false, errorcode.FromAWS(err, "read the %s items from the ledger", r.partition)
		}
	}

	return len(r.items) > 0, nil
}

// Newest reads the items of a status, most recently changed first, and calls yield with
// each until yield returns false. The index is eventually consistent: use it for display,
// not for decisions.
func (l *Ledger) Newest(ctx context.Context, status Status, yield func(Item) bool) error {
	var readers []*shardReader

	for shard := range shards {
		reader, err := l.shardReader(shardName(status, shard))
		if err != nil {
			return err
		}

		readers = append(readers, reader)
	}

	for {
		var left []*shardReader

		for _, reader := range readers {
			more, err := reader.fill(ctx)
			if err != nil {
				return err
			}

			if more {
				left = append(left, reader)
			}
		}

		if readers = left; len(readers) == 0 {
			return nil
		}

		newest := slices.MinFunc(readers, func(a, b *shardReader) int { return order(a.items[0].Position(), b.items[0].Position()) })
		item := newest.items[0]
		newest.items = newest.items[1:]

		if !yield(item) {
			return nil
		}
	}
}
