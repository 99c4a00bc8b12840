package dynamodb_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/dynamodb"
)

// pick lists one attribute of the items.
func pick(items []map[string]types.AttributeValue, name string) []string {
	picked := []string{}

	for _, i := range items {
		switch v := i[name].(type) {
		case *types.AttributeValueMemberS:
			picked = append(picked, v.Value)
		case *types.AttributeValueMemberN:
			picked = append(picked, v.Value)
		default:
			picked = append(picked, "-")
		}
	}

	return picked
}

func TestQuerySortKeyConditions(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	// Neighboring keys that must not appear in the partition "k".
	for _, key := range []string{"j", "k", "k\x00", "ka", "l"} {
		for _, version := range []string{"a", "a\x00", "ab", "b", "b\x00\xc2\x80", "é"} {
			l.put(t, keyOf(key, version))
		}
	}

	tests := []struct {
		condition expression.KeyConditionBuilder
		want      []string
	}{
		{expression.Key("version").Equal(expression.Value("a")), []string{"a"}},
		{expression.Key("version").LessThan(expression.Value("ab")), []string{"a", "a\x00"}},
		{expression.Key("version").LessThanEqual(expression.Value("ab")), []string{"a", "a\x00", "ab"}},
		{expression.Key("version").GreaterThan(expression.Value("ab")), []string{"b", "b\x00\xc2\x80", "é"}},
		{expression.Key("version").GreaterThanEqual(expression.Value("ab")), []string{"ab", "b", "b\x00\xc2\x80", "é"}},
		{expression.Key("version").Between(expression.Value("a\x00"), expression.Value("b")), []string{"a\x00", "ab", "b"}},
		{expression.Key("version").BeginsWith("a"), []string{"a", "a\x00", "ab"}},
		{expression.Key("version").BeginsWith("\xc3\xa9"), []string{"é"}},
		{expression.Key("version").BeginsWith("z"), []string{}},
	}

	for _, test := range tests {
		built, err := expression.NewBuilder().
			WithKeyCondition(expression.Key("key").Equal(expression.Value("k")).And(test.condition)).Build()
		if err != nil {
			t.Fatal(err)
		}

		for _, forward := range []bool{true, false} {
			out, err := l.Query(t.Context(), &client.QueryInput{
				TableName: aws.String(tableName), ScanIndexForward: aws.Bool(forward), ConsistentRead: aws.Bool(true),
				KeyConditionExpression:    built.KeyCondition(),
				ExpressionAttributeNames:  built.Names(),
				ExpressionAttributeValues: built.Values(),
			})
			if err != nil {
				t.Fatal(err)
			}

			want := slices.Clone(test.want)
			if !forward {
				slices.Reverse(want)
			}

			if diff := cmp.Diff(want, pick(out.Items, "version")); diff != "" {
				t.Errorf("%s forward=%t (-want +got):\n%s", aws.ToString(built.KeyCondition()), forward, diff)
			}
		}
	}
}

func TestFilterCountsAndPages(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	for i := range 10 {
		l.put(t, item{"key": text("k"), "version": text(fmt.Sprint(i)), "even": &types.AttributeValueMemberBOOL{Value: i%2 == 0}})
	}

	input := client.QueryInput{
		TableName:                 aws.String(tableName),
		KeyConditionExpression:    aws.String("#k = :k"),
		FilterExpression:          aws.String("even = :yes"),
		ExpressionAttributeNames:  map[string]string{"#k": "key"},
		ExpressionAttributeValues: item{":k": text("k"), ":yes": &types.AttributeValueMemberBOOL{Value: true}},
		Limit:                     aws.Int32(3),
		Select:                    types.SelectCount,
	}

	out, err := l.Query(t.Context(), &input)
	if err != nil {
		t.Fatal(err)
	}

	if out.Count != 2 || out.ScannedCount != 3 || out.Items != nil {
		t.Errorf("Count %d, ScannedCount %d, Items %v; want 2, 3 and none", out.Count, out.ScannedCount, out.Items)
	}

	if diff := cmp.Diff(keyOf("k", "2"), out.LastEvaluatedKey, same()); diff != "" {
		t.Errorf("LastEvaluatedKey (-want +got):\n%s", diff)
	}

	// The next page begins after the key even if its item no longer exists.
	if _, err := l.DeleteItem(t.Context(), &client.DeleteItemInput{TableName: aws.String(tableName), Key: keyOf("k", "2")}); err != nil {
		t.Fatal(err)
	}

	input.ExclusiveStartKey, input.Select, input.Limit = out.LastEvaluatedKey, "", nil
	input.ProjectionExpression = aws.String("version")

	out, err = l.Query(t.Context(), &input)
	if err != nil {
		t.Fatal(err)
	}

	want := []map[string]types.AttributeValue{{"version": text("4")}, {"version": text("6")}, {"version": text("8")}}
	if diff := cmp.Diff(want, out.Items, same()); diff != "" || out.LastEvaluatedKey != nil {
		t.Errorf("the rest, then %v (-want +got):\n%s", out.LastEvaluatedKey, diff)
	}
}

func TestQuery_pages_of_one_megabyte(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	for i := range 8 {
		l.put(t, item{"key": text("k"), "version": text(fmt.Sprint(i)), "x": text(strings.Repeat("x", 300<<10))})
	}

	var sizes []int

	pages := client.NewScanPaginator(l, &client.ScanInput{TableName: aws.String(tableName)})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		sizes = append(sizes, len(out.Items))
	}

	if diff := cmp.Diff([]int{4, 4, 0}, sizes); diff != "" {
		t.Errorf("items a page (-want +got):\n%s", diff)
	}
}

func TestScan(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	var want []string

	for i := range 25 {
		key := fmt.Sprintf("k%02d", i)
		l.put(t, item{"key": text(key), "version": text("v"), "n": number(fmt.Sprint(i))})

		if i >= 10 {
			want = append(want, key)
		}
	}

	built, err := expression.NewBuilder().
		WithFilter(expression.Name("n").GreaterThanEqual(expression.Value(10)).And(expression.Name("key").BeginsWith("k"))).
		WithProjection(expression.NamesList(expression.Name("key"))).
		Build()
	if err != nil {
		t.Fatal(err)
	}

	var got []string

	pages := client.NewScanPaginator(l, &client.ScanInput{
		TableName: aws.String(tableName), Limit: aws.Int32(4),
		FilterExpression: built.Filter(), ProjectionExpression: built.Projection(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		got = append(got, pick(out.Items, "key")...)
	}

	slices.Sort(got)

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scan (-want +got):\n%s", diff)
	}
}

// TestQuery_filter_on_keys checks that a Query rejects a filter with a key
// attribute in any position.
func TestQuery_filter_on_keys(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	for _, filter := range []string{
		"a = :k OR NOT (version = :k)",
		"a BETWEEN version AND :k",
		"a IN (:k, version)",
		"a = :k AND size(version) > :k",
		"attribute_exists(a) AND begins_with(version, :k)",
	} {
		_, err := l.Query(t.Context(), &client.QueryInput{
			TableName:                 aws.String(tableName),
			KeyConditionExpression:    aws.String("#k = :k"),
			FilterExpression:          aws.String(filter),
			ExpressionAttributeNames:  map[string]string{"#k": "key"},
			ExpressionAttributeValues: item{":k": text("k")},
		})
		wantInvalid(t, err, "Filter Expression can only contain non-primary key attributes: Primary key attribute: version")
	}
}
