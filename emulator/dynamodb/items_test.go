package dynamodb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb"
)

// same compares attribute values in the form of the SDK.
func same() cmp.Option {
	return cmpopts.IgnoreUnexported(
		types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{},
		types.AttributeValueMemberBOOL{}, types.AttributeValueMemberNULL{}, types.AttributeValueMemberL{},
		types.AttributeValueMemberM{}, types.AttributeValueMemberSS{}, types.AttributeValueMemberNS{},
		types.AttributeValueMemberBS{})
}

func TestPutItem_every_type(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	put := item{
		"key": text("a b+c/é.jpg"), "version": text("v1"),
		"S":    text(""),
		"N":    number("-12345678901234567890.123456789012345678"),
		"B":    &types.AttributeValueMemberB{Value: []byte{0, 255, 1}},
		"BOOL": &types.AttributeValueMemberBOOL{Value: false},
		"NULL": &types.AttributeValueMemberNULL{Value: true},
		"L":    &types.AttributeValueMemberL{Value: []types.AttributeValue{text("x"), &types.AttributeValueMemberL{Value: []types.AttributeValue{}}}},
		"M":    &types.AttributeValueMemberM{Value: item{"<&>\"": text("\u2028\n")}},
		"SS":   &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		"NS":   &types.AttributeValueMemberNS{Value: []string{"-1", "2", "10"}},
		"BS":   &types.AttributeValueMemberBS{Value: [][]byte{{0}, {1}}},
	}
	l.put(t, put)

	if diff := cmp.Diff(put, l.get(t, "a b+c/é.jpg", "v1"), same()); diff != "" {
		t.Errorf("item (-put +got):\n%s", diff)
	}

	if got := l.get(t, "a b+c/é.jpg", "v2"); got != nil {
		t.Errorf("an item that was never put: %v", got)
	}
}

// claim is an item as a Go struct, as the ledger uses it.
type claim struct {
	Key     string `dynamodbav:"key"`
	Version string `dynamodbav:"version"`
	Status  string `dynamodbav:"status"`
	Owner   string `dynamodbav:"owner"`
	Lease   int64  `dynamodbav:"lease"`
}

func TestConditionalClaim(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	take := func(owner string, now int64) error {
		av, err := attributevalue.MarshalMap(claim{Key: "a.jpg", Version: "1", Status: "PROCESSING", Owner: owner, Lease: now + 60})
		if err != nil {
			t.Fatal(err)
		}

		condition := expression.Or(
			expression.Name("key").AttributeNotExists(),
			expression.Name("owner").Equal(expression.Value(owner)),
			expression.And(
				expression.Name("status").Equal(expression.Value("PROCESSING")),
				expression.Name("lease").LessThan(expression.Value(now)),
			),
		)

		built, err := expression.NewBuilder().WithCondition(condition).Build()
		if err != nil {
			t.Fatal(err)
		}

		_, err = l.PutItem(t.Context(), &client.PutItemInput{
			TableName: aws.String(tableName), Item: av,
			ConditionExpression:                 built.Condition(),
			ExpressionAttributeNames:            built.Names(),
			ExpressionAttributeValues:           built.Values(),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})

		return err
	}

	if err := take("one", 1000); err != nil {
		t.Fatalf("the first claim: %v", err)
	}

	if err := take("one", 1001); err != nil {
		t.Fatalf("one's own claim again: %v", err)
	}

	var refused *types.ConditionalCheckFailedException
	if err := take("two", 1002); !errors.As(err, &refused) {
		t.Fatalf("another's live claim: got %v, want ConditionalCheckFailedException", err)
	}

	var holder claim
	if err := attributevalue.UnmarshalMap(refused.Item, &holder); err != nil || holder.Owner != "one" {
		t.Errorf("the failure carries %+v, %v; want the holder's item", holder, err)
	}

	if err := take("two", 2000); err != nil {
		t.Fatalf("a claim whose lease is over: %v", err)
	}
}

