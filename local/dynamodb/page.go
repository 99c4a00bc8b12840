package dynamodb

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"triptych/local/dynamodb/attribute"
	"triptych/local/dynamodb/expression"
)

// maxPageBytes is how much one Query or Scan reads.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
const maxPageBytes = 1 << 20

// Select's values.
const (
	selectAll       = "ALL_ATTRIBUTES"
	selectProjected = "ALL_PROJECTED_ATTRIBUTES"
	selectSpecific  = "SPECIFIC_ATTRIBUTES"
	selectCount     = "COUNT"
)

// paging are the members that Query and Scan share.
type paging struct {
	substitutions
	legacy

	TableName            string
	IndexName            *string
	ConsistentRead       bool
	ExclusiveStartKey    attribute.JSONMap
	FilterExpression     *string
	ProjectionExpression *string
	Limit                *int
	Select               string
}

type pageOutput struct {
	Items            []attribute.Map `json:",omitzero"` // nil for COUNT
	Count            int
	ScannedCount     int
	LastEvaluatedKey attribute.Map `json:",omitempty"`
}

// source is what is read: a table, or an index of it.
type source struct {
	table  *table
	index  *Index // nil for the table
	schema KeySchema
}

// page is a checked Query or Scan.
type page struct {
	source

	from, to   []byte // from is included, to is not; nil is the bucket's end
	backward   bool
	limit      int // 0 is none
	filter     condition
	projection *expression.Projection
	countOnly  bool
}

func (p paging) indexName() string {
	if p.IndexName == nil {
		return ""
	}

	return *p.IndexName
}

// source finds the index, if one is named.
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

// check looks at the members that do not depend on the table.
func (p paging) check() error {
	if err := p.refuse(); err != nil {
		return err
	}

	if p.Limit != nil && *p.Limit < 1 {
		return validation("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value greater than or equal to 1", *p.Limit)
	}

	switch p.Select {
	case "", selectSpecific:
	case selectAll, selectCount, selectProjected:
		if p.ProjectionExpression != nil {
			return validation("Cannot specify the ProjectionExpression when choosing to get %s", p.Select)
		}
	default:
		return validation("1 validation error detected: Value '%s' at 'select' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]", p.Select)
	}

	switch {
	case p.Select == selectSpecific && p.ProjectionExpression == nil:
		return validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case p.Select == selectProjected && p.IndexName == nil:
		return validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	default:
		return nil
	}
}

// parse makes a page of everything; the caller narrows from and to.
func (p paging) parse(s source, placeholders *expression.Placeholders) (page, error) {
	result := page{source: s, countOnly: p.Select == selectCount}

	if p.Limit != nil {
		result.limit = *p.Limit
	}

	var err error

	result.filter, err = parseCondition(expression.FilterExpression, p.FilterExpression, placeholders)
	if err != nil {
		return page{}, err
	}

	result.projection, err = parseProjection(p.ProjectionExpression, placeholders)
	if err != nil {
		return page{}, err
	}

	return result, placeholders.Unused()
}

// resume narrows the page to what comes behind the ExclusiveStartKey. The item
// itself need not exist any more.
func (p *page) resume(wire attribute.JSONMap) error {
	if wire == nil {
		return nil
	}

	start, err := wire.Map()
	if err != nil {
		return validation("The provided starting key is invalid: %s", err.Error())
	}

	entry, ok := p.entry(start)
	if !ok || len(start) != len(p.keyOf(start)) {
		return validation("The provided starting key is invalid")
	}

	if bytes.Compare(entry, p.from) < 0 || p.to != nil && bytes.Compare(entry, p.to) >= 0 {
		return validation("The provided starting key is outside query boundaries based on provided conditions")
	}

	if p.backward {
		p.to = entry
	} else {
		p.from = append(entry, 0) // The next key that there can be.
	}

	return nil
}

func (s source) bucket(tx *bolt.Tx) *bolt.Bucket {
	if s.index == nil {
		return tx.Bucket(s.table.itemBucket())
	}

	return tx.Bucket(s.table.indexBucket(*s.index))
}

// entry is the key of an item in the source's bucket.
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

// keyOf is an item's LastEvaluatedKey: the table's key, and the index's.
func (s source) keyOf(item attribute.Map) attribute.Map {
	key := s.table.of(item)
	for name, value := range s.schema.of(item) {
		key[name] = value
	}

	return key
}

// visible is the part of an item that the source holds.
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

// read runs the page. The limit and the size count what is read, before the
// filter; a page that ends at either has a LastEvaluatedKey, even if nothing
// comes behind it.
func (p page) read(db *bolt.DB) (pageOutput, error) {
	var out pageOutput
	if !p.countOnly {
		out.Items = []attribute.Map{}
	}

	size := 0

	err := db.View(func(tx *bolt.Tx) error {
		cursor := p.bucket(tx).Cursor()

		for entry, stored := p.first(cursor); p.within(entry); entry, stored = p.next(cursor) {
			item, err := p.item(tx, stored)
			if err != nil {
				return err
			}

			out.ScannedCount++
			size += item.ItemSize()

			if p.filter.match(item) {
				out.Count++

				if !p.countOnly {
					out.Items = append(out.Items, project(p.projection, item))
				}
			}

			if out.ScannedCount == p.limit || size >= maxPageBytes {
				out.LastEvaluatedKey = p.keyOf(item)

				return nil
			}
		}

		return nil
	})
	if err != nil {
		return pageOutput{}, fmt.Errorf("read table %s: %w", p.table.Name, err)
	}

	return out, nil
}

// item is the visible part of what a cursor stands on: in a table's bucket the
// item, in an index's the primary key of it.
func (p page) item(tx *bolt.Tx, stored []byte) (attribute.Map, error) {
	if p.index == nil {
		return decodeItem(stored)
	}

	item, err := p.table.load(tx, stored)
	if err != nil {
		return nil, err
	}

	return p.visible(item), nil
}

func (p page) first(cursor *bolt.Cursor) (entry, stored []byte) {
	if !p.backward {
		return cursor.Seek(p.from)
	}

	if p.to == nil {
		return cursor.Last()
	}

	if entry, _ := cursor.Seek(p.to); entry == nil {
		return cursor.Last()
	}

	return cursor.Prev()
}

func (p page) next(cursor *bolt.Cursor) (entry, stored []byte) {
	if p.backward {
		return cursor.Prev()
	}

	return cursor.Next()
}

func (p page) within(entry []byte) bool {
	return entry != nil && bytes.Compare(entry, p.from) >= 0 && (p.to == nil || bytes.Compare(entry, p.to) < 0)
}
