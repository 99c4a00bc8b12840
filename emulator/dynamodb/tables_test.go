package dynamodb_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"triptych/emulator/dynamodb"
	"triptych/emulator/dynamodb/attribute"
)

func TestDescribeTable(t *testing.T) {
	created := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := serve(t, dynamodb.Config{Now: func() time.Time { return created }})
	l.put(t, item{"key": text("k"), "version": text("v")})

	out, err := l.DescribeTable(t.Context(), &client.DescribeTableInput{TableName: aws.String(tableName)})
	if err != nil {
		t.Fatal(err)
	}

	const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/" + tableName

	noCapacity := &types.ProvisionedThroughputDescription{NumberOfDecreasesToday: aws.Int64(0), ReadCapacityUnits: aws.Int64(0), WriteCapacityUnits: aws.Int64(0)}
	want := &types.TableDescription{
		TableName:                 aws.String(tableName),
		TableArn:                  aws.String(arn),
		TableStatus:               types.TableStatusActive,
		DeletionProtectionEnabled: aws.Bool(false), CreationDateTime: aws.Time(created),
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("key"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("version"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("status"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("updatedAt"), AttributeType: types.ScalarAttributeTypeN},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("key"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("version"), KeyType: types.KeyTypeRange},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndexDescription{{
			IndexName:   aws.String(indexName),
			IndexArn:    aws.String(arn + "/index/" + indexName),
			IndexStatus: types.IndexStatusActive,
			ItemCount:   aws.Int64(0),
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String("status"), KeyType: types.KeyTypeHash},
				{AttributeName: aws.String("updatedAt"), KeyType: types.KeyTypeRange},
			},
			Projection:            &types.Projection{ProjectionType: types.ProjectionTypeAll},
			ProvisionedThroughput: noCapacity,
		}},
		ProvisionedThroughput: noCapacity,
		BillingModeSummary:    &types.BillingModeSummary{BillingMode: types.BillingModePayPerRequest},
		ItemCount:             aws.Int64(1),
	}

	if diff := cmp.Diff(want, out.Table,
		cmpopts.IgnoreFields(types.TableDescription{}, "TableSizeBytes"),
		cmpopts.IgnoreUnexported(types.ProvisionedThroughputDescription{}, types.TableDescription{}, types.AttributeDefinition{}, types.KeySchemaElement{},
			types.GlobalSecondaryIndexDescription{}, types.Projection{}, types.BillingModeSummary{})); diff != "" {
		t.Errorf("Table (-want +got):\n%s", diff)
	}

	_, err = l.DescribeTable(t.Context(), &client.DescribeTableInput{TableName: aws.String("other")})
	wantCode(t, err, "ResourceNotFoundException")

	if !strings.Contains(err.Error(), "Requested resource not found: Table: other not found") {
		t.Errorf("error = %v", err)
	}
}

func TestListTables(t *testing.T) {
	tables := []dynamodb.Table{ledger(), ledger(), ledger()}
	for i, name := range []string{"charlie", "alpha", "bravo"} {
		tables[i].Name = name
	}

	l := serve(t, dynamodb.Config{Tables: tables})

	var got [][]string

	pages := client.NewListTablesPaginator(l, &client.ListTablesInput{Limit: aws.Int32(2)})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		got = append(got, out.TableNames)
	}

	if diff := cmp.Diff([][]string{{"alpha", "bravo"}, {"charlie"}}, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")

	// reopen closes the database if it is open, and opens it again.
	var closeBefore func()

	reopen := func(table dynamodb.Table) (fixture, error) {
		if closeBefore != nil {
			closeBefore()
		}

		db := openDB(t, path)
		closeBefore = func() {
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}

		if _, err := dynamodb.New(dynamodb.Config{DB: db, Tables: []dynamodb.Table{table}}); err != nil {
			return fixture{}, err
		}

		return serve(t, dynamodb.Config{DB: db, Tables: []dynamodb.Table{table}}), nil
	}

	put := item{"key": text("k"), "version": text("v"), "owner": text("me"), "status": text("READY"), "updatedAt": number("1")}

	first, err := reopen(ledger())
	if err != nil {
		t.Fatal(err)
	}

	first.put(t, put)

	same1, err := reopen(ledger())
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(put, same1.get(t, "k", "v"), same()); diff != "" {
		t.Errorf("after reopening (-want +got):\n%s", diff)
	}

	// With another index, the existing items are in it.
	changed := ledger()
	changed.Indexes = []dynamodb.Index{{Name: "byOwner", KeySchema: dynamodb.KeySchema{
		PartitionKey: dynamodb.Key{Name: "owner", Type: attribute.KindString},
	}}}

	second, err := reopen(changed)
	if err != nil {
		t.Fatal(err)
	}

	out, err := second.Query(t.Context(), &client.QueryInput{
		TableName: aws.String(tableName), IndexName: aws.String("byOwner"),
		KeyConditionExpression:    aws.String("#o = :o"),
		ExpressionAttributeNames:  map[string]string{"#o": "owner"},
		ExpressionAttributeValues: item{":o": text("me")},
	})
	if err != nil || out.Count != 1 {
		t.Errorf("the new index: %v, %v", out, err)
	}

	// A table with another primary key is another table.
	other := ledger()
	other.SortKey.Type = attribute.KindNumber

	if _, err := reopen(other); err == nil || !strings.Contains(err.Error(), "primary key") {
		t.Errorf("another primary key: got %v, want an error that names it", err)
	}
}

