package dynamodb

import (
	"maps"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/dynamodb/attribute"
)

// source is the target of a read: a table, or an index of it.
type source struct {
	table  *table
	index  *Index // nil for the table
	schema KeySchema
}

// source finds the index, if the request names one.
func (p paging) source(t *table) (source, error) {
	if p.IndexName == nil {
		return source{table: t, schema: t.KeySchema}, nil
	}

	for i, index := range t.Indexes {
		if index.Name != *p.IndexName {
			continue
		}

		if p.ConsistentRead {
			return source{}, validation("Consistent reads are not supported on global secondary indexes")
		}

		if p.Select == selectAll && index.Projection.KeysOnly {
			return source{}, validation("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "+
				"for global secondary index %s because its projection type is not ALL", index.Name)
		}

		return source{table: t, index: &t.Indexes[i], schema: index.KeySchema}, nil
	}

	return source{}, validation("The table does not have the specified index: %s", *p.IndexName)
}

func (s source) bucket(tx *bolt.Tx) *bolt.Bucket {
	if s.index == nil {
		return tx.Bucket(s.table.itemBucket())
	}

	return tx.Bucket(s.table.indexBucket(*s.index))
}

// entry returns the key of an item in the source's bucket.
func (s source) entry(item attribute.Map) (entry []byte, ok bool) {
	for _, schema := range []KeySchema{s.table.KeySchema, s.schema} {
		for _, key := range schema.keys() {
			if value := item[key.Name]; value == nil || value.Kind() != key.Type {
				return nil, false
			}
		}
	}

	primary, ok := s.table.encode(item)
	if !ok || s.index == nil {
		return primary, ok
	}

	entry = s.index.entry(item, primary)

	return entry, entry != nil
}

// keyOf returns the LastEvaluatedKey for an item: the table's key, and the index's.
func (s source) keyOf(item attribute.Map) attribute.Map {
	key := s.table.of(item)
	maps.Copy(key, s.schema.of(item))

	return key
}

// visible returns the part of an item that the source contains.
func (s source) visible(item attribute.Map) attribute.Map {
	if s.index == nil || !s.index.Projection.KeysOnly {
		return item
	}

	visible := s.keyOf(item)

	for _, name := range s.index.Projection.NonKeyAttributes {
		if value := item[name]; value != nil {
			visible[name] = value
		}
	}

	return visible
}
