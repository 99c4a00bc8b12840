package dynamodb

import (
	"context"

	"triptych/emulator/dynamodb/attribute"
)

type putItemInput struct {
	conditions

	Item attribute.JSONMap
}

// putItem answers PutItem: it replaces the whole item.
func (s *Service) putItem(ctx context.Context, in putItemInput) (writeOutput, error) {
	t, err := s.tableFor(ctx, "PutItem", in.TableName, "")
	if err != nil {
		return writeOutput{}, err
	}

	if err := in.check(returnNone, returnAllOld); err != nil {
		return writeOutput{}, err
	}

	item, err := in.Item.Map()
	if err != nil {
		return writeOutput{}, err
	}

	only, err := in.parse()
	if err != nil {
		return writeOutput{}, err
	}

	if err := t.checkItem(item); err != nil {
		return writeOutput{}, err
	}

	if item.ItemSize() > attribute.MaxItemBytes {
		return writeOutput{}, validation("Item size has exceeded the maximum allowed size")
	}

	key, _ := t.encode(item) // checkItem has checked that the key is there.

	old, _, err := s.write(t, key, in.conditions, only,
		func(attribute.Map) (attribute.Map, error) { return item, nil })
	if err != nil || in.ReturnValues != returnAllOld {
		return writeOutput{}, err
	}

	return writeOutput{Attributes: old}, nil
}