// TestWrites_survive_a_kill copies the file as a killed process would leave it:
// never closed, and in the middle of a later write.
func TestWrites_survive_a_kill(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	for i := range 20 {
		version := strconv.Itoa(i)
		l.put(t, item{"key": text("k"), "version": text(version), "status": text("READY"), "updatedAt": number(version)})

		left, err := os.ReadFile(l.path)
		if err != nil {
			t.Fatal(err)
		}

		path := filepath.Join(t.TempDir(), "left.db")
		if err := os.WriteFile(path, left, 0o600); err != nil {
			t.Fatal(err)
		}

		after := serve(t, dynamodb.Config{DB: openDB(t, path)})

		out, err := after.Query(t.Context(), &client.QueryInput{
			TableName: aws.String(tableName), IndexName: aws.String(indexName),
			KeyConditionExpression:    aws.String("#s = :s"),
			ExpressionAttributeNames:  map[string]string{"#s": "status"},
			ExpressionAttributeValues: item{":s": text("READY")},
		})
		if err != nil || int(out.Count) != i+1 {
			t.Fatalf("after write %d: %d items, %v", i, out.Count, err)
		}
	}
}

func TestSweep_expired_items(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := serve(t, dynamodb.Config{Now: func() time.Time { return now }})

	seconds := func(d time.Duration) types.AttributeValue {
		return number(attribute.NumberOf(now.Add(d).Unix()).String())
	}

	for name, expires := range map[string]types.AttributeValue{
		"past":           seconds(-time.Second),
		"now":            seconds(0),
		"future":         seconds(time.Hour),
		"six years past": seconds(-6 * 365 * 24 * time.Hour),
		"text":           text("1"),
		"negative":       number("-5"),
		"huge":           number("1e30"),
		"fraction":       number("1767225599.5"), // half a second before now
	} {
		l.put(t, item{"key": text(name), "version": text("v"), "expires": expires, "status": text("REJECTED"), "updatedAt": number("1")})
	}

	l.put(t, item{"key": text("never"), "version": text("v")})

	remaining := func() []string {
		out, err := l.Scan(t.Context(), &client.ScanInput{TableName: aws.String(tableName)})
		if err != nil {
			t.Fatal(err)
		}

		return pick(out.Items, "key")
	}

	if got := len(remaining()); got != 9 {
		t.Errorf("before the sweep %d items are there, want all 9", got)
	}

	removed, err := l.service.Sweep(t.Context())
	if err != nil || removed != 2 {
		t.Errorf("Sweep = %d, %v; want 2", removed, err)
	}

	want := []string{"future", "huge", "negative", "never", "now", "six years past", "text"}
	if diff := cmp.Diff(want, remaining()); diff != "" {
		t.Errorf("after the sweep (-want +got):\n%s", diff)
	}

	// An expiry that was removed or moved in time has no effect.
	if _, err := l.UpdateItem(t.Context(), &client.UpdateItemInput{
		TableName: aws.String(tableName), Key: keyOf("future", "v"), UpdateExpression: aws.String("REMOVE expires"),
	}); err != nil {
		t.Fatal(err)
	}

	now = now.Add(2 * time.Hour)

	if removed, err := l.service.Sweep(t.Context()); err != nil || removed != 1 { // "now"
		t.Errorf("the second Sweep = %d, %v; want 1", removed, err)
	}

	// The items are removed from the index too.
	out, err := l.Query(t.Context(), &client.QueryInput{
		TableName: aws.String(tableName), IndexName: aws.String(indexName),
		KeyConditionExpression:    aws.String("#s = :s"),
		ExpressionAttributeNames:  map[string]string{"#s": "status"},
		ExpressionAttributeValues: item{":s": text("REJECTED")},
	})
	if err != nil || out.Count != 5 {
		t.Errorf("in the index: %v, %v; want 5 items", out.Count, err)
	}
}

func TestSweepOfManyItems(t *testing.T) {
	l := serve(t, dynamodb.Config{})

	const many = 520 // more than two batches

	for i := range many {
		l.put(t, item{"key": text("k"), "version": text(attribute.NumberOf(int64(i)).String()),
			"expires": number(attribute.NumberOf(time.Now().Unix() - 60).String())})
	}

	if removed, err := l.service.Sweep(t.Context()); err != nil || removed != many {
		t.Errorf("Sweep = %d, %v; want %d", removed, err, many)
	}
}

func TestNewReportsAllProblems(t *testing.T) {
	bad := dynamodb.Table{
		Name:      "a/b",
		KeySchema: dynamodb.KeySchema{PartitionKey: dynamodb.Key{Name: "k", Type: attribute.KindBool}, SortKey: dynamodb.Key{Type: attribute.KindString}},
		Indexes: []dynamodb.Index{
			{Name: "twice", KeySchema: dynamodb.KeySchema{PartitionKey: dynamodb.Key{Name: "k", Type: attribute.KindString}}},
			{Name: "twice", KeySchema: dynamodb.KeySchema{PartitionKey: dynamodb.Key{Name: "x", Type: attribute.KindString}}},
		},
	}

	_, err := dynamodb.New(dynamodb.Config{Tables: []dynamodb.Table{bad, bad}})
	if err == nil {
		t.Fatal("New accepts it")
	}

	for _, part := range []string{
		"DB is nil", `table name "a/b"`, `table "a/b" is declared twice`, `type "BOOL"`, "a key without a name",
		`index "twice" of table "a/b" is declared twice`, "both BOOL and S",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q:\n%v", part, err)
		}
	}
}
