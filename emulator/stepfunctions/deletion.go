package stepfunctions

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

// A machine that is being deleted accepts no new executions. Its running executions end as
// ABORTED when they next enter a state. When the last execution has ended, the machine is
// removed, together with its executions and their histories.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html

// endIfDeleting stops an execution that would enter a state, if its machine is being
// deleted. The execution is locked.
func (s *Service) endIfDeleting(e *execution, effects asl.Effects) (asl.Effects, error) {
	entersState := slices.ContainsFunc(effects.Events, func(event asl.HistoryEvent) bool {
		return strings.HasSuffix(string(event.Type), "StateEntered")
	})
	if effects.Outcome != nil || !entersState {
		return effects, nil
	}

	if m := s.machineNamed(parentName(e.key)); m == nil || !m.record.Deleting {
		return effects, nil
	}

	stopped, err := e.machine().Stop(e.x, asl.Failure{})
	stopped.Events = append(effects.Events, stopped.Events...)

	return stopped, err
}

// executionEnded continues a deletion that waited for the execution's end.
func (s *Service) executionEnded(key string) {
	name := parentName(key)
	if m := s.machineNamed(name); m != nil && m.record.Deleting {
		s.background(func() { s.finishDeletion(name) })
	}
}

// finishDeletions continues the deletions that a former process started.
func (s *Service) finishDeletions() {
	s.mu.Lock()

	var deleting []string

	for name, m := range s.machines {
		if m.record.Deleting {
			deleting = append(deleting, name)
		}
	}
	s.mu.Unlock()

	for _, name := range deleting {
		s.finishDeletion(name)
	}
}

// finishDeletion removes a machine that is being deleted, unless one of its executions is
// running.
func (s *Service) finishDeletion(name string) {
	s.changing.Lock()
	defer s.changing.Unlock()

	if m := s.machineNamed(name); m == nil || !m.record.Deleting {
		return
	}

	err := s.commits.Commit(func(tx *bbolt.Tx) error { return removeMachine(tx, name) })

	switch {
	case err == nil:
		s.mu.Lock()
		delete(s.machines, name)
		s.mu.Unlock()
	case !errors.Is(err, errInUse) && s.ctx.Err() == nil:
		s.config.Logger.Error("delete state machine: failed; it will be deleted at the next start", "machine", name, "error", err)
	}
}

func removeMachine(tx *bbolt.Tx, name string) error {
	// Keys of the machine itself, and of its Map Runs.
	for _, of := range [][]byte{[]byte(name + ":"), []byte(name + "/")} {
		if k, _ := tx.Bucket([]byte(runningBucket)).Cursor().Seek(of); bytes.HasPrefix(k, of) {
			return errInUse
		}
	}

	all := func([]byte) (bool, error) { return true, nil }

	for _, of := range [][]byte{[]byte(name + ":"), []byte(name + "/"), indexPrefix(name)} {
		for _, bucket := range []string{executionsBucket, historyBucket, redrivesBucket, indexBucket, mapRunsBucket, mapRunIndexBucket} {
			if err := removeKeys(tx.Bucket([]byte(bucket)), of, all); err != nil {
				return err
			}
		}
	}

	err := removeKeys(tx.Bucket([]byte(revisionsBucket)), nil, func(text []byte) (bool, error) {
		var record revisionRecord

		err := json.Unmarshal(text, &record)

		return record.Machine == name, err
	})
	if err != nil {
		return err
	}

	return tx.Bucket([]byte(machinesBucket)).Delete([]byte(name))
}

// removeKeys deletes the entries whose key has a prefix and whose value is chosen.
func removeKeys(bucket *bbolt.Bucket, prefix []byte, chosen func(value []byte) (bool, error)) error {
	var found [][]byte

	cursor := bucket.Cursor()

	for k, v := cursor.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		yes, err := chosen(v)
		if err != nil {
			return err
		}

		if yes {
			found = append(found, bytes.Clone(k))
		}
	}

	for _, k := range found {
		if err := bucket.Delete(k); err != nil {
			return err
		}
	}

	return nil
}
