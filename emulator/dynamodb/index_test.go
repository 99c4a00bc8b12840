package dynamodb_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/dynamodb"
	"triptych/emulator/dynamodb/attribute"
)

func TestQueryIndexInNumericOrder(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	numbers := []string{"-1000", "-12.5", "-12", "-0.001", "0", "0.001", "1", "1.2", "1.21", "2", "10", "1000"}
	for i, n := range numbers {
		l.put(t, item{"key": text(fmt.Sprintf("%02d", (i*7)%len(numbers))), "version": text("v"), "status": text("READY"), "updatedAt": number(n)})
	}

	l.put(t, item{"key": text("no-time"), "version": text("v"), "status": text("READY")})
	l.put(t, item{"key": text("no-status"), "version": text("v"), "updatedAt": number("1")})
	l.put(t, item{"key": text("other"), "version": text("v"), "status": text("REJECTED"), "updatedAt": number("1")})

	query := func(condition string, values item, forward bool, limit int32) []string {
		var got []string

		pages := client.NewQueryPaginator(l, &client.QueryInput{
			TableName: aws.String(tableName), IndexName: aws.String(indexName),
			KeyConditionExpression:    aws.String(condition),
			ExpressionAttributeNames:  map[string]string{"#s": "status"},
			ExpressionAttributeValues: values,
			ScanIndexForward:          aws.Bool(forward),
			Limit:                     aws.Int32(limit),
		})
		for pages.HasMorePages() {
			out, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			got = append(got, pick(out.Items, "updatedAt")...)
		}

		return got
	}

	ready := item{":s": text("READY")}
	if diff := cmp.Diff(numbers, query("#s = :s", ready, true, 5)); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}

	backward := slices.Clone(numbers)
	slices.Reverse(backward)

	if diff := cmp.Diff(backward, query("#s = :s", ready, false, 1)); diff != "" {
		t.Errorf("backward (-want +got):\n%s", diff)
	}

	between := query("#s = :s AND updatedAt BETWEEN :a AND :b", item{":s": text("READY"), ":a": number("-12"), ":b": number("1.20")}, true, 100)
	if diff := cmp.Diff(numbers[2:8], between); diff != "" {
		t.Errorf("between (-want +got):\n%s", diff)
	}
}

func TestIndexFollowsTheItem(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	inIndex := func(status string) []string {
		out, err := l.Query(t.Context(), &client.QueryInput{
			TableName: aws.String(tableName), IndexName: aws.String(indexName),
			KeyConditionExpression:    aws.String(":s = #s"),
			ExpressionAttributeNames:  map[string]string{"#s": "status"},
			ExpressionAttributeValues: item{":s": text(status)},
		})
		if err != nil {
			t.Fatal(err)
		}

		return pick(out.Items, "key")
	}
	update := func(expression string, values item) {
		if _, err := l.UpdateItem(t.Context(), &client.UpdateItemInput{
			TableName: aws.String(tableName), Key: keyOf("k", "v"), UpdateExpression: aws.String(expression),
			ExpressionAttributeNames:  map[string]string{"#s": "status"},
			ExpressionAttributeValues: values,
		}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(step string, processing, ready []string) {
		t.Helper()

		if diff := cmp.Diff([][]string{processing, ready}, [][]string{inIndex("PROCESSING"), inIndex("READY")}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}

	l.put(t, item{"key": text("k"), "version": text("v"), "status": text("PROCESSING"), "updatedAt": number("1")})
	check("put", []string{"k"}, []string{})

	update("SET #s = :s, updatedAt = :t", item{":s": text("READY"), ":t": number("2")})
	check("moved", []string{}, []string{"k"})

	update("REMOVE #s", nil)
	check("without the key", []string{}, []string{})

	update("SET #s = :s", item{":s": text("PROCESSING")})
	check("back", []string{"k"}, []string{})

	if _, err := l.DeleteItem(t.Context(), &client.DeleteItemInput{TableName: aws.String(tableName), Key: keyOf("k", "v")}); err != nil {
		t.Fatal(err)
	}

	check("deleted", []string{}, []string{})
}

func TestIndexProjections(t *testing.T) {
	table := ledger()
	table.Indexes = append(table.Indexes,
		dynamodb.Index{Name: "keys", KeySchema: dynamodb.KeySchema{PartitionKey: dynamodb.Key{Name: "owner", Type: attribute.KindString}},
			Projection: dynamodb.Projection{KeysOnly: true}},
		dynamodb.Index{Name: "some", KeySchema: dynamodb.KeySchema{PartitionKey: dynamodb.Key{Name: "owner", Type: attribute.KindString}},
			Projection: dynamodb.Projection{KeysOnly: true, NonKeyAttributes: []string{"a", "z"}}})

	l := serve(t, dynamodb.Config{Tables: []dynamodb.Table{table}})
	l.put(t, item{"key": text("k"), "version": text("v"), "owner": text("o"), "a": text("a"), "b": text("b")})

	for index, want := range map[string]item{
		"keys": {"key": text("k"), "version": text("v"), "owner": text("o")},
		"some": {"key": text("k"), "version": text("v"), "owner": text("o"), "a": text("a")},
	} {
		out, err := l.Scan(t.Context(), &client.ScanInput{TableName: aws.String(tableName), IndexName: aws.String(index), Limit: aws.Int32(1)})
		if err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff([]map[string]types.AttributeValue{want}, out.Items, same()); diff != "" {
			t.Errorf("index %s (-want +got):\n%s", index, diff)
		}

		key := item{"key": text("k"), "version": text("v"), "owner": text("o")}
		if diff := cmp.Diff(key, out.LastEvaluatedKey, same()); diff != "" {
			t.Errorf("index %s: LastEvaluatedKey (-want +got):\n%s", index, diff)
		}

		_, err = l.Scan(t.Context(), &client.ScanInput{TableName: aws.String(tableName), IndexName: aws.String(index), Select: types.SelectAllAttributes})
		wantInvalid(t, err, "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index "+
			index+" because its projection type is not ALL")
	}
}
