package stepfunctions

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

type getExecutionHistoryInput struct {
	ExecutionARN         string `json:"executionArn"`
	IncludeExecutionData *bool  `json:"includeExecutionData"`
	MaxResults           int    `json:"maxResults"`
	NextToken            string `json:"nextToken"`
	ReverseOrder         bool   `json:"reverseOrder"`
}

type getExecutionHistoryOutput struct {
	Events    []json.RawMessage `json:"events"`
	NextToken string            `json:"nextToken,omitempty"`
}

func (s *Service) getExecutionHistory(ctx context.Context, in getExecutionHistoryInput) (getExecutionHistoryOutput, error) {
	key, err := s.authorized(ctx, "states:GetExecutionHistory", in.ExecutionARN)
	if err != nil {
		return getExecutionHistoryOutput{}, err
	}

	size := pageSize(in.MaxResults)

	prefix := append([]byte(key), 0)
	list := fmt.Sprintf("events of %s, reverse %t", key, in.ReverseOrder)

	var after []byte // The key of the last event on the previous page.

	if in.NextToken != "" {
		id, err := readToken(list, in.NextToken)
		if err != nil {
			return getExecutionHistoryOutput{}, err
		}

		after = append(bytes.Clone(prefix), id...)
	}

	out := getExecutionHistoryOutput{Events: []json.RawMessage{}}

	err = s.config.DB.View(func(tx *bbolt.Tx) error {
		if tx.Bucket([]byte(executionsBucket)).Get([]byte(key)) == nil {
			return noExecution(in.ExecutionARN)
		}

		walk := newHistoryWalk(tx.Bucket([]byte(historyBucket)).Cursor(), prefix, in.ReverseOrder)

		var last []byte

		for k, v := walk.first(after); bytes.HasPrefix(k, prefix); k, v = walk.next() {
			if len(out.Events) == size {
				out.NextToken = newToken(list, last)

				break
			}

			text, err := s.shown(v, in.IncludeExecutionData == nil || *in.IncludeExecutionData)
			if err != nil {
				return err
			}

			last = bytes.TrimPrefix(k, prefix)

			out.Events = append(out.Events, text)
		}

		return nil
	})

	return out, err
}

// shown returns an event as the API returns it.
func (s *Service) shown(stored []byte, withData bool) (json.RawMessage, error) {
	text, err := s.codec.Expand(stored)
	if err != nil || withData {
		return text, err
	}

	var event asl.HistoryEvent
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, fmt.Errorf("read an event: %w", err)
	}

	return json.Marshal(event.WithoutData())
}

// historyWalk iterates over the events of an execution, in either direction.
type historyWalk struct {
	cursor  *bbolt.Cursor
	prefix  []byte
	reverse bool
}

func newHistoryWalk(cursor *bbolt.Cursor, prefix []byte, reverse bool) *historyWalk {
	return &historyWalk{cursor: cursor, prefix: prefix, reverse: reverse}
}

// first returns the event that follows after, or the first event if after is empty.
func (w *historyWalk) first(after []byte) (k, v []byte) {
	switch {
	case w.reverse && after == nil:
		return lastBefore(w.cursor, binary.BigEndian.AppendUint64(bytes.Clone(w.prefix), 1<<63))
	case w.reverse:
		return lastBefore(w.cursor, after)
	case after == nil:
		return w.cursor.Seek(w.prefix)
	default:
		return w.cursor.Seek(append(after, 0)) // The smallest key that is greater than after.
	}
}

func (w *historyWalk) next() (k, v []byte) {
	if w.reverse {
		return w.cursor.Prev()
	}

	return w.cursor.Next()
}
