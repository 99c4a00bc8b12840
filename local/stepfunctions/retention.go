package stepfunctions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// retention is how long an execution, its history and its name are kept after its
// end.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions
const retention = 90 * 24 * time.Hour

// maxForgotten bounds how many executions one transaction forgets.
const maxForgotten = 100

// forgetOld removes the executions whose retention is over, so that the database
// of a laptop that is used for years has an end. It is asked at every start.
func (s *Service) forgetOld() error {
	for more := true; more; {
		err := s.commits.commit(func(tx *bbolt.Tx) error {
			old, err := oldExecutions(tx, time.Now().Add(-retention))
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

// oldExecutions are the index keys of executions that ended before a time.
func oldExecutions(tx *bbolt.Tx, before time.Time) ([][]byte, error) {
	var old [][]byte

	cursor := tx.Bucket([]byte(indexBucket)).Cursor()

	for k, v := cursor.First(); k != nil && len(old) < maxForgotten; k, v = cursor.Next() {
		var listed summary
		if err := json.Unmarshal(v, &listed); err != nil {
			return nil, fmt.Errorf("read the index: %w", err)
		}

		if !listed.Stopped.IsZero() && listed.Stopped.Before(before) {
			old = append(old, bytes.Clone(k))
		}
	}

	return old, nil
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
