package dynamodb

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"triptych/emulator/awsapi"
)

// tokenTime is how long a ClientRequestToken makes a transaction idempotent.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const tokenTime = 10 * time.Minute

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
