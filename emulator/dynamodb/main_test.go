package dynamodb_test

import (
	"errors"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	bolt "go.etcd.io/bbolt"

	"triptych/emulator/dynamodb"
	"triptych/emulator/dynamodb/attribute"
)

// The names of the table and the index that most tests use. Triptych's ledger has the same
// names.
const (
	tableName = "triptych-ledger"
	indexName = "byStatus"
)

// ledger is a table with a composite key, an index and expiry.
func ledger() dynamodb.Table {
	return dynamodb.Table{
		Name: tableName,
		KeySchema: dynamodb.KeySchema{
			PartitionKey: dynamodb.Key{Name: "key", Type: attribute.KindString},
			SortKey:      dynamodb.Key{Name: "version", Type: attribute.KindString},
		},
		Indexes: []dynamodb.Index{{
			Name: indexName,
			KeySchema: dynamodb.KeySchema{
				PartitionKey: dynamodb.Key{Name: "status", Type: attribute.KindString},
				SortKey:      dynamodb.Key{Name: "updatedAt", Type: attribute.KindNumber},
			},
		}},
		TTLAttribute: "expires",
	}
}

// fixture is a service with its database and an SDK client.
type fixture struct {
	*client.Client

	service *dynamodb.Service
	db      *bolt.DB
	path    string
}

func openDB(tb testing.TB, path string) *bolt.DB {
	tb.Helper()

	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, NoFreelistSync: true, Timeout: time.Second})
	if err != nil {
		tb.Fatal(err)
	}

	tb.Cleanup(func() { _ = db.Close() })

	return db
}

func serve(tb testing.TB, config dynamodb.Config) fixture {
	tb.Helper()

	path := filepath.Join(tb.TempDir(), "state.db")
	if config.DB == nil {
		config.DB = openDB(tb, path)
	}

	if config.Tables == nil {
		config.Tables = []dynamodb.Table{ledger()}
	}

	config.Account, config.Region = "000000000000", "us-east-1"

	service, err := dynamodb.New(config)
	if err != nil {
		tb.Fatal(err)
	}

	server := httptest.NewServer(service)
	tb.Cleanup(server.Close)

	return fixture{
		Client: client.New(client.Options{
			Region:           "us-east-1",
			BaseEndpoint:     aws.String(server.URL),
			Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
			HTTPClient:       server.Client(),
			RetryMaxAttempts: 1,
		}),
		service: service,
		db:      config.DB,
		path:    path,
	}
}

// Short forms of attribute values.
type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

func keyOf(key, version string) item { return item{"key": text(key), "version": text(version)} }

func (l fixture) put(tb testing.TB, attributes item) {
	tb.Helper()

	if _, err := l.PutItem(tb.Context(), &client.PutItemInput{TableName: aws.String(tableName), Item: attributes}); err != nil {
		tb.Fatal(err)
	}
}

// get reads an item of the ledger. It returns nil if there is no item.
func (l fixture) get(tb testing.TB, key, version string) item {
	tb.Helper()

	out, err := l.GetItem(tb.Context(), &client.GetItemInput{TableName: aws.String(tableName), Key: keyOf(key, version)})
	if err != nil {
		tb.Fatal(err)
	}

	return out.Item
}

// wantCode checks that an operation failed with an AWS error code.
func wantCode(tb testing.TB, err error, code string) {
	tb.Helper()

	var failure smithy.APIError
	if !errors.As(err, &failure) || failure.ErrorCode() != code {
		tb.Errorf("got error %v, want %s", err, code)
	}
}

// wantInvalid checks for a ValidationException with exactly this message.
func wantInvalid(tb testing.TB, err error, message string) {
	tb.Helper()
	wantCode(tb, err, "ValidationException")

	var failure smithy.APIError
	if errors.As(err, &failure) && failure.ErrorMessage() != message {
		tb.Errorf("message\n got %s\nwant %s", failure.ErrorMessage(), message)
	}
}
