package foreign

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// table is a planned DynamoDB table.
type table struct {
	Name      string `json:"name"`
	HashKey   string `json:"hash_key"`
	RangeKey  string `json:"range_key"`
	Attribute []struct{ Name, Type string }
	Indexes   []struct {
		Name       string `json:"name"`
		HashKey    string `json:"hash_key"`
		RangeKey   string `json:"range_key"`
		Projection string `json:"projection_type"`
	} `json:"global_secondary_index"`
}

func (t table) input() *dynamodb.CreateTableInput {
	input := &dynamodb.CreateTableInput{
		TableName: &t.Name, KeySchema: keySchema(t.HashKey, t.RangeKey), BillingMode: dynamodbtypes.BillingModePayPerRequest,
	}

	for _, a := range t.Attribute {
		input.AttributeDefinitions = append(input.AttributeDefinitions, dynamodbtypes.AttributeDefinition{
			AttributeName: aws.String(a.Name), AttributeType: dynamodbtypes.ScalarAttributeType(a.Type),
		})
	}

	for _, index := range t.Indexes {
		input.GlobalSecondaryIndexes = append(input.GlobalSecondaryIndexes, dynamodbtypes.GlobalSecondaryIndex{
			IndexName: aws.String(index.Name), KeySchema: keySchema(index.HashKey, index.RangeKey),
			Projection: &dynamodbtypes.Projection{ProjectionType: dynamodbtypes.ProjectionType(index.Projection)},
		})
	}

	return input
}

func keySchema(partition, sort string) []dynamodbtypes.KeySchemaElement {
	schema := []dynamodbtypes.KeySchemaElement{{AttributeName: aws.String(partition), KeyType: dynamodbtypes.KeyTypeHash}}
	if sort != "" {
		schema = append(schema, dynamodbtypes.KeySchemaElement{AttributeName: aws.String(sort), KeyType: dynamodbtypes.KeyTypeRange})
	}

	return schema
}

func (d *deployer) tables(ctx context.Context) error {
	found, err := all[table](d.Deployment, "aws_dynamodb_table")
	if err != nil {
		return err
	}

	for _, t := range found {
		if _, err := dynamodb.NewFromConfig(d.config).CreateTable(ctx, t.input()); err != nil {
			return fmt.Errorf("create the table %s: %w", t.Name, err)
		}
	}

	return nil
}
