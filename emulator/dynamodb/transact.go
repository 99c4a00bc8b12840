package dynamodb

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20

	// tokenTime is how long a ClientRequestToken makes a transaction idempotent.
	// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
	tokenTime = 10 * time.Minute
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

func badTransaction() error {
	return validation("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and %d", maxTransaction)
}

type transactWriteInput struct {
	TransactItems      []transactItem
	ClientRequestToken string
}

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

// transactWriteItems answers TransactWriteItems: all writes, or none.
func (s *Service) transactWriteItems(ctx context.Context, in transactWriteInput) (struct{}, error) {
	if len(in.TransactItems) == 0 || len(in.TransactItems) > maxTransaction {
		return struct{}{}, badTransaction()
	}

	writes := make([]transactWrite, 0, len(in.TransactItems))
	seen := map[string]bool{}

	for i := range in.TransactItems {
		write, err := s.transactWrite(ctx, &in.TransactItems[i])
		if err != nil {
			return struct{}{}, err
		}

		id := write.table.Name + "\x00" + string(write.key)
		if seen[id] {
			return struct{}{}, validation("Transaction request cannot include multiple operations on one item")
		}

		seen[id] = true
		writes = append(writes, write)
	}

	// The token is held while the transaction runs, so that a repetition waits for it.
	done, err := s.tokens.begin(in, s.now())
	if err != nil || done == nil {
		return struct{}{}, err
	}

	err = s.runTransaction(writes)
	done(err)

	return struct{}{}, err
}

// errCancelled rolls a transaction back.
var errCancelled = errors.New("the transaction is cancelled")

func (s *Service) runTransaction(writes []transactWrite) error {
	reasons := make([]cancellation, len(writes))
	cancelled, size := false, 0

	err := s.db.Update(func(tx *bolt.Tx) error {
		for i, write := range writes {
			old, err := write.table.load(tx, write.key)
			if err != nil {
				return err
			}

			reasons[i].Code = "None"

			item, reason, err := write.run(old)
			if err != nil {
				return err
			}

			if reason != nil {
				reasons[i], cancelled = *reason, true

				continue
			}

			size += item.ItemSize()

			if write.change == nil || cancelled {
				continue
			}

			if err := write.table.store(tx, write.key, old, item); err != nil {
				return err
			}
		}

		if size > maxTransactionBytes {
			return validation("Item size has exceeded the maximum allowed size of a transaction: 4 MB")
		}

		if cancelled {
			return errCancelled
		}

		return nil
	})
	if !errors.Is(err, errCancelled) {
		return err
	}

	var codes []string
	for _, reason := range reasons {
		codes = append(codes, reason.Code)
	}

	failure := awsapi.Errorf("TransactionCanceledException",
		"Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", strings.Join(codes, ", "))
	failure.Fields = map[string]any{"CancellationReasons": reasons}

	return failure
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

// tokens remembers the ClientRequestTokens of transactions that were carried out.
type tokens struct {
	mu   sync.Mutex
	seen map[string]usedToken
}

type usedToken struct {
	request [sha256.Size]byte
	at      time.Time
}

// begin checks the token of a transaction. A nil done means that this transaction was
// carried out before. done must be called with the outcome.
func (t *tokens) begin(in transactWriteInput, now time.Time) (done func(error), err error) {
	if in.ClientRequestToken == "" {
		return func(error) {}, nil
	}

	encoded, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("encode the transaction: %w", err)
	}

	request := sha256.Sum256(encoded)

	t.mu.Lock()

	for token, used := range t.seen {
		if now.Sub(used.at) > tokenTime {
			delete(t.seen, token)
		}
	}

	if used, known := t.seen[in.ClientRequestToken]; known {
		defer t.mu.Unlock()

		if used.request != request {
			return nil, awsapi.Errorf("IdempotentParameterMismatchException", "DynamoDB rejected the request because you retried a request "+
				"with a different payload but with an idempotent token that was already used.")
		}

		return nil, nil //nolint:nilnil // See the comment of begin.
	}

	return func(err error) {
		defer t.mu.Unlock()

		if err == nil {
			if t.seen == nil {
				t.seen = map[string]usedToken{}
			}

			t.seen[in.ClientRequestToken] = usedToken{request, now}
		}
	}, nil
}
