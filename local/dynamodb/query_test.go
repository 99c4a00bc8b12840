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

	"triptych/local/dynamodb"
	"triptych/local/dynamodb/attribute"
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

	// Neighbours that must not leak into the partition "k".
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

	// The next page begins behind the key even when its item is gone.
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

func TestPagesEndAtOneMegabyte(t *testing.T) {
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
			"DynamoDB on the laptop takes expressions only: it does not know the parameter AttributesToGet"},
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

			// Only the values that are used, or their being unused is the error.
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

// TestFilterOnKeysIsFoundAnywhere: wherever in a filter a key attribute stands,
// a Query refuses it.
func TestFilterOnKeysIsFoundAnywhere(t *testing.T) {
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
