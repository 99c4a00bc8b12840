package dynamodb

import (
	"context"
	"errors"
	"strings"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20
)

type transactWriteInput struct {
	TransactItems      []transactItem
	ClientRequestToken string
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

func badTransaction() error {
	return validation("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and %d", maxTransaction)
}
