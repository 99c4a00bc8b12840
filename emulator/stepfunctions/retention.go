package stepfunctions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// retention is how long an execution, its history and its name are kept after its end.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions
const retention = 90 * 24 * time.Hour

// DefaultKeepExecutions is the number of ended executions to keep, the newest. Step
// Functions has no such limit. The emulator has one because its disk is limited. An
// execution of the pipeline takes about 10 KiB.
const DefaultKeepExecutions = 10_000

// forgetEvery is the number of ended executions after which old executions are removed.
const forgetEvery = 500

// maxForgotten limits the number of executions that one transaction removes.
const maxForgotten = 100

// forgetOld removes the executions whose retention is over, so that the database does not
// grow forever. It runs at every start.
func (s *Service) forgetOld() error {
	for more := true; more; {
		err := s.commits.Commit(func(tx *bbolt.Tx) error {
			old, err := oldExecutions(tx, time.Now().Add(-retention), s.keep())
			if err != nil {
				return err
			}

			more = len(old) == maxForgotten

			for _, indexed := range old {
				if err := removeExecution(tx, indexed); err != nil {
					return err
				}
			}

			return nil
		})
		if err != nil {
			return fmt.Errorf("remove executions that ended more than 90 days ago: %w", err)
		}
	}

	return nil
}

// keep returns the number of ended executions to keep.
func (s *Service) keep() int {
	if s.config.KeepExecutions > 0 {
		return s.config.KeepExecutions
	}

	return DefaultKeepExecutions
}

// countEnded counts ended executions. It removes the oldest executions after every
// forgetEvery of them.
func (s *Service) countEnded() {
	if s.ended.Add(1)%forgetEvery != 0 {
		return
	}

	s.background(func() {
		if err := s.forgetOld(); err != nil && s.ctx.Err() == nil {
			s.config.Logger.Error("remove old executions: failed; they will be removed at the next start", "error", err)
		}
	})
}

// endedExecution is an execution that has ended, with its index key.
type endedExecution struct {
	indexed []byte
	stopped time.Time
}

// oldExecutions returns the index keys of at most maxForgotten executions. They ended
// before a time, or they are the oldest of more executions than are kept.
func oldExecutions(tx *bbolt.Tx, before time.Time, keep int) ([][]byte, error) {
	ended, err := endedExecutions(tx)
	if err != nil {
		return nil, err
	}

	slices.SortFunc(ended, func(a, b endedExecution) int { return a.stopped.Compare(b.stopped) })

	var old [][]byte

	for i, x := range ended {
		if len(old) == maxForgotten || !x.stopped.Before(before) && len(ended)-i <= keep {
			break
		}

		old = append(old, bytes.Clone(x.indexed))
	}

	return old, nil
}

// endedExecutions returns the executions that may be removed. The child executions of a Map
// Run are removed after its own execution, because a redrive of that execution needs them.
func endedExecutions(tx *bbolt.Tx) ([]endedExecution, error) {
	var ended []endedExecution

	runs := tx.Bucket([]byte(mapRunsBucket))

	err := tx.Bucket([]byte(indexBucket)).ForEach(func(k, v []byte) error {
		var listed summary
		if err := json.Unmarshal(v, &listed); err != nil {
			return fmt.Errorf("read the index: %w", err)
		}

		list, _, _ := bytes.Cut(k, []byte{0})
		if !listed.Stopped.IsZero() && runs.Get(list) == nil {
			ended = append(ended, endedExecution{indexed: k, stopped: listed.Stopped})
		}

		return nil
	})

	return ended, err
}

// removeExecution removes all data of the execution that an index key names.
func removeExecution(tx *bbolt.Tx, indexed []byte) error {
	machine, _, _ := strings.Cut(string(indexed), "\x00")
	key := []byte(indexedKey(indexed, machine))
	every := func([]byte) (bool, error) { return true, nil }

	if err := removeKeys(tx.Bucket([]byte(historyBucket)), append(bytes.Clone(key), 0), every); err != nil {
		return err
	}

	if err := removeMapRuns(tx, key); err != nil {
		return err
	}

	for bucket, k := range map[string][]byte{executionsBucket: key, redrivesBucket: key, indexBucket: indexed} {
		if err := tx.Bucket([]byte(bucket)).Delete(k); err != nil {
			return err
		}
	}

	return nil
}
