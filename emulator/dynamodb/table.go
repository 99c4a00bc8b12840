package dynamodb

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"triptych/emulator/dynamodb/attribute"
)

// Table declares a table.
type Table struct {
	KeySchema

	Name string
	// Indexes are the global secondary indexes.
	Indexes []Index
	// TTLAttribute is the attribute with an item's expiry, a Number of seconds since
	// 1970; "" means that items do not expire.
	TTLAttribute string

	// What the API reports about the table.
	Tags      map[string]string `json:"-"`
	Recovery  bool              `json:"-"` // Point-in-time recovery is enabled.
	Protected bool              `json:"-"` // The table is protected against deletion.
}

// Index declares a global secondary index. Items that lack one of its key
// attributes are not in it.
type Index struct {
	KeySchema

	Name       string
	Projection Projection
}

// KeySchema is the primary key of a table or the key of an index.
type KeySchema struct {
	PartitionKey Key
	SortKey      Key // The zero Key if there is none.
}

// Key is a key attribute; its type is S, N or B.
type Key struct {
	Name string
	Type attribute.Kind
}

// Projection selects the attributes that an index contains besides the keys. The zero
// Projection selects all.
type Projection struct {
	// KeysOnly excludes everything except the keys and NonKeyAttributes.
	KeysOnly         bool
	NonKeyAttributes []string
}

// Key sizes and names.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const (
	maxPartitionKeyBytes = 2048
	maxSortKeyBytes      = 1024
	namePattern          = `^[a-zA-Z0-9_.-]{3,255}$`
)

// errConfig is wrapped by every error of New about its Config.
var errConfig = errors.New("dynamodb: invalid configuration")

func (t Table) validate() error {
	names := regexp.MustCompile(namePattern)
	problems := []error{t.KeySchema.validate(fmt.Sprintf("table %q", t.Name))}

	if !names.MatchString(t.Name) {
		problems = append(problems, fmt.Errorf("%w: table name %q does not match %s", errConfig, t.Name, namePattern))
	}

	for i, index := range t.Indexes {
		where := fmt.Sprintf("index %q of table %q", index.Name, t.Name)
		problems = append(problems, index.validate(where))

		if !names.MatchString(index.Name) {
			problems = append(problems, fmt.Errorf("%w: the name of %s does not match %s", errConfig, where, namePattern))
		}

		if slices.ContainsFunc(t.Indexes[:i], func(other Index) bool { return other.Name == index.Name }) {
			problems = append(problems, fmt.Errorf("%w: %s is declared twice", errConfig, where))
		}
	}

	problems = append(problems, t.validateTypes())

	return errors.Join(problems...)
}

// validateTypes checks that an attribute has one type in all keys that use it.
func (t Table) validateTypes() error {
	types := map[string]attribute.Kind{}

	for _, key := range t.keyAttributes() {
		if other, seen := types[key.Name]; seen && other != key.Type {
			return fmt.Errorf("%w: key attribute %q of table %q is both %s and %s", errConfig, key.Name, t.Name, other, key.Type)
		}

		types[key.Name] = key.Type
	}

	return nil
}

// keyAttributes lists the key attributes of the table and its indexes, each once.
func (t Table) keyAttributes() []Key {
	keys := t.keys()

	for _, index := range t.Indexes {
		for _, key := range index.keys() {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}

	return keys
}

func (s KeySchema) validate(where string) error {
	var problems []error

	for _, key := range s.keys() {
		if key.Name == "" {
			problems = append(problems, fmt.Errorf("%w: %s has a key without a name", errConfig, where))
		}

		if key.Type != attribute.KindString && key.Type != attribute.KindNumber && key.Type != attribute.KindBinary {
			problems = append(problems, fmt.Errorf("%w: key %q of %s has type %q, want S, N or B", errConfig, key.Name, where, key.Type))
		}
	}

	return errors.Join(problems...)
}

// keys lists the partition key and the sort key, if there is one.
func (s KeySchema) keys() []Key {
	if s.SortKey == (Key{}) {
		return []Key{s.PartitionKey}
	}

	return []Key{s.PartitionKey, s.SortKey}
}

// of returns the key attributes of an item.
func (s KeySchema) of(item attribute.Map) attribute.Map {
	picked := attribute.Map{}

	for _, key := range s.keys() {
		if value := item[key.Name]; value != nil {
			picked[key.Name] = value
		}
	}

	return picked
}

func (s KeySchema) has(name string) bool {
	return slices.ContainsFunc(s.keys(), func(key Key) bool { return key.Name == name })
}

// encode encodes the key of an item as bytes that sort in the key's order. ok is false if
// the item lacks a part of the key. The types have been checked before.
func (s KeySchema) encode(item attribute.Map) (encoded []byte, ok bool) {
	for _, key := range s.keys() {
		encoded, ok = attribute.AppendOrdered(encoded, item[key.Name])
		if !ok {
			return nil, false
		}
	}

	return encoded, true
}
