package dynamodb

import (
	"context"

	"triptych/emulator/dynamodb/attribute"
)

type deleteItemInput struct {
	conditions

	Key attribute.JSONMap
}

// deleteItem answers DeleteItem. A missing item is not an error.
func (s *Service) deleteItem(ctx context.Context, in deleteItemInput) (writeOutput, error) {
	t, err := s.tableFor(ctx, "DeleteItem", in.TableName, "")
	if err != nil {
		return writeOutput{}, err
	}

	if err := in.check(returnNone, returnAllOld); err != nil {
		return writeOutput{}, err
	}

	only, err := in.parse()
	if err != nil {
		return writeOutput{}, err
	}

	_, key, err := t.decodeKey(in.Key)
	if err != nil {
		return writeOutput{}, err
	}

	old, _, err := s.write(t, key, in.conditions, only,
		func(attribute.Map) (attribute.Map, error) { return nil, nil }) //nolint:nilnil // The write removes the item.
	if err != nil || in.ReturnValues != returnAllOld {
		return writeOutput{}, err
	}

	return writeOutput{Attributes: old}, nil
}
