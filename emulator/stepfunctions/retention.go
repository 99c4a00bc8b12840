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

// retention is how long an execution, its history and its name are kept after its
// end.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions
const retention = 90 * 24 * time.Hour

// DefaultKeepExecutions is how many ended executions are kept, the newest. Step
// Functions has no such bound; a laptop's disk has. An execution of the pipeline takes
// some 10 KiB.
const DefaultKeepExecutions = 10_000

// forgetEvery is after how many ended executions the oldest are looked for.
const forgetEvery = 500

// maxForgotten bounds how many executions one transaction forgets.
const maxForgotten = 100

// forgetOld removes the executions whose retention is over, so that the database
// of a laptop that is used for years has an end. It is asked at every start.
func (s *Service) forgetOld() error {
	for more := true; more; {
		err := s.commits.commit(func(tx *bbolt.Tx) error {
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
			return fmt.Errorf("forget executions from more than 90 days ago: %w", err)
		}
	}

	return nil
}

// keep is how many ended executions are kept.
func (s *Service) keep() int {
	if s.config.KeepExecutions > 0 {
		return s.config.KeepExecutions
	}

	return DefaultKeepExecutions
}

// countEnded forgets the oldest executions when many have ended.
func (s *Service) countEnded() {
	if s.ended.Add(1)%forgetEvery != 0 {
		return
	}

	s.background(func() {
		if err := s.forgetOld(); err != nil && s.ctx.Err() == nil {
			s.config.Logger.Error("old executions were not forgotten; they will be at the next start", "error", err)
		}
	})
}

// endedExecution is an execution that has ended, by its index key.
type endedExecution struct {
	indexed []byte
	stopped time.Time
}

// oldExecutions are the index keys of at most maxForgotten executions that ended
// before a time, or that are the oldest of more than are kept.
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

// endedExecutions are those that may be forgotten. The child executions of a Map Run
// go after its own execution: what redrives it asks for them.
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

// removeExecution removes everything of the execution that an index key names.
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
