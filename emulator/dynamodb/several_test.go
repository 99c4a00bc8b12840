package dynamodb_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/emulator/dynamodb"
)

func TestBatch(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	var writes []types.WriteRequest
	for i := range 25 {
		writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: keyOf(fmt.Sprint(i), "v")}})
	}

	write := func(requests ...types.WriteRequest) error {
		_, err := l.BatchWriteItem(t.Context(), &client.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{tableName: requests}})

		return err
	}

	if err := write(writes...); err != nil {
		t.Fatal(err)
	}

	if err := write(types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: keyOf("3", "v")}}); err != nil {
		t.Fatal(err)
	}

	wantCode(t, write(append(writes, writes[0])...), "ValidationException")
	wantCode(t, write(writes[0], writes[0]), "ValidationException")

	// Nothing is written if one request is not valid.
	wantCode(t, write(types.WriteRequest{PutRequest: &types.PutRequest{Item: keyOf("new", "v")}},
		types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"key": text("x")}}}), "ValidationException")

	out, err := l.BatchGetItem(t.Context(), &client.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		tableName: {Keys: []map[string]types.AttributeValue{keyOf("1", "v"), keyOf("3", "v"), keyOf("new", "v"), keyOf("4", "v")}},
	}})
	if err != nil || len(out.Responses[tableName]) != 2 {
		t.Errorf("%+v, %v, want the items 1 and 4", out, err)
	}
}

func TestTransactWriteItems(t *testing.T) {
	l := serve(t, dynamodb.Config{})
	l.put(t, item{"key": text("a"), "version": text("v"), "n": number("1")})

	table := aws.String(tableName)
	increment := types.TransactWriteItem{Update: &types.Update{
		TableName: table, Key: keyOf("a", "v"), UpdateExpression: aws.String("SET n = n + :one"),
		ExpressionAttributeValues: item{":one": number("1")},
	}}
	put := types.TransactWriteItem{Put: &types.Put{TableName: table, Item: keyOf("b", "v")}}
	check := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: table, Key: keyOf("none", "v"), ConditionExpression: aws.String("attribute_exists(version)"),
	}}

	write := func(token string, items ...types.TransactWriteItem) error {
		_, err := l.TransactWriteItems(t.Context(), &client.TransactWriteItemsInput{TransactItems: items, ClientRequestToken: &token})

		return err
	}

	n := func() string {
		value, _ := l.get(t, "a", "v")["n"].(*types.AttributeValueMemberN)

		return value.Value
	}

	wantCode(t, write("1", increment, put, check), "TransactionCanceledException")

	if n() != "1" || l.get(t, "b", "v") != nil {
		t.Errorf("a cancelled transaction has written: n is %s", n())
	}

	// The second call has the token of the first one, and is not carried out again.
	for range 2 {
		if err := write("2", increment, put); err != nil {
			t.Fatal(err)
		}
	}

	if n() != "2" || l.get(t, "b", "v") == nil {
		t.Errorf("n is %s, want 2", n())
	}

	wantCode(t, write("2", increment), "IdempotentParameterMismatchException")
	wantCode(t, write("3", increment, increment), "ValidationException")

	out, err := l.TransactGetItems(t.Context(), &client.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: table, Key: keyOf("none", "v")}}, {Get: &types.Get{TableName: table, Key: keyOf("b", "v")}},
	}})
	if err != nil || len(out.Responses) != 2 || out.Responses[0].Item != nil || len(out.Responses[1].Item) != 2 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestExecuteStatement(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	for i := range 6 {
		l.put(t, item{"key": text(fmt.Sprintf("k%d", i)), "version": text("v"), "n": number(fmt.Sprint(i)), "it's": text("odd"), "m": &types.AttributeValueMemberM{Value: item{"x": number(fmt.Sprint(i % 2))}}})
	}

	for statement, want := range map[string][]string{
		`SELECT * FROM "triptych-ledger"`:                                                    {"k0", "k1", "k2", "k3", "k4", "k5"},
		`select key from triptych-ledger where n > 3`:                                        {"k4", "k5"},
		`SELECT * FROM "triptych-ledger" WHERE n BETWEEN 1 AND 2 OR "key" = 'k5'`:            {"k1", "k2", "k5"},
		`SELECT * FROM "triptych-ledger" WHERE "key" IN ['k1','k4','none']`:                  {"k1", "k4"},
		`SELECT * FROM "triptych-ledger" WHERE m.x = 1 AND NOT n = 3`:                        {"k1", "k5"},
		`SELECT * FROM "triptych-ledger" WHERE begins_with("key", 'k5') AND gone IS MISSING`: {"k5"},
		`SELECT * FROM "triptych-ledger" WHERE gone IS NOT MISSING`:                          nil,
		`SELECT * FROM "triptych-ledger" WHERE "it's" = 'odd' AND n <> -1 AND n < 1.5`:       {"k0", "k1"},
		`SELECT * FROM "triptych-ledger"."byStatus"`:                                         nil,
	} {
		var got []string

		input := &client.ExecuteStatementInput{Statement: &statement, Limit: aws.Int32(2)}

		for first := true; first || input.NextToken != nil; first = false {
			out, err := l.ExecuteStatement(t.Context(), input)
			if err != nil {
				t.Fatalf("%s: %v", statement, err)
			}

			for _, found := range out.Items {
				got = append(got, found["key"].(*types.AttributeValueMemberS).Value)
			}

			input.NextToken = out.NextToken
		}

		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", statement, got, want)
		}
	}

	for _, bad := range []string{
		"SELECT", "SELECT * FROM", "DELETE FROM x", "SELECT * FROM \"triptych-ledger\" ORDER BY n", "SELECT * FROM \"triptych-ledger\" WHERE n = 'open",
		"SELECT * FROM \"triptych-ledger\" WHERE (n = 1", "SELECT * FROM \"triptych-ledger\" WHERE n = ?", "SELECT * FROM \"triptych-ledger\" WHERE IS MISSING", "SELECT a. FROM x",
	} {
		_, err := l.ExecuteStatement(t.Context(), &client.ExecuteStatementInput{Statement: &bad})
		wantCode(t, err, "ValidationException")
	}
}

