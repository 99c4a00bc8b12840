package dynamodb

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/dynamodb/expression"
)

type transactGetInput struct {
	TransactItems []struct{ Get *getItemInput }
}

type transactGetOutput struct {
	Responses []getItemOutput
}

// transactGetItems answers TransactGetItems: all items as of one moment.
func (s *Service) transactGetItems(ctx context.Context, in transactGetInput) (transactGetOutput, error) {
	var out transactGetOutput

	if len(in.TransactItems) == 0 || len(in.TransactItems) > maxTransaction {
		return out, badTransaction()
	}

	type read struct {
		table      *table
		key        []byte
		projection *expression.Projection
	}

	var reads []read

	for _, one := range in.TransactItems {
		if one.Get == nil {
			return out, validation("TransactItems can only contain one of Check, Put, Update or Delete, or Get")
		}

		t, err := s.tableFor(ctx, "GetItem", one.Get.TableName, "")
		if err != nil {
			return out, err
		}

		placeholders, err := one.Get.placeholders(one.Get.ProjectionExpression != nil, "")
		if err != nil {
			return out, err
		}

		projection, err := parseProjection(one.Get.ProjectionExpression, placeholders)
		if err != nil {
			return out, err
		}

		_, key, err := t.decodeKey(one.Get.Key)
		if err != nil {
			return out, err
		}

		reads = append(reads, read{t, key, projection})
	}

	err := s.db.View(func(tx *bolt.Tx) error {
		for _, one := range reads {
			item, err := one.table.load(tx, one.key)
			if err != nil {
				return err
			}

			var response getItemOutput

			if item != nil {
				item = project(one.projection, item)
				response.Item = &item
			}

			out.Responses = append(out.Responses, response)
		}

		return nil
	})

	return out, err
}
