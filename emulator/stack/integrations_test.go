package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/stepfunctions/asl"
)

// startForTest starts a stack and returns it with its clients.
func startForTest(t *testing.T) (*Stack, clients) {
	t.Helper()

	s, err := Start(t.Context(), Config{Data: t.TempDir(), FunctionsDir: functionsDir(t), AWSAddr: "127.0.0.1:0", CDNAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})

	return s, newClients(t, s, userKey, userSecret)
}

// execute creates a machine with the states, runs it to its end, and returns its execution.
func (c clients) execute(t *testing.T, name, states, input string) *sfn.DescribeExecutionOutput {
	t.Helper()

	created, err := c.machines.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: &name, RoleArn: aws.String("arn:aws:iam::000000000000:role/any"),
		Definition: aws.String(`{"QueryLanguage": "JSONata", "StartAt": "A", "States": ` + states + `}`),
	})
	if err != nil {
		t.Fatal(err)
	}

	started, err := c.machines.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: created.StateMachineArn, Input: &input})
	if err != nil {
		t.Fatal(err)
	}

	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		got, err := c.machines.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
		if err != nil {
			t.Fatal(err)
		}

		if got.Status != types.ExecutionStatusRunning {
			return got
		}
	}

	t.Fatalf("%s has not ended after a minute", name)

	return nil
}

// TestIntegrations_resources checks that every resource that a definition may have is
// connected.
func TestIntegrations_resources(t *testing.T) {
	s := &Stack{}
	connected := s.integrations()

	for _, resource := range asl.Resources() {
		if _, known := connected[resource]; !known && !slices.Contains([]string{asl.LambdaInvoke, asl.StartExecution}, resource) {
			t.Errorf("%s is not connected", resource)
		}
	}
}

// variable are the parts of results that differ in each run.
var variable = regexp.MustCompile(`Request ID: [0-9A-Za-z-]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}\b|\d{4}-\d\d-\d\dT[0-9:.]+Z|"(CopySource)?VersionId":"[^"]+"`)

