package stepfunctions

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"go.etcd.io/bbolt"
)

// machineRecord is the stored data of a machine, apart from its definition.
type machineRecord struct {
	Revision string                `json:"revision"`
	Created  time.Time             `json:"created"`
	Updated  time.Time             `json:"updated"`
	Managed  bool                  `json:"managed,omitempty"` // It was created by CreateStateMachine, so it exists without being configured.
	Deleting bool                  `json:"deleting,omitempty"`
	Changed  bool                  `json:"changed,omitempty"` // It was updated after its creation.
	Tags     map[string]string     `json:"tags,omitempty"`
	Logging  *loggingConfiguration `json:"logging,omitempty"`
	Tracing  bool                  `json:"tracing,omitempty"`

	Versions    []versionRecord        `json:"versions,omitempty"`    // In the order of their numbers.
	LastVersion int                    `json:"lastVersion,omitempty"` // The highest number that was ever used.
	Aliases     map[string]aliasRecord `json:"aliases,omitempty"`
}

// machine is the current version of a state machine. It is immutable: a change creates a
// new one.
type machine struct {
	*revision

	record machineRecord
	arn    string

	// Of the version and the alias in the ARN that the machine was found by.
	version              versionRecord
	versionARN, aliasARN string
}

func (m *machine) status() string {
	if m.record.Deleting {
		return "DELETING"
	}

	return "ACTIVE"
}

// machineNamed finds a machine. It returns nil if there is no machine with this name.
func (s *Service) machineNamed(name string) *machine {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.machines[name]
}

// install sets the configured machines to their configuration, even if the API has changed
// them since the last start. A Terraform apply does the same.
func (s *Service) install() error {
	for _, m := range s.config.Machines {
		rev, err := newRevision(m.Name, m.RoleARN, string(m.Definition))
		if err != nil {
			return fmt.Errorf("parse the definition of %s: %w", m.Name, err)
		}

		err = s.setMachine(m.Name, rev, func(record *machineRecord) {
			record.Managed, record.Deleting = false, false

			if record.Logging == nil && m.LogGroup != "" {
				record.Logging = loggingOf(s.config.Region, s.config.Account, m.LogGroup, logError, true)
			}
		})
		if err != nil {
			return fmt.Errorf("store the definition of %s: %w", m.Name, err)
		}
	}

	return nil
}

// loadMachines reads the machines that were created by the API.
func (s *Service) loadMachines() error {
	found := map[string]machineRecord{}

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(machinesBucket)).ForEach(func(name, text []byte) error {
			var record machineRecord
			if err := json.Unmarshal(text, &record); err != nil {
				return fmt.Errorf("read the machine %s: %w", name, err)
			}

			if record.Managed {
				found[string(name)] = record
			}

			return nil
		})
	})
	if err != nil {
		return err
	}

	for name, record := range found {
		rev, err := s.revision(record.Revision)
		if err != nil {
			return err
		}

		s.machines[name] = &machine{revision: rev, record: record, arn: MachineARN(s.config.Region, s.config.Account, name)}
	}

	return nil
}

// setMachine stores a machine with a revision and the other changes of its record. The next
// execution uses them.
func (s *Service) setMachine(name string, rev *revision, change func(*machineRecord)) error {
	now := time.Now().UTC()
	next := &machine{revision: rev, arn: MachineARN(s.config.Region, s.config.Account, name)}

	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		record, found, err := readMachine(tx, name)
		if err != nil {
			return err
		}

		if !found {
			rev.Initial = true
		}

		if err := rev.keep(tx); err != nil {
			return err
		}

		if !found {
			record.Created = now
		}

		if record.Revision != rev.hash {
			record.Changed = record.Changed || found
			record.Revision, record.Updated = rev.hash, now
		}

		record.Tags = maps.Clone(record.Tags) // The old map is still in use by readers.
		change(&record)

		next.record = record

		return putJSON(tx.Bucket([]byte(machinesBucket)), name, record)
	})
	if err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	s.machines[name] = next
	s.revisions[rev.hash] = rev

	return nil
}

func readMachine(tx *bbolt.Tx, name string) (record machineRecord, found bool, err error) {
	text := tx.Bucket([]byte(machinesBucket)).Get([]byte(name))
	if text == nil {
		return machineRecord{}, false, nil
	}

	if err := json.Unmarshal(text, &record); err != nil {
		return machineRecord{}, false, fmt.Errorf("read the machine %s: %w", name, err)
	}

	return record, true, nil
}
