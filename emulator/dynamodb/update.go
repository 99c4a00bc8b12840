package dynamodb

import (
	"context"

	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

type updateItemInput struct {
	conditions

	Key              attribute.JSONMap
	UpdateExpression *string
}

// updateItem answers UpdateItem: it changes the item, or creates it if there is none.
// Without an UpdateExpression the new item has only its key.
func (s *Service) updateItem(ctx context.Context, in updateItemInput) (writeOutput, error) {
	t, err := s.tableFor(ctx, "UpdateItem", in.TableName, "")
	if err != nil {
		return writeOutput{}, err
	}

	if err := in.check(returnNone, returnAllOld, returnAllNew, returnUpdatedOld, returnUpdatedNew); err != nil {
		return writeOutput{}, err
	}

	update, only, err := in.parse()
	if err != nil {
		return writeOutput{}, err
	}

	key, encoded, err := t.decodeKey(in.Key)
	if err != nil {
		return writeOutput{}, err
	}

	if err := t.checkUpdate(update); err != nil {
		return writeOutput{}, err
	}

	old, item, err := s.write(t, encoded, in.conditions, only, func(old attribute.Map) (attribute.Map, error) {
		if old == nil {
			old = key
		}

		return t.apply(update, old)
	})
	if err != nil {
		return writeOutput{}, err
	}

	return writeOutput{Attributes: in.returned(update, old, item)}, nil
}

// parse parses both expressions. update is nil if there is none.
func (in updateItemInput) parse() (update *expression.Update, only condition, err error) {
	placeholders, err := in.placeholders(in.UpdateExpression != nil || in.ConditionExpression != nil,
		"UpdateExpression and ConditionExpression are null")
	if err != nil {
		return nil, condition{}, err
	}

	if in.UpdateExpression != nil {
		update, err = expression.ParseUpdate(*in.UpdateExpression, placeholders)
		if err != nil {
			return nil, condition{}, err
		}
	}

	only, err = parseCondition(expression.ConditionExpression, in.ConditionExpression, placeholders)
	if err != nil {
		return nil, condition{}, err
	}

	return update, only, placeholders.Unused()
}

// checkUpdate rejects a change of a key.
func (t *table) checkUpdate(update *expression.Update) error {
	if update == nil {
		return nil
	}

	for _, path := range update.Paths() {
		if t.has(path[0].Name) {
			return validation("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key",
				path[0].Name)
		}
	}

	return nil
}

func (t *table) apply(update *expression.Update, old attribute.Map) (attribute.Map, error) {
	if update == nil {
		return old, nil
	}

	item, err := update.Apply(old)
	if err != nil {
		return nil, err
	}

	if err := t.checkItem(item); err != nil {
		return nil, err
	}

	switch {
	case item.ItemSize() > attribute.MaxItemBytes:
		return nil, validation("Item size to update has exceeded the maximum allowed size")
	case item.Depth() > attribute.MaxDepth:
		return nil, validation("Nesting Levels have exceeded supported limits")
	default:
		return item, nil
	}
}

// returned selects the attributes for ReturnValues. UPDATED_OLD and UPDATED_NEW are the
// values at the update's paths before and after.
func (in updateItemInput) returned(update *expression.Update, old, item attribute.Map) attribute.Map {
	switch in.ReturnValues {
	case returnAllOld:
		return old
	case returnAllNew:
		return item
	case returnUpdatedOld:
		return updated(update, old)
	case returnUpdatedNew:
		return updated(update, item)
	default:
		return nil
	}
}

func updated(update *expression.Update, item attribute.Map) attribute.Map {
	if update == nil {
		return nil
	}

	return expression.ProjectionOf(update.Paths()).Apply(item)
}
