package dynamodb

import (
	"triptych/emulator/dynamodb/attribute"
)

// decodeKey decodes the Key of a request, which must have exactly the table's key
// attributes, and encodes it as bytes.
func (t *table) decodeKey(wire attribute.JSONMap) (key attribute.Map, encoded []byte, err error) {
	key, err = wire.Map()
	if err != nil {
		return nil, nil, err
	}

	if len(key) != len(t.keys()) {
		return nil, nil, keyMismatch()
	}

	for _, part := range t.keys() {
		if value := key[part.Name]; value == nil || value.Kind() != part.Type {
			return nil, nil, keyMismatch()
		}
	}

	if err := t.checkKeySizes(key); err != nil {
		return nil, nil, err
	}

	encoded, _ = t.encode(key)

	return key, encoded, nil
}

func keyMismatch() error { return validation("The provided key element does not match the schema") }

// checkItem checks a table's requirements on an item: its key, the types of index keys,
// and its size.
func (t *table) checkItem(item attribute.Map) error {
	for _, part := range t.keys() {
		value := item[part.Name]
		if value == nil {
			return validation("One or more parameter values were invalid: Missing the key %s in the item", part.Name)
		}

		if value.Kind() != part.Type {
			return validation("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s",
				part.Name, part.Type, value.Kind())
		}
	}

	if err := t.checkKeySizes(item); err != nil {
		return err
	}

	for _, index := range t.Indexes {
		if err := index.check(item); err != nil {
			return err
		}
	}

	return nil
}

func (t *table) checkKeySizes(item attribute.Map) error {
	for _, part := range t.keys() {
		value := item[part.Name]

		if isEmpty(value) {
			return validation("One or more parameter values are not valid. The AttributeValue for a key attribute "+
				"cannot contain an empty %s value. Key: %s", emptyName(value), part.Name)
		}

		switch {
		case part == t.PartitionKey && value.Size() > maxPartitionKeyBytes:
			// The message of DynamoDB also has no space after "of".
			return validation("One or more parameter values were invalid: "+
				"Size of hashkey has exceeded the maximum size limit of%d bytes", maxPartitionKeyBytes)
		case part == t.SortKey && value.Size() > maxSortKeyBytes:
			return validation("One or more parameter values were invalid: "+
				"Aggregated size of all range keys has exceeded the size limit of %d bytes", maxSortKeyBytes)
		}
	}

	return nil
}

// check rejects an item whose attribute cannot be this index's key. A missing attribute
// is allowed.
func (i Index) check(item attribute.Map) error {
	for _, part := range i.keys() {
		value := item[part.Name]

		switch {
		case value == nil:
			continue
		case value.Kind() != part.Type:
			return validation("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
				part.Name, part.Type, value.Kind(), i.Name)
		case isEmpty(value):
			return validation("One or more parameter values are not valid. A value specified for a secondary index key is not supported. "+
				"The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s",
				emptyName(value), i.Name, part.Name)
		case part == i.PartitionKey && value.Size() > maxPartitionKeyBytes,
			part == i.SortKey && value.Size() > maxSortKeyBytes:
			return validation("One or more parameter values were invalid: Size of secondary index key %s has exceeded the maximum size limit",
				part.Name)
		}
	}

	return nil
}

func isEmpty(v attribute.Value) bool {
	switch v := v.(type) {
	case attribute.String:
		return v == ""
	case attribute.Binary:
		return v == ""
	default:
		return false
	}
}

func emptyName(v attribute.Value) string {
	if v.Kind() == attribute.KindBinary {
		return "binary"
	}

	return "string"
}
