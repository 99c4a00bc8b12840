package e2e_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
)

// processWithin is the maximum time that the pipeline may take for one image. It is long
// enough for a machine that is busy with other work.
const processWithin = 60 * time.Second

// codeOf returns the code of an error that AWS returned, or "" for other errors.
func codeOf(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorCode()
	}

	return ""
}

// item holds the attributes of a ledger item that the tests read.
type item struct {
	Version, Status, Code, Reason, Owner, SourceVersionID, UpdatedAt string
}

func itemOf(attributes map[string]dynamodbtypes.AttributeValue) item {
	text := func(name string) string {
		if value, ok := attributes[name].(*dynamodbtypes.AttributeValueMemberS); ok {
			return value.Value
		}

		return ""
	}

	return item{
		text("version"), text("status"), text("code"), text("reason"), text("owner"), text("sourceVersionId"), text("updatedAt"),
	}
}

// versionsOf returns the ledger items of the uploads of a key, without the item that
// points to the current version.
func versionsOf(t *testing.T, against *target, key string) []item {
	t.Helper()

	pages := dynamodb.NewQueryPaginator(against.dynamodb(), &dynamodb.QueryInput{
		TableName:                 &against.Stack.LedgerTable,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#k = :k"),
		ExpressionAttributeNames:  map[string]string{"#k": "key"},
		ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":k": &dynamodbtypes.AttributeValueMemberS{Value: key}},
	})

	var found []item

	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("query the ledger for %q: %v", key, err)
		}

		for _, attributes := range page.Items {
			if one := itemOf(attributes); !strings.HasPrefix(one.Version, "@") {
				found = append(found, one)
			}
		}
	}

	return found
}

// eventually calls try until try returns true. After processWithin it fails the test. The
// message contains what, which describes the condition that was not met.
func eventually(t testing.TB, what string, try func() bool) {
	t.Helper()

	deadline := time.Now().Add(processWithin)

	for !try() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: condition not met within %v", what, processWithin)
		}

		select {
		case <-t.Context().Done():
			t.Fatalf("%s: %v", what, t.Context().Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// awaitVersions waits until a key has at least this number of versions, no version is being
// processed, and all executions have ended. The statuses in the ledger are not sufficient:
// an upload becomes READY shortly before its manifest is published, and SUPERSEDED shortly
// before its objects are removed.
func awaitVersions(t *testing.T, against *target, key string, versions int) []item {
	t.Helper()

	var found []item

	eventually(t, key+" is not processing in the ledger", func() bool {
		found = versionsOf(t, against, key)

		done := 0

		for _, one := range found {
			if one.Status != "PROCESSING" {
				done++
			}
		}

		return done == len(found) && done >= versions
	})

	for _, one := range found {
		finished(t, against, one.Owner)
	}

	return versionsOf(t, against, key)
}

// finished waits until an execution has ended, and returns it.
func finished(t *testing.T, against *target, arn string) *sfn.DescribeExecutionOutput {
	t.Helper()

	var found *sfn.DescribeExecutionOutput

	eventually(t, arn+" ends", func() bool {
		var err error

		found, err = against.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
		if err != nil {
			t.Fatalf("describe %s: %v", arn, err)
		}

		return found.Status != sfntypes.ExecutionStatusRunning
	})

	return found
}

// objectsUnder returns the keys of a bucket that begin with a prefix.
func objectsUnder(t *testing.T, against *target, bucket, prefix string) []string {
	t.Helper()

	var found []string

	pages := s3.NewListObjectsV2Paginator(against.s3(), &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("list %s: %v", bucket, err)
		}

		for _, object := range page.Contents {
			found = append(found, aws.ToString(object.Key))
		}
	}

	return found
}
