package dynamodb_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/emulator/dynamodb"
)

func TestInvalidRequests(t *testing.T) {
	put := func(change func(*client.PutItemInput)) func(context.Context, fixture) error {
		return func(ctx context.Context, l fixture) error {
			input := &client.PutItemInput{TableName: aws.String(tableName), Item: keyOf("k", "v")}
			change(input)
			_, err := l.PutItem(ctx, input)

			return err
		}
	}
	update := func(change func(*client.UpdateItemInput)) func(context.Context, fixture) error {
		return func(ctx context.Context, l fixture) error {
			input := &client.UpdateItemInput{TableName: aws.String(tableName), Key: keyOf("k", "v")}
			change(input)
			_, err := l.UpdateItem(ctx, input)

			return err
		}
	}

	tests := []struct {
		name    string
		call    func(context.Context, fixture) error
		message string
	}{
		{"missing key", put(func(in *client.PutItemInput) { delete(in.Item, "version") }),
			"One or more parameter values were invalid: Missing the key version in the item"},
		{"key of a wrong type", put(func(in *client.PutItemInput) { in.Item["key"] = number("1") }),
			"One or more parameter values were invalid: Type mismatch for key key expected: S actual: N"},
		{"empty key", put(func(in *client.PutItemInput) { in.Item["key"] = text("") }),
			"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: key"},
		{"partition key too long", put(func(in *client.PutItemInput) { in.Item["key"] = text(strings.Repeat("k", 2049)) }),
			"One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"sort key too long", put(func(in *client.PutItemInput) { in.Item["version"] = text(strings.Repeat("é", 513)) }),
			"One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes"},
		{"index key of a wrong type", put(func(in *client.PutItemInput) { in.Item["updatedAt"] = text("now") }),
			"One or more parameter values were invalid: Type mismatch for Index Key updatedAt Expected: N Actual: S IndexName: byStatus"},
		{"empty index key", put(func(in *client.PutItemInput) { in.Item["status"] = text("") }),
			"One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byStatus, IndexKey: status"},
		{"item too large", put(func(in *client.PutItemInput) { in.Item["x"] = text(strings.Repeat("x", 400<<10)) }),
			"Item size has exceeded the maximum allowed size"},
		{"no number", put(func(in *client.PutItemInput) { in.Item["x"] = number("one") }),
			"The parameter cannot be converted to a numeric value: one"},
		{"39 digits", put(func(in *client.PutItemInput) { in.Item["x"] = number(strings.Repeat("1", 39)) }),
			"Attempting to store more than 38 significant digits in a Number"},
		{"overflow", put(func(in *client.PutItemInput) { in.Item["x"] = number("1e126") }),
			"Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{"underflow", put(func(in *client.PutItemInput) { in.Item["x"] = number("1e-131") }),
			"Number underflow. Attempting to store a number with magnitude smaller than supported range"},
		{"empty set", put(func(in *client.PutItemInput) { in.Item["x"] = &types.AttributeValueMemberSS{Value: []string{}} }),
			"One or more parameter values were invalid: An AttributeValue may not contain an empty set"},
		{"set with duplicates", put(func(in *client.PutItemInput) {
			in.Item["x"] = &types.AttributeValueMemberNS{Value: []string{"1", "1.0"}}
		}),
			"Input collection contains duplicates"},
		{"nested too deeply", put(func(in *client.PutItemInput) {
			deep := text("x")
			for range 33 {
				deep = &types.AttributeValueMemberL{Value: []types.AttributeValue{deep}}
			}

			in.Item["x"] = deep
		}), "Nesting Levels have exceeded supported limits"},
		{"ReturnValues", put(func(in *client.PutItemInput) { in.ReturnValues = types.ReturnValueAllNew }),
			"ReturnValues can only be ALL_OLD or NONE"},
		{"ReturnValues that do not exist", put(func(in *client.PutItemInput) { in.ReturnValues = "SOME" }),
			"1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"},
		{"legacy condition", put(func(in *client.PutItemInput) {
			in.Expected = map[string]types.ExpectedAttributeValue{"key": {Exists: aws.Bool(false)}}
		}), "the emulator's DynamoDB accepts expressions only: it does not support the parameter Expected"},
		{"undefined value", put(func(in *client.PutItemInput) { in.ConditionExpression = aws.String("a = :a") }),
			"Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :a"},
		{"undefined name", put(func(in *client.PutItemInput) { in.ConditionExpression = aws.String("attribute_exists(#a)") }),
			"Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #a"},
		{"unused value", put(func(in *client.PutItemInput) {
			in.ConditionExpression = aws.String("attribute_exists(a)")
			in.ExpressionAttributeValues = item{":b": text("b"), ":a": text("a")}
		}), "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :b}"},
		{"unused name", put(func(in *client.PutItemInput) {
			in.ConditionExpression = aws.String("attribute_exists(a)")
			in.ExpressionAttributeNames = map[string]string{"#a": "a"}
		}), "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
		{"values without expression", put(func(in *client.PutItemInput) { in.ExpressionAttributeValues = item{":a": text("a")} }),
			"ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
		{"names without expression", put(func(in *client.PutItemInput) { in.ExpressionAttributeNames = map[string]string{"#a": "a"} }),
			"ExpressionAttributeNames can only be specified when using expressions"},
		{"empty expression", put(func(in *client.PutItemInput) { in.ConditionExpression = aws.String("") }),
			"Invalid ConditionExpression: The expression can not be empty;"},
		{"bad placeholder", put(func(in *client.PutItemInput) {
			in.ConditionExpression = aws.String("attribute_exists(a)")
			in.ExpressionAttributeValues = item{"a": text("a")}
		}), `ExpressionAttributeValues contains invalid key: Syntax error; key: "a"`},
		{"bad value", put(func(in *client.PutItemInput) {
			in.ConditionExpression = aws.String("a = :a")
			in.ExpressionAttributeValues = item{":a": number("")}
		}), "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value for key :a"},
		{"incomplete Key", update(func(in *client.UpdateItemInput) { delete(in.Key, "version") }),
			"The provided key element does not match the schema"},
		{"Key with more", update(func(in *client.UpdateItemInput) { in.Key["x"] = text("x") }),
			"The provided key element does not match the schema"},
		{"Key of a wrong type", update(func(in *client.UpdateItemInput) { in.Key["key"] = number("1") }),
			"The provided key element does not match the schema"},
		{"update of the key", update(func(in *client.UpdateItemInput) {
			in.UpdateExpression = aws.String("REMOVE version")
		}), "One or more parameter values were invalid: Cannot update attribute version. This attribute is part of the key"},
		{"update without the attribute", update(func(in *client.UpdateItemInput) {
			in.UpdateExpression = aws.String("SET a = b")
		}), "The provided expression refers to an attribute that does not exist in the item"},
		{"update to too large", update(func(in *client.UpdateItemInput) {
			in.UpdateExpression = aws.String("SET a = :a")
			in.ExpressionAttributeValues = item{":a": text(strings.Repeat("x", 400<<10))}
		}), "Item size to update has exceeded the maximum allowed size"},
		{"unused value of an update", update(func(in *client.UpdateItemInput) {
			in.UpdateExpression = aws.String("REMOVE a")
			in.ExpressionAttributeValues = item{":a": text("x")}
		}), "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}"},
	}

	l := serve(t, dynamodb.Config{})

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantInvalid(t, test.call(t.Context(), l), test.message)
		})
	}

	if out, err := l.Scan(t.Context(), &client.ScanInput{TableName: aws.String(tableName)}); err != nil || out.Count != 0 {
		t.Errorf("after nothing but errors: %d items, %v", out.Count, err)
	}
}

func TestMissingTablesAndOperations(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	_, err := l.GetItem(t.Context(), &client.GetItemInput{TableName: aws.String("other"), Key: keyOf("k", "v")})
	wantCode(t, err, "ResourceNotFoundException")

	_, err = l.ListBackups(t.Context(), &client.ListBackupsInput{})
	wantCode(t, err, "UnknownOperationException")

	if !strings.Contains(err.Error(), `no operation "ListBackups"`) {
		t.Errorf("the error does not name the operation: %v", err)
	}
}