func TestUpdateItemReturnValues(t *testing.T) {
	before := item{"key": text("k"), "version": text("v"), "n": number("1"), "gone": text("x"), "m": &types.AttributeValueMemberM{
		Value: item{"a": number("1"), "b": number("2")},
	}}
	after := item{"key": text("k"), "version": text("v"), "n": number("3"), "new": text("y"), "m": &types.AttributeValueMemberM{
		Value: item{"a": number("5"), "b": number("2")},
	}}

	tests := []struct {
		returnValues types.ReturnValue
		want         item
	}{
		{types.ReturnValueNone, nil},
		{types.ReturnValueAllOld, before},
		{types.ReturnValueAllNew, after},
		{types.ReturnValueUpdatedOld, item{"n": number("1"), "gone": text("x"), "m": &types.AttributeValueMemberM{Value: item{"a": number("1")}}}},
		{types.ReturnValueUpdatedNew, item{"n": number("3"), "new": text("y"), "m": &types.AttributeValueMemberM{Value: item{"a": number("5")}}}},
	}

	l := serve(t, dynamodb.Config{})

	for _, test := range tests {
		t.Run(string(test.returnValues), func(t *testing.T) {
			l.put(t, before)

			built, err := expression.NewBuilder().WithUpdate(
				expression.Set(expression.Name("n"), expression.Plus(expression.Name("n"), expression.Value(2))).
					Set(expression.Name("new"), expression.Value("y")).
					Set(expression.Name("m.a"), expression.Value(5)).
					Remove(expression.Name("gone")),
			).Build()
			if err != nil {
				t.Fatal(err)
			}

			out, err := l.UpdateItem(t.Context(), &client.UpdateItemInput{
				TableName: aws.String(tableName), Key: keyOf("k", "v"), ReturnValues: test.returnValues,
				UpdateExpression:          built.Update(),
				ExpressionAttributeNames:  built.Names(),
				ExpressionAttributeValues: built.Values(),
			})
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(test.want, out.Attributes, same()); diff != "" {
				t.Errorf("Attributes (-want +got):\n%s", diff)
			}

			if diff := cmp.Diff(after, l.get(t, "k", "v"), same()); diff != "" {
				t.Errorf("the item then (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateItem_creates_an_item(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	out, err := l.UpdateItem(t.Context(), &client.UpdateItemInput{
		TableName: aws.String(tableName), Key: keyOf("k", "v"), ReturnValues: types.ReturnValueAllOld,
	})
	if err != nil || out.Attributes != nil {
		t.Fatalf("UpdateItem of nothing: %v, %v", out, err)
	}

	if diff := cmp.Diff(keyOf("k", "v"), l.get(t, "k", "v"), same()); diff != "" {
		t.Errorf("item (-want +got):\n%s", diff)
	}
}

func TestDeleteItem(t *testing.T) {
	l := serve(t, dynamodb.Config{})
	l.put(t, item{"key": text("k"), "version": text("v"), "n": number("1")})

	input := client.DeleteItemInput{
		TableName: aws.String(tableName), Key: keyOf("k", "v"), ReturnValues: types.ReturnValueAllOld,
		ConditionExpression:       aws.String("n = :n"),
		ExpressionAttributeValues: item{":n": number("2")},
	}

	var refused *types.ConditionalCheckFailedException
	if _, err := l.DeleteItem(t.Context(), &input); !errors.As(err, &refused) {
		t.Fatalf("got %v, want ConditionalCheckFailedException", err)
	}

	if refused.Item != nil {
		t.Errorf("the error contains the item %v, which was not requested", refused.Item)
	}

	input.ExpressionAttributeValues = item{":n": number("1.0")}

	out, err := l.DeleteItem(t.Context(), &input)
	if err != nil || out.Attributes["n"] == nil {
		t.Fatalf("DeleteItem: %v, %v", out, err)
	}

	if got := l.get(t, "k", "v"); got != nil {
		t.Errorf("after DeleteItem: %v", got)
	}

	out, err = l.DeleteItem(t.Context(), &client.DeleteItemInput{TableName: aws.String(tableName), Key: keyOf("k", "v")})
	if err != nil || out.Attributes != nil {
		t.Errorf("DeleteItem of nothing: %v, %v", out, err)
	}
}

func TestGetItemProjection(t *testing.T) {
	l := serve(t, dynamodb.Config{})
	l.put(t, item{
		"key": text("k"), "version": text("v"), "status": text("READY"),
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{number("0"), number("1"), number("2")}},
	})

	get := func(projection string, names map[string]string) item {
		out, err := l.GetItem(t.Context(), &client.GetItemInput{
			TableName: aws.String(tableName), Key: keyOf("k", "v"), ConsistentRead: aws.Bool(true),
			ProjectionExpression: aws.String(projection), ExpressionAttributeNames: names,
		})
		if err != nil {
			t.Fatal(err)
		}

		return out.Item
	}

	want := item{
		"status": text("READY"),
		"l":      &types.AttributeValueMemberL{Value: []types.AttributeValue{number("0"), number("2")}},
	}
	if diff := cmp.Diff(want, get("#s, l[2], l[0], l[9], elsewhere.deeper", map[string]string{"#s": "status"}), same()); diff != "" {
		t.Errorf("projection (-want +got):\n%s", diff)
	}

	if got := get("nothing", nil); got == nil || len(got) != 0 {
		t.Errorf("a projection that leaves nothing of an item: got %#v, want an empty item", got)
	}
}

func TestAuthorizeDecidesOnTheResource(t *testing.T) {
	var asked []string

	l := serve(t, dynamodb.Config{Authorize: func(_ context.Context, action, resource string) error {
		asked = append(asked, action+" "+resource)

		return awsapi.Errorf("AccessDeniedException", "not you")
	}})

	const table = "arn:aws:dynamodb:us-east-1:000000000000:table/"

	_, get := l.GetItem(t.Context(), &client.GetItemInput{TableName: aws.String(tableName), Key: keyOf("k", "v")})
	_, query := l.Query(t.Context(), &client.QueryInput{TableName: aws.String(table + tableName), IndexName: aws.String(indexName)})
	_, scan := l.Scan(t.Context(), &client.ScanInput{TableName: aws.String("unknown")})
	_, list := l.ListTables(t.Context(), &client.ListTablesInput{})

	for _, err := range []error{get, query, scan, list} {
		wantCode(t, err, "AccessDeniedException")
	}

	want := []string{
		"dynamodb:GetItem " + table + tableName,
		"dynamodb:Query " + table + tableName + "/index/" + indexName,
		"dynamodb:Scan " + table + "unknown", // A caller without permission cannot find out which tables exist.
		"dynamodb:ListTables *",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("authorized actions (-want +got):\n%s", diff)
	}
}
