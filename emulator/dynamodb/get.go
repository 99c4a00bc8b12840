package dynamodb

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/dynamodb/attribute"
)

type getItemInput struct {
	substitutions
	legacy

	TableName            string
	Key                  attribute.JSONMap
	ProjectionExpression *string
}

type getItemOutput struct {
	// Item is nil if there is no item, and empty if the projection selects none of it.
	Item *attribute.Map `json:",omitempty"`
}

// getItem answers GetItem. Every read is consistent, so ConsistentRead has no effect.
func (s *Service) getItem(ctx context.Context, in getItemInput) (getItemOutput, error) {
	t, err := s.tableFor(ctx, "GetItem", in.TableName, "")
	if err != nil {
		return getItemOutput{}, err
	}

	if err := in.refuse(); err != nil {
		return getItemOutput{}, err
	}

	if in.ExpressionAttributeValues != nil {
		return getItemOutput{}, validation("ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null")
	}

	placeholders, err := in.placeholders(in.ProjectionExpression != nil, "")
	if err != nil {
		return getItemOutput{}, err
	}

	projection, err := parseProjection(in.ProjectionExpression, placeholders)
	if err != nil {
		return getItemOutput{}, err
	}

	if err := placeholders.Unused(); err != nil {
		return getItemOutput{}, err
	}

	_, key, err := t.decodeKey(in.Key)
	if err != nil {
		return getItemOutput{}, err
	}

	item, err := s.read(t, key)
	if err != nil || item == nil {
		return getItemOutput{}, err
	}

	item = project(projection, item)

	return getItemOutput{Item: &item}, nil
}

func (s *Service) read(t *table, key []byte) (item attribute.Map, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		item, err = t.load(tx, key)

		return err
	})

	return item, err
}
