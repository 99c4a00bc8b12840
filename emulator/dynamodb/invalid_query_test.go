package dynamodb_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/emulator/dynamodb"
)

func TestInvalidQueries(t *testing.T) {
	values := item{":k": text("k"), ":v": text("v"), ":n": number("1")}

	tests := []struct {
		name    string
		change  func(*client.QueryInput)
		message string
	}{
		{"without a condition", func(in *client.QueryInput) { in.KeyConditionExpression = nil },
			"Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"OR", condition("#k = :k OR version = :v"), "Invalid operator used in KeyConditionExpression: OR"},
		{"NOT", condition("NOT #k = :k"), "Invalid operator used in KeyConditionExpression: NOT"},
		{"IN", condition("#k IN (:k)"), "Invalid operator used in KeyConditionExpression: IN"},
		{"<>", condition("#k <> :k"), "Invalid operator used in KeyConditionExpression: <>"},
		{"function", condition("attribute_exists(#k)"), "Invalid operator used in KeyConditionExpression: attribute_exists"},
		{"nested", condition("#k.a = :k"), "KeyConditionExpressions cannot have conditions on nested attributes"},
		{"calculated", condition("size(#k) = :n"), "KeyConditionExpressions cannot contain nested operations"},
		{"two attributes", condition("#k = version"), "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
		{"twice the same", condition("#k = :k AND #k = :v"), "KeyConditionExpressions must only contain one condition per key"},
		{"sort key only", condition("version = :v"), "Query condition missed key schema element: key"},
		{"no key", condition("#k = :k AND different = :v"), "Query condition missed key schema element: version"},
		{"partition key with <", condition("#k < :k"), "Query key condition not supported"},
		{"wrong type", condition("#k = :n"), "One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"filter on a key", func(in *client.QueryInput) {
			in.FilterExpression = aws.String("contains(version, :v)")
		}, "Filter Expression can only contain non-primary key attributes: Primary key attribute: version"},
		{"no such index", func(in *client.QueryInput) { in.IndexName = aws.String("nope") }, "The table does not have the specified index: nope"},
		{"consistent on an index", func(in *client.QueryInput) {
			in.IndexName, in.ConsistentRead = aws.String(indexName), aws.Bool(true)
		}, "Consistent reads are not supported on global secondary indexes"},
		{"limit", func(in *client.QueryInput) { in.Limit = aws.Int32(0) },
			"1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"start key of another partition", func(in *client.QueryInput) { in.ExclusiveStartKey = keyOf("other", "v") },
			"The provided starting key is outside query boundaries based on provided conditions"},
		{"incomplete start key", func(in *client.QueryInput) { in.ExclusiveStartKey = item{"key": text("k")} },
			"The provided starting key is invalid"},
		{"projection for a count", func(in *client.QueryInput) {
			in.ProjectionExpression, in.Select = aws.String("a"), types.SelectCount
		}, "Cannot specify the ProjectionExpression when choosing to get COUNT"},
		{"syntax", condition("#k = "), `Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "="`},
		{"legacy", func(in *client.QueryInput) { in.AttributesToGet = []string{"a"} },
			"the emulator's DynamoDB accepts expressions only: it does not support the parameter AttributesToGet"},
	}

	l := serve(t, dynamodb.Config{})

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			input := &client.QueryInput{
				TableName:                aws.String(tableName),
				KeyConditionExpression:   aws.String("#k = :k"),
				ExpressionAttributeNames: map[string]string{"#k": "key"},
			}
			test.change(input)

			// Pass only the values that are used; otherwise an unused value is the error.
			used := aws.ToString(input.KeyConditionExpression) + aws.ToString(input.FilterExpression)
			for name, value := range values {
				if strings.Contains(used, name) {
					if input.ExpressionAttributeValues == nil {
						input.ExpressionAttributeValues = item{}
					}

					input.ExpressionAttributeValues[name] = value
				}
			}

			if !strings.Contains(used, "#k") {
				input.ExpressionAttributeNames = nil
			}

			_, err := l.Query(t.Context(), input)
			wantInvalid(t, err, test.message)
		})
	}
}

func condition(text string) func(*client.QueryInput) {
	return func(in *client.QueryInput) { in.KeyConditionExpression = aws.String(text) }
}
