package dynamodb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/local/dynamodb/attribute"
)

// The buckets. Neither "/" nor "#" can stand in a table's name.
//
//	dynamodb.tables            name → schema
//	dynamodb.{table}           primary key → item
//	dynamodb.{table}/{index}   index key, primary key → primary key
//	dynamodb.{table}#expiry    expiry, primary key → primary key
const (
	bucketPrefix = "dynamodb."
	schemaBucket = bucketPrefix + "tables"
)

// table is an open table.
type table struct {
	Table

	created time.Time
}

// storedTable is what the schema bucket holds.
type storedTable struct {
	Table   Table
	Created time.Time
}

func (t *table) itemBucket() []byte { return []byte(bucketPrefix + t.Name) }

func (t *table) indexBucket(index Index) []byte {
	return []byte(bucketPrefix + t.Name + "/" + index.Name)
}

func (t *table) expiryBucket() []byte { return []byte(bucketPrefix + t.Name + "#expiry") }

// openTable makes the table, or checks that the one there has the same primary
// key; indexes and expiry that were declared otherwise are built again.
func openTable(db *bolt.DB, declared Table, now time.Time) (*table, error) {
	opened := &table{Table: declared, created: now}

	err := db.Update(func(tx *bolt.Tx) error {
		schemas, err := tx.CreateBucketIfNotExists([]byte(schemaBucket))
		if err != nil {
			return err
		}

		if stored := schemas.Get([]byte(declared.Name)); stored != nil {
			return opened.reopen(tx, schemas, stored)
		}

		if _, err := tx.CreateBucketIfNotExists(opened.itemBucket()); err != nil {
			return err
		}

		return opened.build(tx, schemas)
	})
	if err != nil {
		return nil, fmt.Errorf("open table %s: %w", declared.Name, err)
	}

	return opened, nil
}

func (t *table) reopen(tx *bolt.Tx, schemas *bolt.Bucket, stored []byte) error {
	var before storedTable
	if err := json.Unmarshal(stored, &before); err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}

	if before.Table.KeySchema != t.KeySchema {
		return fmt.Errorf("its primary key is %v and cannot become %v", before.Table.keys(), t.keys())
	}

	t.created = before.Created

	same, err := t.marshal()
	if err != nil {
		return err
	}

	if bytes.Equal(same, stored) {
		return nil
	}

	for _, index := range before.Table.Indexes {
		if err := tx.DeleteBucket(t.indexBucket(index)); err != nil {
			return err
		}
	}

	if err := tx.DeleteBucket(t.expiryBucket()); err != nil {
		return err
	}

	return t.build(tx, schemas)
}

func (t *table) marshal() ([]byte, error) {
	//nolint:wrapcheck // The caller says which table.
	return json.Marshal(storedTable{Table: t.Table, Created: t.created})
}

// build writes the schema, and the indexes of the items that are there.
func (t *table) build(tx *bolt.Tx, schemas *bolt.Bucket) error {
	schema, err := t.marshal()
	if err != nil {
		return err
	}

	if err := schemas.Put([]byte(t.Name), schema); err != nil {
		return err
	}

	if _, err := tx.CreateBucketIfNotExists(t.expiryBucket()); err != nil {
		return err
	}

	for _, index := range t.Indexes {
		if _, err := tx.CreateBucketIfNotExists(t.indexBucket(index)); err != nil {
			return err
		}
	}

	return tx.Bucket(t.itemBucket()).ForEach(func(key, stored []byte) error {
		item, err := decodeItem(stored)
		if err != nil {
			return err
		}

		return t.link(tx, key, nil, item)
	})
}

// load reads an item, nil where there is none.
func (t *table) load(tx *bolt.Tx, key []byte) (attribute.Map, error) {
	stored := tx.Bucket(t.itemBucket()).Get(key)
	if stored == nil {
		return nil, nil //nolint:nilnil // No item is an answer.
	}

	return decodeItem(stored)
}

func decodeItem(stored []byte) (attribute.Map, error) {
	var wire attribute.JSONMap
	if err := json.Unmarshal(stored, &wire); err != nil {
		return nil, fmt.Errorf("decode a stored item: %w", err)
	}

	item, err := wire.Map()
	if err != nil {
		return nil, fmt.Errorf("decode a stored item: %s", err.Error()) // Not the caller's fault: no ValidationException.
	}

	return item, nil
}

// store replaces the item under a key, and its places in the indexes; item is
// nil to delete it.
func (t *table) store(tx *bolt.Tx, key []byte, old, item attribute.Map) error {
	items := tx.Bucket(t.itemBucket())

	if item == nil {
		if err := items.Delete(key); err != nil {
			return err
		}
	} else if err := items.Put(key, item.AppendJSON(nil)); err != nil {
		return err
	}

	return t.link(tx, key, old, item)
}

// link moves the entries of one item in the indexes and in the expiry.
func (t *table) link(tx *bolt.Tx, key []byte, old, item attribute.Map) error {
	for _, index := range t.Indexes {
		if err := move(tx.Bucket(t.indexBucket(index)), key, index.entry(old, key), index.entry(item, key)); err != nil {
			return err
		}
	}

	return move(tx.Bucket(t.expiryBucket()), key, t.expiryEntry(old, key), t.expiryEntry(item, key))
}

// entry is the key under which an item stands in the index, nil where it does
// not. An item that was there before the index may have a key of a wrong type:
// it is left out.
func (i Index) entry(item attribute.Map, key []byte) []byte {
	if i.check(item) != nil {
		return nil
	}

	encoded, ok := i.encode(item)
	if !ok {
		return nil
	}

	return append(encoded, key...)
}

func move(bucket *bolt.Bucket, key, from, to []byte) error {
	if bytes.Equal(from, to) {
		return nil
	}

	if from != nil {
		if err := bucket.Delete(from); err != nil {
			return err
		}
	}

	if to == nil {
		return nil
	}

	return bucket.Put(to, key)
}
