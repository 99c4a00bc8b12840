package stepfunctions

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

// Names of the buckets. An execution's key is "machine:name".
const (
	machinesBucket    = "states.machines"      // Machine name → machineRecord.
	revisionsBucket   = "states.revisions"     // Hash → revisionRecord.
	executionsBucket  = "states.executions"    // Key → hash of the revision, then the JSON of asl.Execution, compressed once it has ended.
	runningBucket     = "states.running"       // Key → nothing. Holds the unfinished executions.
	indexBucket       = "states.index"         // Machine name or Map Run's key, 0, start time, key → summary.
	historyBucket     = "states.history"       // Key, 0, event id → the JSON of asl.HistoryEvent, compressed.
	redrivesBucket    = "states.redrives"      // Key → the tokens of the latest redrives, see redriveRecord.
	mapRunsBucket     = "states.mapruns"       // "machine/label:id" → mapRunRecord.
	mapRunIndexBucket = "states.mapruns.index" // Execution's key, 0, start time, Map Run's key → nothing.
	crashesBucket     = "states.crashes"       // Key → how many times in a row its evaluation has killed the process.
	outboxBucket      = "states.outbox"        // Number → a statusChange that the bus has not accepted yet.
)

// summary is the data of an execution that ListExecutions returns.
type summary struct {
	Status       asl.Status `json:"status"`
	Started      time.Time  `json:"started"`
	Stopped      time.Time  `json:"stopped,omitzero"`
	RedriveCount int        `json:"redriveCount,omitempty"`
	RedriveDate  time.Time  `json:"redriveDate,omitzero"`
	VersionARN   string     `json:"versionArn,omitempty"`
	AliasARN     string     `json:"aliasArn,omitempty"`
}

func summarize(x *asl.Execution) summary {
	return summary{Status: x.Status(), Started: x.Started(), Stopped: x.Stopped(), RedriveCount: x.RedriveCount(), RedriveDate: x.RedriveDate(),
		VersionARN: x.Options().VersionARN, AliasARN: x.Options().AliasARN}
}

func createBuckets(db *bbolt.DB) error {
	return db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{machinesBucket, revisionsBucket, executionsBucket, runningBucket, indexBucket, historyBucket, redrivesBucket, mapRunsBucket, mapRunIndexBucket, crashesBucket, outboxBucket} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return fmt.Errorf("create the bucket %s: %w", name, err)
			}
		}

		return nil
	})
}

func historyKey(key string, id int64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(key), 0), uint64(id)) //nolint:gosec // IDs are positive.
}

func indexPrefix(machine string) []byte { return append([]byte(machine), 0) }

// indexKey returns the key of an execution in the index, under its machine or its Map Run.
func indexKey(key, mapRunARN string, started time.Time) []byte {
	list, _, _ := strings.Cut(key, ":")
	if _, run, isChild := strings.Cut(mapRunARN, ":mapRun:"); isChild {
		list = run
	}

	prefix := binary.BigEndian.AppendUint64(indexPrefix(list), uint64(started.UnixNano()))

	return append(prefix, key...)
}

// indexedKey returns the execution's key from an index key.
func indexedKey(k []byte, machine string) string {
	const timeBytes = 8

	return string(k[len(machine)+1+timeBytes:])
}

// change is all data that one report to an execution stores.
type change struct {
	key      string
	revision string // The hash of the revision.
	state    []byte
	summary  []byte
	indexed  []byte
	running  bool
	relist   bool // The status or a date of the summary has changed.
	events   []asl.HistoryEvent
	texts    [][]byte // The encoded events.
	redrives []byte   // The tokens, if this is a redrive.
	mapRuns  []asl.MapRun
	crashed  bool      // The execution has a crash count, which is removed.
	related  []*change // The changes of child executions, stored in the same transaction.
	outbox   []byte    // A status change, or nil.
	outboxID uint64    // Set when the change is stored.
}

