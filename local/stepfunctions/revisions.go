package stepfunctions

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"triptych/statemachine/asl"
)

// hashLength is the length of a revision's hash: SHA-256, in hex.
const hashLength = 2 * sha256.Size

// revisionRecord is a definition that executions were, or may be, started with.
type revisionRecord struct {
	Machine    string    `json:"machine"`
	RoleARN    string    `json:"roleArn"`
	Definition string    `json:"definition"`
	Created    time.Time `json:"created"`
}

// machineRecord is a machine's current revision.
type machineRecord struct {
	Revision string    `json:"revision"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
}

// revision is a definition that is ready to run.
type revision struct {
	revisionRecord

	hash    string
	machine *asl.Machine
}

// id is the revision id as AWS shows it: a UUID, here made of the hash.
func (r *revision) id() string {
	h := r.hash

	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

// machine is a configured state machine.
type machine struct {
	*revision

	record machineRecord
	arn    string
}

// clock is the real one.
type clock struct{}

func (clock) Now() time.Time { return time.Now() }

// install records the configured machines, and the revisions that are new.
func (s *Service) install() error {
	for _, m := range s.config.Machines {
		definition, err := asl.Parse(m.Definition)
		if err != nil {
			return fmt.Errorf("parse the definition of %s: %w", m.Name, err)
		}

		record := revisionRecord{Machine: m.Name, RoleARN: m.RoleARN, Definition: string(m.Definition)}
		rev := &revision{revisionRecord: record, hash: hash(record), machine: asl.New(definition, clock{}, nil)}
		installed := &machine{arn: MachineARN(s.config.Region, s.config.Account, m.Name), revision: rev}

		if err := s.config.DB.Update(installed.install); err != nil {
			return fmt.Errorf("record the definition of %s: %w", m.Name, err)
		}

		s.machines[m.Name] = installed
		s.revisions[rev.hash] = rev
	}

	return nil
}

// install writes what is new, and reads what is not.
func (m *machine) install(tx *bbolt.Tx) error {
	now := time.Now().UTC()
	revisions, machines := tx.Bucket([]byte(revisionsBucket)), tx.Bucket([]byte(machinesBucket))

	m.Created = now

	if known := revisions.Get([]byte(m.hash)); known != nil {
		if err := json.Unmarshal(known, &m.revisionRecord); err != nil {
			return err
		}
	} else if err := putJSON(revisions, m.hash, m.revisionRecord); err != nil {
		return err
	}

	m.record = machineRecord{Revision: m.hash, Created: now, Updated: now}

	if known := machines.Get([]byte(m.Machine)); known != nil {
		var before machineRecord
		if err := json.Unmarshal(known, &before); err != nil {
			return err
		}

		if before.Revision == m.hash {
			m.record = before

			return nil
		}

		m.record.Created = before.Created
	}

	return putJSON(machines, m.Machine, m.record)
}

func putJSON(bucket *bbolt.Bucket, key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}

	return bucket.Put([]byte(key), text)
}

// hash identifies a definition of a machine.
func hash(r revisionRecord) string {
	text, _ := json.Marshal([]string{r.Machine, r.RoleARN, r.Definition}) // Strings always marshal.
	sum := sha256.Sum256(text)

	return hex.EncodeToString(sum[:])
}

// revision finds a revision, of a machine as it is or as it once was.
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
