package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"triptych/shared/config"
)

// functionsDir has a probe instead of every function. The probe's answer is not a plan,
// so every pipeline fails after its first step.
func functionsDir(t *testing.T) string {
	t.Helper()

	dir := t.TempDir()
	probe := filepath.Join(dir, "probe")

	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", probe, "../lambda/testdata/probe")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the probe: %v\n%s", err, out)
	}

	for _, function := range functions() {
		if err := os.Mkdir(filepath.Join(dir, function.Name), ownerOnlyFolder); err != nil {
			t.Fatal(err)
		}

		if err := os.Link(probe, filepath.Join(dir, function.Name, "bootstrap")); err != nil {
			t.Fatal(err)
		}
	}

	return dir
}

// clients has AWS's own clients for a stack.
type clients struct {
	queues   *sqs.Client
	machines *sfn.Client
	rules    *eventbridge.Client
	objects  *s3.Client
	stack    config.Stack
}

func newClients(t *testing.T, s *Stack, accessKey, secretKey string) clients {
	t.Helper()

	// The clients keep the SDK's retries. On a busy machine, a connection was once reset in the
	// middle of an answer (aws-sdk-go-v2, issue 2737), which every client of the SDK retries.
	endpoint := &s.AWSURL
	keys := credentials.NewStaticCredentialsProvider(accessKey, secretKey, "")
	c := clients{
		queues:   sqs.New(sqs.Options{Region: region, BaseEndpoint: endpoint, Credentials: keys}),
		machines: sfn.New(sfn.Options{Region: region, BaseEndpoint: endpoint, Credentials: keys}),
		rules:    eventbridge.New(eventbridge.Options{Region: region, BaseEndpoint: endpoint, Credentials: keys}),
		objects:  s3.New(s3.Options{Region: region, BaseEndpoint: endpoint, Credentials: keys, UsePathStyle: true}),
	}

	parameters := ssm.New(ssm.Options{
		Region: region, BaseEndpoint: endpoint, Credentials: credentials.NewStaticCredentialsProvider(userKey, userSecret, ""),
	})

	found, err := parameters.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String(config.ParameterName(DefaultName))})
	if err != nil {
		t.Fatal(err)
	}

	if err := json.Unmarshal([]byte(*found.Parameter.Value), &c.stack); err != nil {
		t.Fatal(err)
	}

	return c
}

// receive waits for one message.
func (c clients) receive(t *testing.T, url string) types.Message {
	t.Helper()

	out, err := c.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, WaitTimeSeconds: 20, VisibilityTimeout: 600, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("receive from %s: got %+v, %v", url, out, err)
	}

	return out.Messages[0]
}

func (c clients) count(t *testing.T, url string) map[string]string {
	t.Helper()

	out, err := c.queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameMessageRetentionPeriod,
	}})
	if err != nil {
		t.Fatal(err)
	}

	return out.Attributes
}

