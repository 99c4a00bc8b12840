package dynamodb

import (
	"context"
	"errors"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

type transactItem struct {
	ConditionCheck *deleteItemInput
	Delete         *deleteItemInput
	Put            *putItemInput
	Update         *updateItemInput
}

// transactWrite is one write of a transaction, after its checks.
type transactWrite struct {
	table      *table
	key        []byte
	conditions conditions
	only       condition
	change     func(old attribute.Map) (attribute.Map, error) // nil only checks the condition.
}

// cancellation is the reason why one item cancels a transaction; the code None means that it
// does not.
type cancellation struct {
	Code    string
	Message string        `json:",omitempty"`
	Item    attribute.Map `json:",omitempty"`
}

// transactWrite checks one write. Its permission is that of the single operation.
func (s *Service) transactWrite(ctx context.Context, in *transactItem) (write transactWrite, err error) {
	given := 0

	for _, present := range []bool{in.ConditionCheck != nil, in.Delete != nil, in.Put != nil, in.Update != nil} {
		if present {
			given++
		}
	}

	if given != 1 {
		return write, validation("TransactItems can only contain one of Check, Put, Update or Delete")
	}

	switch {
	case in.Put != nil:
		return s.transactPut(ctx, in.Put)
	case in.Update != nil:
		return s.transactUpdate(ctx, in.Update)
	case in.Delete != nil:
		write, err = s.transactKey(ctx, "DeleteItem", in.Delete)
		write.change = func(attribute.Map) (attribute.Map, error) { return nil, nil } //nolint:nilnil // The write removes the item.

		return write, err
	default:
		if in.ConditionCheck.ConditionExpression == nil {
			return write, validation("The expression can not be empty;")
		}

		return s.transactKey(ctx, "ConditionCheckItem", in.ConditionCheck)
	}
}

func (s *Service) transactPut(ctx context.Context, in *putItemInput) (write transactWrite, err error) {
	if write.table, err = s.tableFor(ctx, "PutItem", in.TableName, ""); err != nil {
		return write, err
	}

	if write.only, err = in.parse(); err != nil {
		return write, err
	}

	key, item, err := write.table.checkPut(in.Item)
	write.key, write.conditions = key, in.conditions
	write.change = func(attribute.Map) (attribute.Map, error) { return item, nil }

	return write, errors.Join(in.check(returnNone), err)
}

func (s *Service) transactUpdate(ctx context.Context, in *updateItemInput) (write transactWrite, err error) {
	if write.table, err = s.tableFor(ctx, "UpdateItem", in.TableName, ""); err != nil {
		return write, err
	}

	update, only, err := in.parse()
	if err != nil {
		return write, err
	}

	key, encoded, err := write.table.decodeKey(in.Key)
	if err != nil {
		return write, err
	}

	t := write.table
	write.key, write.only, write.conditions = encoded, only, in.conditions
	write.change = func(old attribute.Map) (attribute.Map, error) {
		if old == nil {
			old = key
		}

		return t.apply(update, old)
	}

	return write, errors.Join(in.check(returnNone), t.checkUpdate(update))
}

func (s *Service) transactKey(ctx context.Context, action string, in *deleteItemInput) (write transactWrite, err error) {
	if write.table, err = s.tableFor(ctx, action, in.TableName, ""); err != nil {
		return write, err
	}

	if write.only, err = in.parse(); err != nil {
		return write, err
	}

	_, write.key, err = write.table.decodeKey(in.Key)
	write.conditions = in.conditions

	return write, errors.Join(in.check(returnNone), err)
}

// run evaluates the condition and returns the new item, or the reason for a cancellation.
func (w transactWrite) run(old attribute.Map) (attribute.Map, *cancellation, error) {
	if !w.only.match(old) {
		reason := &cancellation{Code: "ConditionalCheckFailed", Message: "The conditional request failed"}
		if w.conditions.ReturnValuesOnConditionCheckFailure == returnAllOld {
			reason.Item = old
		}

		return nil, reason, nil
	}

	if w.change == nil {
		return nil, nil, nil
	}

	item, err := w.change(old)

	var (
		badValue      *attribute.Error
		badExpression *expression.Error
	)

	failure, refused := errors.AsType[*awsapi.Error](err)

	switch {
	case refused:
		return nil, &cancellation{Code: "ValidationError", Message: failure.Message}, nil
	case errors.As(err, &badValue):
		return nil, &cancellation{Code: "ValidationError", Message: badValue.Message}, nil
	case errors.As(err, &badExpression):
		return nil, &cancellation{Code: "ValidationError", Message: badExpression.Message}, nil
	default:
		return item, nil, err
	}
}
