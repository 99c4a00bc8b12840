package stepfunctions

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

// mapRunRecord is a Map Run and the execution that it belongs to.
type mapRunRecord struct {
	asl.MapRun

	Execution string `json:"execution"` // The execution's key.
}

// applyMapRuns stores the changed Map Runs of an execution.
func (c *change) applyMapRuns(tx *bbolt.Tx) error {
	for _, run := range c.mapRuns {
		_, key, _ := strings.Cut(run.ARN, ":mapRun:")
		if err := putJSON(tx.Bucket([]byte(mapRunsBucket)), key, mapRunRecord{MapRun: run, Execution: c.key}); err != nil {
			return err
		}

		indexed := binary.BigEndian.AppendUint64(indexPrefix(c.key), uint64(run.Started.UnixNano()))
		if err := tx.Bucket([]byte(mapRunIndexBucket)).Put(append(indexed, key...), []byte{}); err != nil {
			return err
		}
	}

	return nil
}

// mapRunRecord reads the record of a Map Run.
func (s *Service) mapRunRecord(arn string) (mapRunRecord, bool, error) {
	var text []byte

	_, key, _ := strings.Cut(arn, ":mapRun:")

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		text = bytes.Clone(tx.Bucket([]byte(mapRunsBucket)).Get([]byte(key)))

		return nil
	})
	if err != nil || text == nil {
		return mapRunRecord{}, false, err
	}

	var record mapRunRecord
	if err := json.Unmarshal(text, &record); err != nil {
		return mapRunRecord{}, false, fmt.Errorf("read the Map Run %s: %w", key, err)
	}

	return record, true, nil
}

// removeMapRuns removes the Map Runs of an execution.
func removeMapRuns(tx *bbolt.Tx, execution []byte) error {
	index, runs := tx.Bucket([]byte(mapRunIndexBucket)), tx.Bucket([]byte(mapRunsBucket))
	prefix := indexPrefix(string(execution))

	var found [][]byte

	cursor := index.Cursor()
	for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
		found = append(found, bytes.Clone(k))
	}

	for _, k := range found {
		if err := runs.Delete([]byte(indexedKey(k, string(execution)))); err != nil {
			return err
		}

		if err := index.Delete(k); err != nil {
			return err
		}
	}

	return nil
}
