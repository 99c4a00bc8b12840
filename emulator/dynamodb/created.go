package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// createdBucket stores the tables that were created through the API.
const createdBucket = bucketPrefix + "#created" // No table can have this name.

// settings are the properties of a table that are not in its schema.
type settings struct {
	Tags      map[string]string `json:"tags,omitempty"`
	Protected bool              `json:"protected,omitempty"` // Against deletion.
	// Recovery says that point-in-time recovery is enabled. Nothing can be recovered.
	Recovery bool `json:"recovery,omitempty"`

	declared bool // The stack creates the table. It cannot be changed or deleted.
}

// createdTable is a table that was created through the API.
type createdTable struct {
	Table    Table    `json:"table"`
	Settings settings `json:"settings"`
}

// openCreated opens the tables that were created through the API.
func (s *Service) openCreated() error {
	var made []createdTable

	err := s.db.Update(func(tx *bolt.Tx) error {
		stored, err := tx.CreateBucketIfNotExists([]byte(createdBucket))
		if err != nil {
			return err
		}

		return stored.ForEach(func(name, value []byte) error {
			var one createdTable
			if err := json.Unmarshal(value, &one); err != nil {
				return fmt.Errorf("read the table %s: %w", name, err)
			}

			made = append(made, one)

			return nil
		})
	})
	if err != nil {
		return err
	}

	for _, one := range made {
		if s.tables[one.Table.Name] != nil {
			continue // The stack has a table with this name now.
		}

		if err := s.openOne(one); err != nil {
			return err
		}
	}

	return nil
}

func (s *Service) openOne(one createdTable) error {
	opened, err := openTable(s.db, one.Table, s.now())
	if err != nil {
		return err
	}

	opened.settings = one.Settings
	s.tables[one.Table.Name] = opened

	return nil
}

// storeCreated stores the settings of a created table, or removes it.
func (s *Service) storeCreated(name string, one *createdTable) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if one == nil {
			return tx.Bucket([]byte(createdBucket)).Delete([]byte(name))
		}

		encoded, err := json.Marshal(one)
		if err != nil {
			return err
		}

		return tx.Bucket([]byte(createdBucket)).Put([]byte(name), encoded)
	})
}

// changeable finds a table that is not the stack's own.
func (s *Service) changeable(ctx context.Context, action, name string) (*table, error) {
	t, err := s.tableFor(ctx, action, name, "")
	if err != nil {
		return nil, err
	}

	if t.settings.declared {
		return nil, awsapi.Errorf("ResourceInUseException", "The table %s is the emulator's own stack's, which cannot be changed or deleted.", t.Name)
	}

	return t, nil
}

// save stores changed settings and a changed schema of a table.
func (s *Service) save(t *table, schema Table, changed settings) error {
	made := createdTable{schema, changed}
	if err := s.storeCreated(t.Name, &made); err != nil {
		return fmt.Errorf("change table %s: %w", t.Name, err)
	}

	return s.openOne(made)
}
