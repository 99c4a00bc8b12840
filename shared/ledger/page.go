package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/shared/faults"
)

// Position is an item's place in the index of a status.
type Position struct {
	Key       string `json:"k"`
	Version   string `json:"v"`
	UpdatedAt string `json:"t"`
}

// Place is where the item stands in its status' index.
func (i *Item) Place() Position {
	return Position{Key: i.Key, Version: i.Version, UpdatedAt: i.UpdatedAt}
}

// PageQuery asks for one page of a status' items, the last changed first.
type PageQuery struct {
	Status Status
	// Since and Until bound updatedAt, themselves included; "" does not.
	Since, Until string
	// Prefix leaves only keys that begin with it. What it leaves out is read all the
	// same, and counts towards Limit.
	Prefix string
	After  *Position // nil begins at the newest
	Limit  int       // items read; at least 1
}

// ItemPage is the answer to a [PageQuery].
type ItemPage struct {
	Items []Item
	// Next is where the next page goes on, or nil where this is the last.
	Next *Position
}

// Page reads one page, with one request. The index is eventually consistent, as
// with [Ledger.Newest].
func (l *Ledger) Page(ctx context.Context, query PageQuery) (ItemPage, error) {
	in, err := l.pageInput(query)
	if err != nil {
		return ItemPage{}, err
	}

	out, err := l.client.Query(ctx, in)
	if err != nil {
		return ItemPage{}, faults.FromAWS(err, "read a page of the %s items from the ledger", query.Status)
	}

	var page ItemPage
	if err := attributevalue.UnmarshalListOfMaps(out.Items, &page.Items); err != nil {
		return ItemPage{}, faults.FromAWS(err, "read a page of the %s items from the ledger", query.Status)
	}

	if len(out.LastEvaluatedKey) > 0 {
		var last Item
		if err := attributevalue.UnmarshalMap(out.LastEvaluatedKey, &last); err != nil {
			return ItemPage{}, faults.FromAWS(err, "read where a page of the %s items ends", query.Status)
		}

		place := last.Place()
		page.Next = &place
	}

	return page, nil
}

func (l *Ledger) pageInput(query PageQuery) (*dynamodb.QueryInput, error) {
	conditions := expression.Key("status").Equal(expression.Value(query.Status))
	changed := expression.Key("updatedAt")

	switch since, until := expression.Value(query.Since), expression.Value(query.Until); {
	case query.Since != "" && query.Until != "":
		conditions = conditions.And(changed.Between(since, until))
	case query.Since != "":
		conditions = conditions.And(changed.GreaterThanEqual(since))
	case query.Until != "":
		conditions = conditions.And(changed.LessThanEqual(until))
	}

	builder := expression.NewBuilder().WithKeyCondition(conditions)
	if query.Prefix != "" {
		builder = builder.WithFilter(expression.Name("key").BeginsWith(query.Prefix))
	}

	built, err := builder.Build()
	if err != nil {
		return nil, faults.FromAWS(err, "build the query of a page of %s items", query.Status)
	}

	in := &dynamodb.QueryInput{
		TableName: &l.table, IndexName: aws.String(ByStatus), ScanIndexForward: aws.Bool(false),
		Limit:                  aws.Int32(int32(max(1, query.Limit))), //nolint:gosec // A page is small.
		KeyConditionExpression: built.KeyCondition(), FilterExpression: built.Filter(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
	}

	if query.After != nil {
		text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
		in.ExclusiveStartKey = map[string]types.AttributeValue{
			"key": text(query.After.Key), "version": text(query.After.Version),
			"status": text(string(query.Status)), "updatedAt": text(query.After.UpdatedAt),
		}
	}

	return in, nil
}
