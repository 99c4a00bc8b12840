package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb/attribute"
)

type createTableInput struct {
	TableName                 string
	AttributeDefinitions      []attributeDefinition
	KeySchema                 []keyElement
	GlobalSecondaryIndexes    []createIndexInput
	BillingMode               string
	DeletionProtectionEnabled bool
	Tags                      []tag
	LocalSecondaryIndexes     []json.RawMessage
	SSESpecification          *struct{ Enabled bool }
	StreamSpecification       *struct{ StreamEnabled bool }
}

type createIndexInput struct {
	IndexName  string
	KeySchema  []keyElement
	Projection projectionDescription
}

// createTable answers CreateTable. The table is active at once.
func (s *Service) createTable(ctx context.Context, in createTableInput) (map[string]tableDescription, error) {
	if err := s.authorize(ctx, "dynamodb:CreateTable", s.arnPrefix+in.TableName); err != nil {
		return nil, err
	}

	switch {
	case len(in.LocalSecondaryIndexes) > 0:
		return nil, validation("the emulator's DynamoDB does not support local secondary indexes")
	case in.SSESpecification != nil && in.SSESpecification.Enabled:
		return nil, validation("the emulator's DynamoDB does not support encryption with KMS")
	case in.StreamSpecification != nil && in.StreamSpecification.StreamEnabled:
		return nil, validation("the emulator's DynamoDB does not support streams")
	case in.BillingMode != "PAY_PER_REQUEST":
		return nil, validation("the emulator's DynamoDB supports only the billing mode PAY_PER_REQUEST")
	}

	declared, err := in.table()
	if err != nil {
		return nil, err
	}

	if err := declared.validate(); err != nil {
		return nil, validation("One or more parameter values were invalid: %s", strings.ReplaceAll(err.Error(), errConfig.Error()+": ", ""))
	}

	if s.tables[in.TableName] != nil {
		return nil, awsapi.Errorf("ResourceInUseException", "Table already exists: %s", in.TableName)
	}

	made := createdTable{declared, settings{Tags: tagMap(in.Tags), Protected: in.DeletionProtectionEnabled}}

	if err := s.storeCreated(in.TableName, &made); err != nil {
		return nil, fmt.Errorf("create table %s: %w", in.TableName, err)
	}

	if err := s.openOne(made); err != nil {
		return nil, err
	}

	description, err := s.describe(s.tables[in.TableName])

	return map[string]tableDescription{"TableDescription": description}, err
}

// table returns the declaration of a new table.
func (in createTableInput) table() (Table, error) { //nolint:cyclop // One check for each part of the request.
	types := map[string]attribute.Kind{}
	for _, one := range in.AttributeDefinitions {
		types[one.AttributeName] = attribute.Kind(one.AttributeType)
	}

	used := map[string]bool{}

	schema := func(elements []keyElement) (KeySchema, error) {
		var keys KeySchema

		for i, element := range elements {
			kind, defined := types[element.AttributeName]
			if !defined {
				return keys, validation("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. "+
					"Keys: [%s], AttributeDefinitions: %v", element.AttributeName, slices.Sorted(maps.Keys(types)))
			}

			used[element.AttributeName] = true
			key := Key{Name: element.AttributeName, Type: kind}

			switch {
			case i == 0 && element.KeyType == "HASH":
				keys.PartitionKey = key
			case i == 1 && element.KeyType == "RANGE":
				keys.SortKey = key
			default:
				return keys, validation("Invalid KeySchema: a HASH key, and then at most one RANGE key, are wanted")
			}
		}

		return keys, nil
	}

	keys, err := schema(in.KeySchema)
	if err != nil {
		return Table{}, err
	}

	made := Table{Name: in.TableName, KeySchema: keys}

	for _, index := range in.GlobalSecondaryIndexes {
		keys, err := schema(index.KeySchema)
		if err != nil {
			return Table{}, err
		}

		one := Index{Name: index.IndexName, KeySchema: keys}

		switch index.Projection.ProjectionType {
		case "ALL":
		case "KEYS_ONLY", "INCLUDE":
			one.Projection = Projection{KeysOnly: true, NonKeyAttributes: index.Projection.NonKeyAttributes}
		default:
			return Table{}, validation("One or more parameter values were invalid: Unknown ProjectionType: %s", index.Projection.ProjectionType)
		}

		made.Indexes = append(made.Indexes, one)
	}

	if len(used) != len(types) {
		return Table{}, validation("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match " +
			"number of attributes defined in AttributeDefinitions")
	}

	return made, nil
}

type updateTableInput struct {
	TableName                 string
	DeletionProtectionEnabled *bool
	BillingMode               string

	AttributeDefinitions, GlobalSecondaryIndexUpdates, ProvisionedThroughput, StreamSpecification, SSESpecification, ReplicaUpdates json.RawMessage
}

// updateTable answers UpdateTable for the protection against deletion.
func (s *Service) updateTable(ctx context.Context, in updateTableInput) (map[string]tableDescription, error) {
	t, err := s.changeable(ctx, "UpdateTable", in.TableName)
	if err != nil {
		return nil, err
	}

	if in.GlobalSecondaryIndexUpdates != nil || in.ProvisionedThroughput != nil || in.StreamSpecification != nil || in.SSESpecification != nil || in.ReplicaUpdates != nil {
		return nil, validation("the emulator's DynamoDB can update only DeletionProtectionEnabled")
	}

	changed := t.settings
	if in.DeletionProtectionEnabled != nil {
		changed.Protected = *in.DeletionProtectionEnabled
	}

	if err := s.save(t, t.Table, changed); err != nil {
		return nil, err
	}

	description, err := s.describe(s.tables[t.Name])

	return map[string]tableDescription{"TableDescription": description}, err
}

// deleteTable answers DeleteTable. Its items are deleted at once.
func (s *Service) deleteTable(ctx context.Context, in describeTableInput) (map[string]tableDescription, error) {
	t, err := s.changeable(ctx, "DeleteTable", in.TableName)
	if err != nil {
		return nil, err
	}

	if t.settings.Protected {
		return nil, validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}

	description, err := s.describe(t)
	if err != nil {
		return nil, err
	}

	err = s.db.Update(func(tx *bolt.Tx) error {
		problems := []error{tx.Bucket([]byte(schemaBucket)).Delete([]byte(t.Name)), tx.Bucket([]byte(createdBucket)).Delete([]byte(t.Name))}
		for _, bucket := range append(t.derivedBuckets(), t.itemBucket()) {
			problems = append(problems, tx.DeleteBucket(bucket))
		}

		return errors.Join(problems...)
	})
	if err != nil {
		return nil, fmt.Errorf("delete table %s: %w", t.Name, err)
	}

	delete(s.tables, t.Name)

	description.TableStatus = "DELETING"

	return map[string]tableDescription{"TableDescription": description}, nil
}