// newChange encodes an execution after a report. It is called before the transaction,
// because the transaction blocks other writes.
func (s *Service) newChange(key, revision string, x *asl.Execution, events []asl.HistoryEvent) (*change, error) {
	// json.Marshal would escape <, > and & in the inputs and outputs.
	state, err := x.MarshalJSON()
	if err != nil {
		return nil, err
	}

	if x.Outcome() != nil { // It will be stored again only if it is redriven.
		state = s.codec.Compress(state)
	}

	listed, err := json.Marshal(summarize(x))
	if err != nil {
		return nil, fmt.Errorf("encode execution %s: %w", key, err)
	}

	c := &change{
		key: key, revision: revision, state: append([]byte(revision), state...), summary: listed,
		indexed: indexKey(key, x.Options().MapRunARN, x.Started()), running: x.Outcome() == nil, events: events,
	}

	for i := range events {
		text, err := json.Marshal(&events[i])
		if err != nil {
			return nil, fmt.Errorf("encode event %d of %s: %w", events[i].ID, key, err)
		}

		c.texts = append(c.texts, s.codec.Compress(text))
	}

	return c, nil
}

// create applies the change if the execution is new and its machine is not being deleted.
func (c *change) create(tx *bbolt.Tx) error {
	if tx.Bucket([]byte(executionsBucket)).Get([]byte(c.key)) != nil {
		return errExists
	}

	return c.revive(tx)
}

// revive applies the change if the execution's machine exists and is not being deleted. It
// checks this in the transaction. Otherwise a deletion could happen between the check and
// the start.
func (c *change) revive(tx *bbolt.Tx) error {
	name := parentName(c.key)

	record, found, err := readMachine(tx, name)
	if err != nil {
		return err
	}

	if !found || record.Deleting {
		return errDeleting
	}

	return c.apply(tx)
}

func (c *change) apply(tx *bbolt.Tx) error {
	if err := tx.Bucket([]byte(executionsBucket)).Put([]byte(c.key), c.state); err != nil {
		return err
	}

	if c.relist {
		if err := tx.Bucket([]byte(indexBucket)).Put(c.indexed, c.summary); err != nil {
			return err
		}

		if err := c.applyRunning(tx.Bucket([]byte(runningBucket))); err != nil {
			return err
		}
	}

	if c.redrives != nil {
		if err := tx.Bucket([]byte(redrivesBucket)).Put([]byte(c.key), c.redrives); err != nil {
			return err
		}
	}

	if c.crashed {
		if err := tx.Bucket([]byte(crashesBucket)).Delete([]byte(c.key)); err != nil {
			return err
		}
	}

	if err := c.applyMapRuns(tx); err != nil {
		return err
	}

	for _, child := range c.related {
		if err := child.apply(tx); err != nil {
			return err
		}
	}

	history := tx.Bucket([]byte(historyBucket))

	for i := range c.events {
		if err := history.Put(historyKey(c.key, c.events[i].ID), c.texts[i]); err != nil {
			return err
		}
	}

	return c.applyOutbox(tx.Bucket([]byte(outboxBucket)))
}

func (c *change) applyRunning(running *bbolt.Bucket) error {
	if c.running {
		return running.Put([]byte(c.key), []byte{})
	}

	return running.Delete([]byte(c.key))
}

func (c *change) applyOutbox(outbox *bbolt.Bucket) error {
	if c.outbox == nil {
		return nil
	}

	id, err := outbox.NextSequence()
	if err != nil {
		return err
	}

	c.outboxID = id

	return outbox.Put(binary.BigEndian.AppendUint64(nil, id), c.outbox)
}

// load reads an execution. It returns nil if the execution does not exist.
func (s *Service) load(key string) (*asl.Execution, *revision, error) {
	var stored []byte

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		stored = bytes.Clone(tx.Bucket([]byte(executionsBucket)).Get([]byte(key)))

		return nil
	})
	if err != nil || len(stored) < hashLength {
		return nil, nil, err
	}

	rev, err := s.revision(string(stored[:hashLength]))
	if err != nil {
		return nil, nil, fmt.Errorf("load execution %s: %w", key, err)
	}

	text, err := s.codec.Expand(stored[hashLength:])
	if err != nil {
		return nil, nil, fmt.Errorf("load execution %s: %w", key, err)
	}

	x := &asl.Execution{}
	if err := json.Unmarshal(text, x); err != nil {
		return nil, nil, fmt.Errorf("load execution %s: %w", key, err)
	}

	return x, rev, nil
}

// keys returns the keys of a bucket.
func (s *Service) keys(bucket string) ([][]byte, error) {
	var keys [][]byte

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(k, _ []byte) error {
			keys = append(keys, bytes.Clone(k))

			return nil
		})
	})

	return keys, err
}
