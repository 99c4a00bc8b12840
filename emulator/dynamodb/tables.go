package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb/attribute"
)

// createdBucket stores the tables that were created through the API.
const createdBucket = bucketPrefix + "#created" // No table can have this name.

// settings are what a table has besides its schema.
type settings struct {
	Tags      map[string]string `json:"tags,omitempty"`
	Protected bool              `json:"protected,omitempty"` // Against deletion.
	// Recovery says that point-in-time recovery is enabled. Nothing can be recovered.
	Recovery bool `json:"recovery,omitempty"`

	declared bool // The stack's own, which cannot be changed or deleted.
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

type tag struct{ Key, Value string }

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

type timeToLive struct {
	AttributeName string `json:",omitempty"`
	Enabled       *bool  `json:",omitempty"`

	TimeToLiveStatus string `json:",omitempty"`
}

type timeToLiveInput struct {
	TableName               string
	TimeToLiveSpecification timeToLive
}

// updateTimeToLive answers UpdateTimeToLive.
func (s *Service) updateTimeToLive(ctx context.Context, in timeToLiveInput) (map[string]timeToLive, error) {
	t, err := s.changeable(ctx, "UpdateTimeToLive", in.TableName)
	if err != nil {
		return nil, err
	}

	wanted := in.TimeToLiveSpecification

	switch {
	case wanted.Enabled == nil || wanted.AttributeName == "":
		return nil, validation("1 validation error detected: TimeToLiveSpecification needs AttributeName and Enabled")
	case *wanted.Enabled == (t.TTLAttribute != ""):
		return nil, validation("TimeToLive is already %s", map[bool]string{true: "enabled", false: "disabled"}[*wanted.Enabled])
	}

	schema := t.Table
	if schema.TTLAttribute = ""; *wanted.Enabled {
		schema.TTLAttribute = wanted.AttributeName
	}

	if err := s.save(t, schema, t.settings); err != nil {
		return nil, err
	}

	return map[string]timeToLive{"TimeToLiveSpecification": {AttributeName: wanted.AttributeName, Enabled: wanted.Enabled}}, nil
}

// describeTimeToLive answers DescribeTimeToLive.
func (s *Service) describeTimeToLive(ctx context.Context, in describeTableInput) (map[string]timeToLive, error) {
	t, err := s.tableFor(ctx, "DescribeTimeToLive", in.TableName, "")
	if err != nil {
		return nil, err
	}

	status := "DISABLED"
	if t.TTLAttribute != "" {
		status = "ENABLED"
	}

	return map[string]timeToLive{"TimeToLiveDescription": {AttributeName: t.TTLAttribute, TimeToLiveStatus: status}}, nil
}

type backups struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription map[string]any
}

func describeBackups(recovery bool, created time.Time) map[string]backups {
	const days = 35

	description := map[string]any{"PointInTimeRecoveryStatus": "DISABLED"}
	if recovery {
		description = map[string]any{
			"PointInTimeRecoveryStatus": statusEnabled, "RecoveryPeriodInDays": days,
			"EarliestRestorableDateTime": created.Unix(), "LatestRestorableDateTime": created.Unix(),
		}
	}

	return map[string]backups{"ContinuousBackupsDescription": {statusEnabled, description}}
}

const statusEnabled = "ENABLED"

// describeContinuousBackups answers DescribeContinuousBackups. The emulator keeps no
// backups: the latest time to which a table could be restored is its creation.
func (s *Service) describeContinuousBackups(ctx context.Context, in describeTableInput) (map[string]backups, error) {
	t, err := s.tableFor(ctx, "DescribeContinuousBackups", in.TableName, "")
	if err != nil {
		return nil, err
	}

	return describeBackups(t.settings.Recovery, t.created), nil
}

type updateBackupsInput struct {
	TableName                        string
	PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
}

// updateContinuousBackups answers UpdateContinuousBackups.
func (s *Service) updateContinuousBackups(ctx context.Context, in updateBackupsInput) (map[string]backups, error) {
	t, err := s.changeable(ctx, "UpdateContinuousBackups", in.TableName)
	if err != nil {
		return nil, err
	}

	changed := t.settings
	changed.Recovery = in.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled

	return describeBackups(changed.Recovery, t.created), s.save(t, t.Table, changed)
}

type resourceInput struct {
	ResourceArn string
	Tags        []tag
	TagKeys     []string
}

type tagsOutput struct{ Tags []tag }

func tagMap(tags []tag) map[string]string {
	values := map[string]string{}
	for _, one := range tags {
		values[one.Key] = one.Value
	}

	return values
}

// listTagsOfResource answers ListTagsOfResource.
func (s *Service) listTagsOfResource(ctx context.Context, in resourceInput) (tagsOutput, error) {
	out := tagsOutput{Tags: []tag{}}

	t, err := s.tableFor(ctx, "ListTagsOfResource", in.ResourceArn, "")
	if err != nil {
		return out, err
	}

	for _, key := range slices.Sorted(maps.Keys(t.settings.Tags)) {
		out.Tags = append(out.Tags, tag{key, t.settings.Tags[key]})
	}

	return out, nil
}

func (s *Service) changeTags(ctx context.Context, action, arn string, change func(map[string]string)) error {
	t, err := s.changeable(ctx, action, arn)
	if err != nil {
		return err
	}

	changed := t.settings
	if changed.Tags = maps.Clone(changed.Tags); changed.Tags == nil {
		changed.Tags = map[string]string{}
	}

	change(changed.Tags)

	return s.save(t, t.Table, changed)
}

func (s *Service) tagResource(ctx context.Context, in resourceInput) (struct{}, error) {
	return struct{}{}, s.changeTags(ctx, "TagResource", in.ResourceArn, func(tags map[string]string) { maps.Copy(tags, tagMap(in.Tags)) })
}

func (s *Service) untagResource(ctx context.Context, in resourceInput) (struct{}, error) {
	return struct{}{}, s.changeTags(ctx, "UntagResource", in.ResourceArn, func(tags map[string]string) {
		maps.DeleteFunc(tags, func(key, _ string) bool { return slices.Contains(in.TagKeys, key) })
	})
}
