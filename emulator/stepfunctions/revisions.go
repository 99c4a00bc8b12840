package stepfunctions

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

// hashLength is the length of a revision's hash: SHA-256, in hex.
const hashLength = 2 * sha256.Size

// revisionRecord is a definition that executions were started with, or can be started with.
type revisionRecord struct {
	Machine    string    `json:"machine"`
	RoleARN    string    `json:"roleArn"`
	Definition string    `json:"definition"`
	Created    time.Time `json:"created"`
	Initial    bool      `json:"initial,omitempty"` // The machine was created with it.
}

// revision is a parsed definition.
type revision struct {
	revisionRecord

	hash    string
	machine *asl.Machine
}

// machineOf returns the machine that an execution runs, by the execution's key. For a child
// execution, "machine/label:name", it is the machine of the Map state with the label.
func (r *revision) machineOf(key string) *asl.Machine {
	labelled, _, _ := strings.Cut(key, ":")

	_, label, isChild := strings.Cut(labelled, "/")
	if !isChild {
		return r.machine
	}

	child, _ := r.machine.Child(label) // It exists, because this definition started the child.

	return child
}

// shownID returns the revision ID of an execution's definition. AWS has none before the
// first update of a machine.
func (r *revision) shownID() string {
	if r.Initial {
		return ""
	}

	return r.id()
}

// id returns the revision ID as AWS shows it: a UUID, which is made from the hash here.
func (r *revision) id() string {
	h := r.hash

	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

// clock is the real clock.
type clock struct{}

func (clock) Now() time.Time { return time.Now() }

// newRevision parses a definition of a machine.
func newRevision(name, roleARN, definition string) (*revision, error) {
	parsed, err := asl.Parse([]byte(definition))
	if err != nil {
		return nil, err
	}

	record := revisionRecord{Machine: name, RoleARN: roleARN, Definition: definition, Created: time.Now().UTC()}

	return &revision{revisionRecord: record, hash: hash(record), machine: asl.New(parsed, clock{}, nil)}, nil
}

// keep stores a new revision. If the revision exists already, keep loads its stored record.
func (r *revision) keep(tx *bbolt.Tx) error {
	revisions := tx.Bucket([]byte(revisionsBucket))
	if known := revisions.Get([]byte(r.hash)); known != nil {
		return json.Unmarshal(known, &r.revisionRecord)
	}

	return putJSON(revisions, r.hash, r.revisionRecord)
}

func putJSON(bucket *bbolt.Bucket, key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}

	return bucket.Put([]byte(key), text)
}

// hash returns the hash that identifies a definition of a machine.
func hash(r revisionRecord) string {
	text, _ := json.Marshal([]string{r.Machine, r.RoleARN, r.Definition}) // A slice of strings can always be marshaled.
	sum := sha256.Sum256(text)

	return hex.EncodeToString(sum[:])
}

// revision finds a revision by its hash, whether it is the machine's current revision or a
// former one.
func (s *Service) revision(hash string) (*revision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if known := s.revisions[hash]; known != nil {
		return known, nil
	}

	var text []byte

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		text = bytes.Clone(tx.Bucket([]byte(revisionsBucket)).Get([]byte(hash)))

		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read revision %s: %w", hash, err)
	}

	rev := &revision{hash: hash}
	if err := json.Unmarshal(text, &rev.revisionRecord); err != nil {
		return nil, fmt.Errorf("read revision %s: %w", hash, err)
	}

	definition, err := asl.Parse([]byte(rev.Definition))
	if err != nil {
		return nil, fmt.Errorf("parse revision %s of %s: %w", hash, rev.Machine, err)
	}

	rev.machine = asl.New(definition, clock{}, nil)
	s.revisions[hash] = rev

	return rev, nil
}