// TestCreateTable checks that a created table works, also after a start, until it is
// deleted.
func TestCreateTable(t *testing.T) {
	l := serve(t, dynamodb.Config{})
	table := aws.String("made")

	_, err := l.CreateTable(t.Context(), &client.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest, DeletionProtectionEnabled: aws.Bool(true),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("k"), AttributeType: "S"}, {AttributeName: aws.String("g"), AttributeType: "S"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("k"), KeyType: "HASH"}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("byG"), KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("g"), KeyType: "HASH"}}, Projection: &types.Projection{ProjectionType: "ALL"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := l.UpdateTimeToLive(t.Context(), &client.UpdateTimeToLiveInput{TableName: table, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("e"), Enabled: aws.Bool(true)}}); err != nil {
		t.Fatal(err)
	}

	if _, err := l.PutItem(t.Context(), &client.PutItemInput{TableName: table, Item: item{"k": text("1"), "g": text("x")}}); err != nil {
		t.Fatal(err)
	}

	l = serve(t, dynamodb.Config{DB: l.db}) // The next start.

	found, err := l.Query(t.Context(), &client.QueryInput{
		TableName: table, IndexName: aws.String("byG"), KeyConditionExpression: aws.String("g = :g"), ExpressionAttributeValues: item{":g": text("x")},
	})
	if err != nil || found.Count != 1 {
		t.Errorf("%+v, %v, want one item", found, err)
	}

	ttl, err := l.DescribeTimeToLive(t.Context(), &client.DescribeTimeToLiveInput{TableName: table})
	if err != nil || ttl.TimeToLiveDescription.TimeToLiveStatus != types.TimeToLiveStatusEnabled {
		t.Errorf("%+v, %v", ttl, err)
	}

	remove := func(name *string) error {
		_, err := l.DeleteTable(t.Context(), &client.DeleteTableInput{TableName: name})

		return err
	}

	wantCode(t, remove(table), "ValidationException") // It is protected.

	if _, err := l.UpdateTable(t.Context(), &client.UpdateTableInput{TableName: table, DeletionProtectionEnabled: aws.Bool(false)}); err != nil {
		t.Fatal(err)
	}

	if err := remove(table); err != nil {
		t.Fatal(err)
	}

	_, err = l.GetItem(t.Context(), &client.GetItemInput{TableName: table, Key: item{"k": text("1")}})
	wantCode(t, err, "ResourceNotFoundException")
	wantCode(t, remove(aws.String(tableName)), "ResourceInUseException")
}
