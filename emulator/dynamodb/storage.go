package dynamodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/dynamodb/attribute"
)

// The buckets of the database. A table's name contains neither "/" nor "#".
//
//	dynamodb.tables            name → schema
//	dynamodb.{table}           primary key → item
//	dynamodb.{table}/{index}   index key, primary key → primary key
//	dynamodb.{table}#expiry    expiry, primary key → primary key
const (
	bucketPrefix = "dynamodb."
	schemaBucket = bucketPrefix + "tables"
)

// errStored reports invalid data on disk.
var errStored = errors.New("dynamodb: a stored item cannot be read")

// table is an open table.
type table struct {
	Table

	created  time.Time
	settings settings
}

// storedTable is an entry of the schema bucket.
type storedTable struct {
	Table   Table     `json:"table"`
	Created time.Time `json:"created"`
}

func (t *table) itemBucket() []byte { return []byte(bucketPrefix + t.Name) }

func (t *table) indexBucket(index Index) []byte {
	return []byte(bucketPrefix + t.Name + "/" + index.Name)
}

func (t *table) expiryBucket() []byte { return []byte(bucketPrefix + t.Name + "#expiry") }

// openTable creates the table, or checks that the existing one has the same primary key.
// It rebuilds indexes and expiry whose declaration has changed.
func openTable(db *bolt.DB, declared Table, now time.Time) (*table, error) {
	opened := &table{Table: declared, created: now}

	err := db.Update(func(tx *bolt.Tx) error {
		schemas, err := tx.CreateBucketIfNotExists([]byte(schemaBucket))
		if err != nil {
			return fmt.Errorf("make bucket %s: %w", schemaBucket, err)
		}

		if stored := schemas.Get([]byte(declared.Name)); stored != nil {
			return opened.reopen(tx, schemas, stored)
		}

		if err := makeBuckets(tx, opened.itemBucket()); err != nil {
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
		return fmt.Errorf("%w: its primary key is %v and cannot become %v", errConfig, before.Table.keys(), t.keys())
	}

	t.created = before.Created

	same, err := t.marshal()
	if err != nil {
		return err
	}

	if bytes.Equal(same, stored) {
		return nil
	}

	for _, bucket := range (&table{Table: before.Table}).derivedBuckets() {
		if err := tx.DeleteBucket(bucket); err != nil {
			return fmt.Errorf("delete bucket %s: %w", bucket, err)
		}
	}

	return t.build(tx, schemas)
}

func (t *table) marshal() ([]byte, error) {
	schema, err := json.Marshal(storedTable{Table: t.Table, Created: t.created})
	if err != nil {
		return nil, fmt.Errorf("encode the schema: %w", err)
	}

	return schema, nil
}

// build writes the schema, and the indexes of the existing items.
func (t *table) build(tx *bolt.Tx, schemas *bolt.Bucket) error {
	schema, err := t.marshal()
	if err != nil {
		return err
	}

	if err := schemas.Put([]byte(t.Name), schema); err != nil {
		return fmt.Errorf("write the schema: %w", err)
	}

	if err := makeBuckets(tx, t.derivedBuckets()...); err != nil {
		return err
	}

	cursor := tx.Bucket(t.itemBucket()).Cursor()
	for key, stored := cursor.First(); key != nil; key, stored = cursor.Next() {
		item, err := decodeItem(stored)
		if err != nil {
			return err
		}

		if err := t.link(tx, key, nil, item); err != nil {
			return err
		}
	}

	return nil
}

// derivedBuckets lists the buckets that can be rebuilt from the items.
func (t *table) derivedBuckets() [][]byte {
	buckets := make([][]byte, 0, 1+len(t.Indexes))
	buckets = append(buckets, t.expiryBucket())

	for _, index := range t.Indexes {
		buckets = append(buckets, t.indexBucket(index))
	}

	return buckets
}

func makeBuckets(tx *bolt.Tx, names ...[]byte) error {
	for _, name := range names {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("make bucket %s: %w", name, err)
		}
	}

	return nil
}

// load reads an item. It returns nil if there is no item.
func (t *table) load(tx *bolt.Tx, key []byte) (attribute.Map, error) {
	stored := tx.Bucket(t.itemBucket()).Get(key)
	if stored == nil {
		return nil, nil //nolint:nilnil // A missing item is not an error.
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
		// This is not the caller's error, so it must not look like an invalid value in
		// the request.
		return nil, fmt.Errorf("%w: %s", errStored, err.Error())
	}

	return item, nil
}

// store replaces the item under a key, and its entries in the indexes; item is nil to
// delete it.
func (t *table) store(tx *bolt.Tx, key []byte, old, item attribute.Map) error {
	items := tx.Bucket(t.itemBucket())

	if item == nil {
		if err := items.Delete(key); err != nil {
			return fmt.Errorf("delete an item of table %s: %w", t.Name, err)
		}
	} else if err := items.Put(key, item.AppendJSON(nil)); err != nil {
		return fmt.Errorf("write an item of table %s: %w", t.Name, err)
	}

	return t.link(tx, key, old, item)
}

// link replaces the entries of one item in the indexes and in the expiry bucket.
func (t *table) link(tx *bolt.Tx, key []byte, old, item attribute.Map) error {
	for _, index := range t.Indexes {
		if err := move(tx.Bucket(t.indexBucket(index)), key, index.entry(old, key), index.entry(item, key)); err != nil {
			return err
		}
	}

	return move(tx.Bucket(t.expiryBucket()), key, t.expiryEntry(old, key), t.expiryEntry(item, key))
}

// entry returns the key of an item in the index, or nil if the item is not in the index.
// An item that is older than the index may have a key attribute of a wrong type; it is
// not in the index.
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
			return fmt.Errorf("delete an index entry: %w", err)
		}
	}

	if to == nil {
		return nil
	}

	if err := bucket.Put(to, key); err != nil {
		return fmt.Errorf("write an index entry: %w", err)
	}

	return nil
}