// TestIntegrations calls each service by the tasks of a machine. The results and the errors
// are those of AWS's pages for each integration, and of
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
func TestIntegrations(t *testing.T) {
	stack, user := startForTest(t)
	topic := newTopic(t, stack)
	table, bucket, queue := user.stack.LedgerTable, user.stack.UploadsBucket, user.stack.FailedExecutionsQueueURL

	item := `{"TableName": "` + table + `", "Item": {"key": {"S": "a"}, "version": {"S": "1"}, "n": {"N": "5"}}`
	key := `{"TableName": "` + table + `", "Key": {"key": {"S": "a"}, "version": {"S": "1"}}`

	// SdkHttpMetadata and SdkResponseMetadata are removed from the results.
	tests := []struct {
		name, resource, arguments string
		result                    string
		err, cause                string
	}{
		{name: "put an item", resource: "dynamodb:putItem", arguments: item + `}`, result: `{}`},
		{
			name: "put an item on a condition", resource: "dynamodb:putItem", arguments: item + `, "ConditionExpression": "attribute_not_exists(#k)", "ExpressionAttributeNames": {"#k": "key"}}`,
			err:   "DynamoDB.ConditionalCheckFailedException",
			cause: "The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: ID; Proxy: null)",
		},
		{name: "get an item", resource: "dynamodb:getItem", arguments: key + `}`, result: `{"Item":{"key":{"S":"a"},"n":{"N":"5"},"version":{"S":"1"}}}`},
		{
			name: "update an item", resource: "dynamodb:updateItem",
			arguments: key + `, "UpdateExpression": "SET n = n + :one", "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "UPDATED_NEW"}`,
			result:    `{"Attributes":{"n":{"N":"6"}}}`,
		},
		{
			name: "put an item by the SDK on a condition", resource: "aws-sdk:dynamodb:putItem",
			arguments: item + `, "ConditionExpression": "attribute_not_exists(#k)", "ExpressionAttributeNames": {"#k": "key"}}`,
			err:       "DynamoDb.ConditionalCheckFailedException", cause: "The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: ID)",
		},
		{name: "query by the SDK", resource: "aws-sdk:dynamodb:query", arguments: `{"TableName": "` + table + `", "Select": "COUNT", "KeyConditionExpression": "#k = :k", "ExpressionAttributeNames": {"#k": "key"}, "ExpressionAttributeValues": {":k": {"S": "a"}}}`, result: `{"Count":1,"ScannedCount":1}`},
		{name: "delete an item", resource: "dynamodb:deleteItem", arguments: key + `}`, result: `{}`},
		{name: "get a missing item", resource: "aws-sdk:dynamodb:getItem", arguments: key + `}`, result: `{}`},
		{
			name: "missing table", resource: "aws-sdk:dynamodb:getItem", arguments: `{"TableName": "none", "Key": {"key": {"S": "a"}}}`,
			err: "DynamoDb.ResourceNotFoundException", cause: "Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: ID)",
		},
		{
			name: "send a message", resource: "sqs:sendMessage", arguments: `{"QueueUrl": "` + queue + `", "MessageBody": {"n": 1}}`,
			result: `{"MD5OfMessageBody":"ID","MessageId":"ID"}`,
		},
		{
			name: "missing queue", resource: "sqs:sendMessage", arguments: `{"QueueUrl": "` + queue + `-none", "MessageBody": "x"}`,
			err:   "SQS.QueueDoesNotExistException",
			cause: "The specified queue does not exist. (Service: AmazonSQS; Status Code: 400; Error Code: AWS.SimpleQueueService.NonExistentQueue; Request ID: ID; Proxy: null)",
		},
		{
			name: "missing queue by the SDK", resource: "aws-sdk:sqs:sendMessage", arguments: `{"QueueUrl": "` + queue + `-none", "MessageBody": "x"}`,
			err: "Sqs.QueueDoesNotExistException", cause: "The specified queue does not exist. (Service: Sqs, Status Code: 400, Request ID: ID)",
		},
		{name: "publish", resource: "sns:publish", arguments: `{"TopicArn": "` + topic + `", "Message": {"n": 1}}`, result: `{"MessageId":"ID"}`},
		{
			name: "missing topic", resource: "sns:publish", arguments: `{"TopicArn": "` + topic + `-none", "Message": "x"}`, err: "SNS.NotFoundException",
			cause: "Topic does not exist (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: ID; Proxy: null)",
		},
		{
			name: "missing topic by the SDK", resource: "aws-sdk:sns:publish", arguments: `{"TopicArn": "` + topic + `-none", "Message": "x"}`,
			err: "Sns.NotFoundException", cause: "Topic does not exist (Service: Sns, Status Code: 404, Request ID: ID)",
		},
		{
			name: "put events", resource: "events:putEvents", arguments: `{"Entries": [{"Source": "test", "DetailType": "t", "Detail": {"n": 1}}]}`,
			result: `{"Entries":[{"EventId":"ID"}],"FailedEntryCount":0}`,
		},
		{
			name: "put events to a missing bus", resource: "events:putEvents", arguments: `{"Entries": [{"Source": "test", "DetailType": "t", "Detail": {}, "EventBusName": "none"}]}`,
			err:   "EventBridge.FailedEntry",
			cause: `{"Entries":[{"ErrorCode":"ResourceNotFoundException","ErrorMessage":"Event bus none does not exist."}],"FailedEntryCount":1}`,
		},
		{
			name: "put an object of JSON", resource: "aws-sdk:s3:putObject", arguments: `{"Bucket": "` + bucket + `", "Key": "a.json", "Body": {"n": 1}, "ContentType": "application/json"}`,
			result: `{"ChecksumCRC64NVME":"Do2aQT+A33I=","ChecksumType":"FULL_OBJECT","ETag":"\"ID\"",ID}`,
		},
		{
			name: "get an object", resource: "aws-sdk:s3:getObject", arguments: `{"Bucket": "` + bucket + `", "Key": "a.json"}`,
			result: `{"AcceptRanges":"bytes","Body":"{\"n\":1}","ContentLength":7,"ContentType":"application/json","ETag":"\"ID\"","LastModified":"ID","Metadata":{},ID}`,
		},
		{
			name: "copy an object", resource: "aws-sdk:s3:copyObject", arguments: `{"Bucket": "` + bucket + `", "Key": "b.json", "CopySource": "` + bucket + `/a.json"}`,
			result: `{"CopyObjectResult":{"ChecksumCRC64NVME":"Do2aQT+A33I=","ChecksumType":"FULL_OBJECT","ETag":"\"ID\"","LastModified":"ID"},ID,ID}`,
		},
		{
			name: "list objects", resource: "aws-sdk:s3:listObjectsV2", arguments: `{"Bucket": "` + bucket + `", "Prefix": "b"}`,
			result: `{"Contents":[{"ChecksumAlgorithm":["CRC64NVME"],"ChecksumType":"FULL_OBJECT","ETag":"\"ID\"","Key":"b.json","LastModified":"ID","Size":7,"StorageClass":"STANDARD"}],"IsTruncated":false,"KeyCount":1,"MaxKeys":1000,"Name":"` + bucket + `","Prefix":"b"}`,
		},
		{
			name: "missing key", resource: "aws-sdk:s3:getObject", arguments: `{"Bucket": "` + bucket + `", "Key": "none"}`,
			err: "S3.NoSuchKeyException", cause: "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ID)",
		},
		{
			name: "missing object for a head", resource: "aws-sdk:s3:headObject", arguments: `{"Bucket": "` + bucket + `", "Key": "none"}`,
			err: "S3.NoSuchKeyException", cause: "null (Service: S3, Status Code: 404, Request ID: ID)",
		},
		{
			name: "missing bucket", resource: "aws-sdk:s3:getObject", arguments: `{"Bucket": "none-of-these", "Key": "none"}`,
			err: "S3.NoSuchBucketException", cause: "The specified bucket does not exist. (Service: S3, Status Code: 404, Request ID: ID)",
		},
		{
			name: "missing machine by the SDK", resource: "aws-sdk:sfn:startExecution", arguments: `{"StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:none"}`,
			err:   "Sfn.StateMachineDoesNotExistException",
			cause: "State Machine Does Not Exist: 'arn:aws:states:us-east-1:000000000000:stateMachine:none' (Service: Sfn, Status Code: 400, Request ID: ID)",
		},
		{
			name: "list machines by the SDK", resource: "aws-sdk:sfn:listTagsForResource", arguments: `{"ResourceArn": "` + user.stack.PipelineARN + `"}`, result: `{"Tags":[]}`,
		},
		{name: "get a parameter", resource: "aws-sdk:ssm:getParameter", arguments: `{"Name": "none"}`, err: "Ssm.ParameterNotFoundException"},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := user.execute(t, fmt.Sprintf("integration-%d", i), `{"A": {"Type": "Task", "Resource": "arn:aws:states:::`+test.resource+`", "Arguments": `+test.arguments+`, "End": true}}`, `{}`)

			clean := func(text *string) string {
				return variable.ReplaceAllStringFunc(aws.ToString(text), func(found string) string {
					if strings.HasPrefix(found, "Request ID") {
						return "Request ID: ID"
					}

					return "ID"
				})
			}

			if aws.ToString(got.Error) != test.err || test.cause != "" && clean(got.Cause) != test.cause {
				t.Fatalf("got the error %s with the cause\n%s, want\n%s", aws.ToString(got.Error), clean(got.Cause), test.cause)
			}

			if got.Output == nil {
				return
			}

			var result map[string]json.RawMessage
			if err := json.Unmarshal([]byte(*got.Output), &result); err != nil {
				t.Fatal(err)
			}

			_, metadata := result["SdkHttpMetadata"]
			if sdk := strings.HasPrefix(test.resource, "aws-sdk:"); metadata == sdk {
				t.Errorf("SdkHttpMetadata in %s: got %v", test.resource, metadata)
			}

			delete(result, "SdkHttpMetadata")
			delete(result, "SdkResponseMetadata")

			text, err := json.Marshal(result)
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(test.result, clean(aws.String(string(text)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