// TestQueues_failed_executions_and_undelivered_events checks that a failed execution, and an event whose target
// does not exist, are in the queues, by the names in the stack's description and through
// the gateway. They are still there after a restart.
func TestQueues_failed_executions_and_undelivered_events(t *testing.T) {
	c := Config{Data: t.TempDir(), FunctionsDir: functionsDir(t), AWSAddr: "127.0.0.1:0", CDNAddr: "127.0.0.1:0"}

	first, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}

	user := newClients(t, first, userKey, userSecret)

	started, err := user.machines.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &user.stack.PipelineARN, Input: aws.String(`{"detail": {}}`)})
	if err != nil {
		t.Fatal(err)
	}

	var event struct {
		Detail struct{ ExecutionARN, Status, Error string }
	}

	failed := user.receive(t, user.stack.FailedExecutionsQueueURL)
	if err := json.Unmarshal([]byte(*failed.Body), &event); err != nil || event.Detail.ExecutionARN != *started.ExecutionArn || event.Detail.Status != "FAILED" {
		t.Errorf("dead letter: got %s, %v", *failed.Body, err)
	}

	if _, err := user.machines.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: &user.stack.PipelineARN}); err != nil {
		t.Fatal(err)
	}

	gone := func() bool {
		_, err := user.machines.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &user.stack.PipelineARN})

		return err != nil
	}

	for deadline := time.Now().Add(time.Minute); !gone() && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}

	if _, err := user.objects.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &user.stack.UploadsBucket, Key: aws.String("a b+ü.jpg"), Body: strings.NewReader("x"),
	}); err != nil {
		t.Fatal(err)
	}

	lost := user.receive(t, user.stack.UndeliveredEventsQueueURL)
	why := map[string]string{}

	for name, value := range lost.MessageAttributes {
		why[name] = aws.ToString(value.StringValue)
	}

	want := map[string]string{
		"RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/triptych-upload-created", "TARGET_ARN": user.stack.PipelineARN,
		"ERROR_CODE": "NO_RESOURCE", "ERROR_MESSAGE": "State Machine Does Not Exist: '" + user.stack.PipelineARN + "'", "RETRY_ATTEMPTS": "0",
	}
	if diff := cmp.Diff(want, why); diff != "" || !strings.Contains(*lost.Body, `"key":"a b+ü.jpg"`) {
		t.Errorf("%s (-want +got):\n%s", *lost.Body, diff)
	}

	checkTargets(t, user)
	checkStrangers(t, first, user.stack)

	if err := first.Close(context.Background()); err != nil {
		t.Fatal(err)
	}

	second, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := second.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()

	again := newClients(t, second, userKey, userSecret)
	hidden := map[string]string{"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "1", "MessageRetentionPeriod": fmt.Sprint(14 * 24 * 3600)}

	for url, receipt := range map[string]*string{again.stack.FailedExecutionsQueueURL: failed.ReceiptHandle, again.stack.UndeliveredEventsQueueURL: lost.ReceiptHandle} {
		if diff := cmp.Diff(hidden, again.count(t, url)); diff != "" {
			t.Errorf("%s after a restart (-want +got):\n%s", url, diff)
		}

		if _, err := again.queues.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: receipt}); err != nil {
			t.Error(err)
		}

		if got := again.count(t, url); got["ApproximateNumberOfMessagesNotVisible"] != "0" {
			t.Errorf("%s after the deletion: %v", url, got)
		}
	}

	if _, err := again.machines.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &again.stack.PipelineARN}); err != nil {
		t.Errorf("a machine that the stack is made of is not there after a restart: %v", err)
	}
}

// checkTargets checks that every event that cannot be delivered goes to the second queue.
func checkTargets(t *testing.T, c clients) {
	t.Helper()

	list, err := c.rules.ListRules(t.Context(), &eventbridge.ListRulesInput{})
	if err != nil || len(list.Rules) != 4 {
		t.Fatalf("ListRules: got %+v, %v", list, err)
	}

	for _, rule := range list.Rules {
		targets, err := c.rules.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: rule.Name})
		if err != nil || len(targets.Targets) != 1 || targets.Targets[0].DeadLetterConfig == nil ||
			*targets.Targets[0].DeadLetterConfig.Arn != "arn:aws:sqs:us-east-1:000000000000:triptych-undelivered-events" {
			t.Errorf("%s: got %+v, %v", *rule.Name, targets, err)
		}
	}
}

// checkStrangers checks that a function has no permission for the queues.
func checkStrangers(t *testing.T, s *Stack, described config.Stack) {
	t.Helper()

	role := s.callers.functions["record"]
	function := newClients(t, s, role.AccessKey, role.SecretKey)

	_, receiveErr := function.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &described.FailedExecutionsQueueURL})
	_, purgeErr := function.queues.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &described.UndeliveredEventsQueueURL})
	_, deleteErr := function.machines.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: &described.EraseARN})

	for what, err := range map[string]error{"receive": receiveErr, "purge": purgeErr, "delete": deleteErr} {
		var denied smithy.APIError
		if !errors.As(err, &denied) || !strings.HasPrefix(denied.ErrorCode(), "AccessDenied") {
			t.Errorf("%s: got %v", what, err)
		}
	}
}
