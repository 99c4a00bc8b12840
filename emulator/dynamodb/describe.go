package dynamodb

import (
	"context"
	"fmt"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"
)

type throughput struct{ NumberOfDecreasesToday, ReadCapacityUnits, WriteCapacityUnits int }

type describeTableInput struct{ TableName string }

type describeTableOutput struct{ Table tableDescription }

// The shapes of DescribeTable.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
type (
	tableDescription struct {
		TableName              string
		TableArn               string
		TableStatus            string
		CreationDateTime       int64 // seconds since 1970
		AttributeDefinitions   []attributeDefinition
		KeySchema              []keyElement
		GlobalSecondaryIndexes []indexDescription `json:",omitempty"`
		ProvisionedThroughput  throughput
		BillingModeSummary     billingMode
		ItemCount              int
		TableSizeBytes         int

		DeletionProtectionEnabled bool
	}
	indexDescription struct {
		IndexName   string
		IndexArn    string
		IndexStatus string
		// It has no capacity of its own. AWS returns zeros then.
		ProvisionedThroughput throughput
		KeySchema             []keyElement
		Projection            projectionDescription
		ItemCount             int
	}
	projectionDescription struct {
		ProjectionType   string
		NonKeyAttributes []string `json:",omitempty"`
	}
	attributeDefinition struct{ AttributeName, AttributeType string }
	keyElement          struct{ AttributeName, KeyType string }
	billingMode         struct{ BillingMode string }
)

const statusActive = "ACTIVE"

// describeTable answers DescribeTable. Counts and sizes are exact; AWS updates them every
// six hours.
func (s *Service) describeTable(ctx context.Context, in describeTableInput) (describeTableOutput, error) {
	t, err := s.tableFor(ctx, "DescribeTable", in.TableName, "")
	if err != nil {
		return describeTableOutput{}, err
	}

	description, err := s.describe(t)

	return describeTableOutput{Table: description}, err
}

// describe describes a table.
func (s *Service) describe(t *table) (tableDescription, error) {
	description := tableDescription{
		DeletionProtectionEnabled: t.settings.Protected,
		TableName:                 t.Name,
		TableArn:                  s.arnPrefix + t.Name,
		TableStatus:               statusActive,
		CreationDateTime:          t.created.Unix(),
		KeySchema:                 t.elements(),
		BillingModeSummary:        billingMode{BillingMode: "PAY_PER_REQUEST"},
	}

	for _, key := range t.keyAttributes() {
		description.AttributeDefinitions = append(description.AttributeDefinitions,
			attributeDefinition{AttributeName: key.Name, AttributeType: string(key.Type)})
	}

	err := s.db.View(func(tx *bolt.Tx) error {
		stats := tx.Bucket(t.itemBucket()).Stats()
		description.ItemCount = stats.KeyN
		description.TableSizeBytes = stats.LeafInuse

		for _, index := range t.Indexes {
			described := index.describe(s.arnPrefix + t.Name)
			described.ItemCount = tx.Bucket(t.indexBucket(index)).Stats().KeyN
			description.GlobalSecondaryIndexes = append(description.GlobalSecondaryIndexes, described)
		}

		return nil
	})
	if err != nil {
		return tableDescription{}, fmt.Errorf("measure table %s: %w", t.Name, err)
	}

	return description, nil
}

func (i Index) describe(tableARN string) indexDescription {
	description := indexDescription{
		IndexName:   i.Name,
		IndexArn:    tableARN + "/index/" + i.Name,
		IndexStatus: statusActive,
		KeySchema:   i.elements(),
		Projection:  projectionDescription{ProjectionType: "ALL"},
	}

	switch {
	case i.Projection.KeysOnly && len(i.Projection.NonKeyAttributes) > 0:
		description.Projection = projectionDescription{ProjectionType: "INCLUDE", NonKeyAttributes: i.Projection.NonKeyAttributes}
	case i.Projection.KeysOnly:
		description.Projection.ProjectionType = "KEYS_ONLY"
	}

	return description
}

func (s KeySchema) elements() []keyElement {
	elements := []keyElement{{AttributeName: s.PartitionKey.Name, KeyType: "HASH"}}
	if s.SortKey != (Key{}) {
		elements = append(elements, keyElement{AttributeName: s.SortKey.Name, KeyType: "RANGE"})
	}

	return elements
}

type listTablesInput struct {
	ExclusiveStartTableName string
	Limit                   *int
}

type listTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitempty"`
}

// maxListedTables is the largest and the default Limit of ListTables.
const maxListedTables = 100

// listTables answers ListTables with the names in order.
func (s *Service) listTables(ctx context.Context, in listTablesInput) (listTablesOutput, error) {
	if err := s.authorize(ctx, "dynamodb:ListTables", "*"); err != nil {
		return listTablesOutput{}, err
	}

	limit := maxListedTables

	if in.Limit != nil {
		limit = *in.Limit
		if limit < 1 || limit > maxListedTables {
			return listTablesOutput{}, validation("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
				"Member must have value between 1 and %d", limit, maxListedTables)
		}
	}

	names := slices.Sorted(maps.Keys(s.tables))
	names = slices.DeleteFunc(names, func(name string) bool { return name <= in.ExclusiveStartTableName })

	if len(names) <= limit {
		return listTablesOutput{TableNames: names}, nil
	}

	return listTablesOutput{TableNames: names[:limit], LastEvaluatedTableName: names[limit-1]}, nil
}
