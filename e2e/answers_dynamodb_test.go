package e2e_test

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// dynamodbScripts returns the calls of DynamoDB that functions and commands make.
func dynamodbScripts() []script {
	return []script{
		{"dynamodb items", dynamodbItems},
		{"dynamodb updates", dynamodbUpdates},
		{"dynamodb queries", dynamodbQueries},
		{"dynamodb refusals", dynamodbRefusals},
	}
}

// attributes are all or some attributes of an item.
type attributes = map[string]types.AttributeValue

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func figure(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

func keyOf(key, version string) attributes {
	return attributes{"key": text(key), "version": text(version)}
}

func dynamodbItems(r *recorder) {
	db, table := r.dynamodb(), &r.Stack.LedgerTable

	item := keyOf("answers/items", "1")
	item["number"] = figure("1.50")
	item["large"] = figure("1E+3")
	item["list"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{text("x"), figure("2")}}
	item["map"] = &types.AttributeValueMemberM{Value: attributes{"a": text(""), "b": &types.AttributeValueMemberNULL{Value: true}}}
	item["set"] = &types.AttributeValueMemberSS{Value: []string{"b", "a"}}
	item["bytes"] = &types.AttributeValueMemberB{Value: []byte{0, 255}}

	put, err := db.PutItem(r.ctx, &dynamodb.PutItemInput{TableName: table, Item: item, ReturnValues: types.ReturnValueAllOld})
	record(r, "put", put, err)

	// A set has no order.
	delete(item, "set")

	again, err := db.PutItem(r.ctx, &dynamodb.PutItemInput{TableName: table, Item: item})
	record(r, "put again", again, err)

	got, err := db.GetItem(r.ctx, &dynamodb.GetItemInput{TableName: table, Key: keyOf("answers/items", "1"), ConsistentRead: aws.Bool(true)})
	record(r, "get", got, err)

	some, err := db.GetItem(r.ctx, &dynamodb.GetItemInput{
		TableName: table, Key: keyOf("answers/items", "1"),
		ProjectionExpression:     aws.String("#n, #l[1], #m.b"),
		ExpressionAttributeNames: map[string]string{"#n": "number", "#m": "map", "#l": "list"},
	})
	record(r, "get some", some, err)

	missing, err := db.GetItem(r.ctx, &dynamodb.GetItemInput{TableName: table, Key: keyOf("answers/items", "none")})
	record(r, "get missing", missing, err)

	condition := &dynamodb.PutItemInput{
		TableName: table, Item: keyOf("answers/items", "1"), ConditionExpression: aws.String("attribute_not_exists(#k)"),
		ExpressionAttributeNames:            map[string]string{"#k": "key"},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	refused, err := db.PutItem(r.ctx, condition)
	record(r, "put if not there", refused, err)

	removed, err := db.DeleteItem(r.ctx, &dynamodb.DeleteItemInput{
		TableName: table, Key: keyOf("answers/items", "1"), ReturnValues: types.ReturnValueAllOld,
		ConditionExpression: aws.String("#n = :n"), ExpressionAttributeNames: map[string]string{"#n": "number"},
		ExpressionAttributeValues: attributes{":n": figure("1.5")},
	})
	record(r, "delete", removed, err)

	gone, err := db.DeleteItem(r.ctx, &dynamodb.DeleteItemInput{TableName: table, Key: keyOf("answers/items", "1")})
	record(r, "delete again", gone, err)
}

func dynamodbUpdates(r *recorder) {
	db, table := r.dynamodb(), &r.Stack.LedgerTable

	update := func(name, expression string, values attributes, change ...func(*dynamodb.UpdateItemInput)) {
		in := &dynamodb.UpdateItemInput{
			TableName: table, Key: keyOf("answers/updates", "1"), UpdateExpression: &expression,
			ExpressionAttributeValues: values, ReturnValues: types.ReturnValueAllNew,
		}
		for _, f := range change {
			f(in)
		}

		out, err := db.UpdateItem(r.ctx, in)
		record(r, name, out, err)
	}

	update("create", "SET a = :a, l = :l ADD n :n", attributes{
		":a": text("one"), ":n": figure("2"), ":l": &types.AttributeValueMemberL{Value: []types.AttributeValue{text("x")}},
	})
	update("if_not_exists", "SET a = if_not_exists(a, :a), b = if_not_exists(b, :a)", attributes{":a": text("two")})
	update("arithmetic", "SET n = n - :one ADD m :one", attributes{":one": figure("1")})
	update("list_append", "SET l = list_append(:l, l)", attributes{":l": &types.AttributeValueMemberL{Value: []types.AttributeValue{text("w")}}})
	update("remove", "REMOVE b, l[0]", nil)
	update("only the new", "SET a = :a", attributes{":a": text("three")}, func(in *dynamodb.UpdateItemInput) {
		in.ReturnValues = types.ReturnValueUpdatedNew
	})
	update("only the old", "SET a = :a", attributes{":a": text("four")}, func(in *dynamodb.UpdateItemInput) {
		in.ReturnValues = types.ReturnValueUpdatedOld
	})
	update("a condition that holds", "SET a = :a", attributes{":a": text("five"), ":b": text("four"), ":c": text("z")}, func(in *dynamodb.UpdateItemInput) {
		in.ConditionExpression = aws.String("a BETWEEN :b AND :c OR a IN (:a) AND NOT attribute_exists(zzz)")
	})
	update("a condition that fails", "SET a = :a", attributes{":a": text("six")}, func(in *dynamodb.UpdateItemInput) {
		in.ConditionExpression = aws.String("a = :a")
	})
	update("a condition on the type", "SET a = :a", attributes{":a": text("six"), ":t": text("N"), ":s": figure("1")}, func(in *dynamodb.UpdateItemInput) {
		in.ConditionExpression = aws.String("attribute_type(n, :t) AND size(a) > :s AND begins_with(a, :a)")
	})
	update("a path that does not exist", "SET x.y = :a", attributes{":a": text("six")})
	update("of another type", "SET n = a + :n", attributes{":n": figure("1")})
	update("twice", "SET a = :a, a = :a", attributes{":a": text("six")})
	update("the key", "SET version = :a", attributes{":a": text("six")})
}

func dynamodbQueries(r *recorder) {
	db, table := r.dynamodb(), &r.Stack.LedgerTable

	for i := range 6 {
		item := keyOf("answers/queries", fmt.Sprintf("v%d", i))
		item["size"] = figure(fmt.Sprint(i * 10))

		if i%2 == 0 {
			item["even"] = &types.AttributeValueMemberBOOL{Value: true}
		}

		if _, err := db.PutItem(r.ctx, &dynamodb.PutItemInput{TableName: table, Item: item}); err != nil {
			r.t.Fatal(err)
		}
	}

	query := func(name, condition string, values attributes, change ...func(*dynamodb.QueryInput)) {
		in := &dynamodb.QueryInput{
			TableName: table, KeyConditionExpression: &condition, ExpressionAttributeValues: values,
			ExpressionAttributeNames: map[string]string{"#k": "key"},
		}
		in.ExpressionAttributeValues[":k"] = text("answers/queries")

		for _, f := range change {
			f(in)
		}

		out, err := db.Query(r.ctx, in)
		record(r, name, out, err)
	}

	query("all", "#k = :k", attributes{})
	query("some", "#k = :k AND version BETWEEN :a AND :b", attributes{":a": text("v1"), ":b": text("v3")})
	query("backwards, two", "#k = :k", attributes{}, func(in *dynamodb.QueryInput) {
		in.ScanIndexForward, in.Limit = aws.Bool(false), aws.Int32(2)
	})
	query("the next two", "#k = :k", attributes{}, func(in *dynamodb.QueryInput) {
		in.Limit, in.ExclusiveStartKey = aws.Int32(2), keyOf("answers/queries", "v1")
	})
	query("filtered", "#k = :k AND begins_with(version, :v)", attributes{":v": text("v"), ":n": figure("10")}, func(in *dynamodb.QueryInput) {
		in.FilterExpression, in.ExpressionAttributeNames = aws.String("attribute_exists(even) AND #s > :n"), map[string]string{"#k": "key", "#s": "size"}
	})
	query("filtered by a reserved word", "#k = :k", attributes{":n": figure("10")}, func(in *dynamodb.QueryInput) {
		in.FilterExpression = aws.String("size > :n")
	})
	query("filtered by a name", "#k = :k", attributes{":n": figure("10")}, func(in *dynamodb.QueryInput) {
		in.FilterExpression, in.ExpressionAttributeNames = aws.String("#s > :n"), map[string]string{"#k": "key", "#s": "size"}
	})
	query("counted", "#k = :k", attributes{}, func(in *dynamodb.QueryInput) { in.Select = types.SelectCount })
	query("of an unknown index", "#k = :k", attributes{}, func(in *dynamodb.QueryInput) { in.IndexName = aws.String("none") })
	query("without the partition", "version = :v", attributes{":v": text("v1")})
	query("by or", "#k = :k OR version = :v", attributes{":v": text("v1")})
}

func dynamodbRefusals(r *recorder) {
	db, table := r.dynamodb(), &r.Stack.LedgerTable

	put := func(name string, item attributes) {
		out, err := db.PutItem(r.ctx, &dynamodb.PutItemInput{TableName: table, Item: item})
		record(r, name, out, err)
	}

	put("an empty key", keyOf("", "1"))
	put("a missing sort key", attributes{"key": text("answers/refusals")})
	put("a key of another type", attributes{"key": text("answers/refusals"), "version": figure("1")})
	put("a key that is too long", keyOf(strings.Repeat("k", 2049), "1"))

	large := keyOf("answers/refusals", "large")
	large["filling"] = text(strings.Repeat("x", 400<<10))
	put("an item that is too large", large)

	digits := keyOf("answers/refusals", "digits")
	digits["n"] = figure("1" + strings.Repeat("2", 40))
	put("a number of too many digits", digits)

	set := keyOf("answers/refusals", "set")
	set["s"] = &types.AttributeValueMemberSS{Value: []string{}}
	put("an empty set", set)

	unused, err := db.PutItem(r.ctx, &dynamodb.PutItemInput{
		TableName: table, Item: keyOf("answers/refusals", "1"), ExpressionAttributeValues: attributes{":a": text("a")},
	})
	record(r, "values without an expression", unused, err)

	spare, err := db.UpdateItem(r.ctx, &dynamodb.UpdateItemInput{
		TableName: table, Key: keyOf("answers/refusals", "1"), UpdateExpression: aws.String("SET a = :a"),
		ExpressionAttributeValues: attributes{":a": text("a"), ":b": text("b")},
	})
	record(r, "a value that is not used", spare, err)

	reserved, err := db.UpdateItem(r.ctx, &dynamodb.UpdateItemInput{
		TableName: table, Key: keyOf("answers/refusals", "1"), UpdateExpression: aws.String("SET status = :a"),
		ExpressionAttributeValues: attributes{":a": text("a")},
	})
	record(r, "a reserved word", reserved, err)

	elsewhere, err := db.GetItem(r.ctx, &dynamodb.GetItemInput{TableName: aws.String("triptych-nowhere"), Key: keyOf("a", "b")})
	record(r, "a missing table", elsewhere, err)

	short, err := db.GetItem(r.ctx, &dynamodb.GetItemInput{TableName: table, Key: attributes{"key": text("a")}})
	record(r, "half a key", short, err)

	long, err := db.GetItem(r.ctx, &dynamodb.GetItemInput{TableName: table, Key: attributes{"key": text("a"), "version": text("b"), "x": text("c")}})
	record(r, "more than a key", long, err)
}
