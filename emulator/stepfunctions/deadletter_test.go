package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sqsclient "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge"
	"triptych/emulator/eventbridge/pattern"
	"triptych/emulator/lambda"
	"triptych/emulator/sqs"
	"triptych/emulator/stepfunctions"
	"triptych/statemachine"
)

// Queues of the tests' emulator.
const (
	failedExecutionsARN = "arn:aws:sqs:us-east-1:000000000000:triptych-failed-executions"
	undeliveredARN      = "arn:aws:sqs:us-east-1:000000000000:triptych-undelivered-events"
)

func newQueues(db *bbolt.DB) (*sqs.Service, error) {
	return sqs.New(sqs.Config{
		DB: db, Region: "us-east-1", Account: "000000000000", URL: "http://127.0.0.1:4566",
		Queues: []sqs.Queue{{Name: "triptych-failed-executions", Retention: sqs.MaxRetention}, {Name: "triptych-undelivered-events", Retention: sqs.MaxRetention}},
	})
}

// failedRule returns the deployed rule, for the machine of these tests.
func failedRule(queues *sqs.Service) (eventbridge.Rule, error) {
	target := eventbridge.RuleTarget{ID: "failed-executions", ARN: failedExecutionsARN, DeadLetterARN: undeliveredARN}
	if queues != nil {
		target.Target = queues.Target(failedExecutionsARN)
	}

	deployed, err := statemachine.Render(statemachine.ExecutionFailedPattern(), map[string]string{
		"pipeline_machine_arn": machineARN, "erase_machine_arn": machineARN + "-erase", "fail_machine_arn": machineARN + "-fail",
	})

	return eventbridge.Rule{
		Name: "execution-failed", Pattern: json.RawMessage(deployed),
		Targets: []eventbridge.RuleTarget{target},
	}, err
}

// rejectingTarget is a target that rejects every event and writes each call to a file.
type rejectingTarget struct{ path string }

func (s rejectingTarget) Deliver(context.Context, string, json.RawMessage) error {
	file, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}

	if _, err := file.WriteString("."); err != nil {
		return err
	}

	return errors.Join(file.Close(), errors.New("never"))
}

const rejectingRetries = 6

func rejectingRule(path string) eventbridge.Rule {
	return eventbridge.Rule{
		Name: "rejecting", Pattern: json.RawMessage(`{"source": ["rejecting"]}`),
		Targets: []eventbridge.RuleTarget{{
			ID: "nobody", ARN: "arn:nobody", Target: rejectingTarget{path}, DeadLetterARN: undeliveredARN,
			Retry: &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: rejectingRetries},
		}},
	}
}

// direct is an HTTP client that calls a handler without a connection. A connection can break
// on a busy machine, and a repeated ReceiveMessage would not return the same messages.
type direct struct{ handler http.Handler }

// Do implements the SDK's HTTPClient.
func (d direct) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}

	answer := httptest.NewRecorder()
	d.handler.ServeHTTP(answer, r)

	return answer.Result(), nil
}

// drain receives and deletes all messages of a queue, with AWS's SDK.
func drain(t *testing.T, queues *sqs.Service, queue string) []types.Message {
	t.Helper()

	c := sqsclient.New(sqsclient.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:4566"), RetryMaxAttempts: 1, HTTPClient: direct{queues},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	url := aws.String(sqs.QueueURL("http://127.0.0.1:4566", "000000000000", queue))

	var all []types.Message

	for {
		out, err := c.ReceiveMessage(t.Context(), &sqsclient.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}})
		if err != nil {
			t.Fatal(err)
		}

		if len(out.Messages) == 0 {
			return all
		}

		for _, m := range out.Messages {
			if _, err := c.DeleteMessage(t.Context(), &sqsclient.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}

		all = append(all, out.Messages...)
	}
}

// A failed, a stopped and a timed-out execution are in the queue within two seconds. A
// successful execution is not.
func TestFailedExecutions_reachQueue(t *testing.T) {
	t.Parallel()

	const machine = `{
		"QueryLanguage": "JSONata", "StartAt": "Work", "TimeoutSeconds": 100,
		"States": {"Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f", "Payload": "{% $states.input %}"}, "End": true}}
	}`

	want, got := map[string]string{}, map[string]string{}

	synctest.Test(t, func(t *testing.T) {
		db := newDB(t)

		queues, err := newQueues(db)
		if err != nil {
			t.Fatal(err)
		}

		rule, err := failedRule(queues)
		if err != nil {
			t.Fatal(err)
		}

		bus, err := eventbridge.New(eventbridge.Config{DB: db, Region: "us-east-1", Account: "000000000000", Rules: []eventbridge.Rule{rule}, Queues: queues})
		if err != nil {
			t.Fatal(err)
		}
		defer bus.Close()

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		service := start(t, db, machine, stepfunctions.Config{
			Emit: func(ctx context.Context, event eventbridge.Event) error { return bus.Put(ctx, event) },
			Lambda: invoker(func(ctx context.Context, _ string, payload []byte) (lambda.Result, error) {
				switch string(payload) {
				case `hang`:
					<-ctx.Done()

					return lambda.Result{}, ctx.Err()
				case `fail`:
					return lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorType":"Broken","errorMessage":"why"}`)}, nil
				default:
					return lambda.Result{Payload: []byte(`1`)}, nil
				}
			}),
		})

		run(t, service, "well", `"go"`)

		want[run(t, service, "failed", `"fail"`)] = "FAILED Broken REDRIVABLE"
		want[run(t, service, "late", `"hang"`)] = "TIMED_OUT States.Timeout REDRIVABLE"
		stopped := run(t, service, "stopped", `"hang"`)
		want[stopped] = "ABORTED Enough REDRIVABLE"

		time.Sleep(time.Second)
		ask(t, service, "StopExecution", map[string]any{"executionArn": stopped, "error": "Enough"}, &struct{}{})
		time.Sleep(200 * time.Second)
		synctest.Wait()

		var received struct {
			Messages []struct {
				Body       string
				Attributes map[string]string
			}
		}

		for {
			asked := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"QueueUrl": "triptych-failed-executions", "MaxNumberOfMessages": 10, "AttributeNames": ["All"]}`))
			asked.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")

			answer := httptest.NewRecorder() // There is no network, because the time is virtual.
			queues.ServeHTTP(answer, asked)

			received.Messages = nil

			if err := json.Unmarshal(answer.Body.Bytes(), &received); err != nil || answer.Code != http.StatusOK {
				t.Fatalf("%v: %s", err, answer.Body)
			}

			if len(received.Messages) == 0 {
				break
			}

			for _, m := range received.Messages {
				var event struct {
					Detail struct {
						ExecutionARN, Status, Error, RedriveStatus string
						StopDate                                   int64
					}
				}

				if err := json.Unmarshal([]byte(m.Body), &event); err != nil {
					t.Fatal(err)
				}

				got[event.Detail.ExecutionARN] = event.Detail.Status + " " + event.Detail.Error + " " + event.Detail.RedriveStatus

				sent, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64)
				if took := sent - event.Detail.StopDate; err != nil || took < 0 || took > 2000 {
					t.Errorf("%s reached the queue after %d ms, %v", event.Detail.ExecutionARN, took, err)
				}
			}
		}
	})

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// The deployed pattern matches the failures of the three machines, and no other event.
func TestFailurePattern(t *testing.T) {
	t.Parallel()

	rule, err := failedRule(nil)
	if err != nil {
		t.Fatal(err)
	}

	parsed, err := pattern.Parse(rule.Pattern)
	if err != nil {
		t.Fatal(err)
	}

	for event, want := range map[[2]string]bool{
		{"FAILED", machineARN}: true, {"TIMED_OUT", machineARN}: true, {"ABORTED", machineARN + "-erase"}: true, {"FAILED", machineARN + "-fail"}: true,
		{"RUNNING", machineARN}: false, {"SUCCEEDED", machineARN}: false, {"FAILED", machineARN + "-other"}: false,
	} {
		text, err := eventbridge.Event{
			Source: "aws.states", DetailType: "Step Functions Execution Status Change",
			Detail: fmt.Appendf(nil, `{"status": %q, "stateMachineArn": %q}`, event[0], event[1]),
		}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}

		if got, err := parsed.Match(text); err != nil || got != want {
			t.Errorf("%v: got %t, %v", event, got, err)
		}
	}
}

// The deployed pattern of the pipeline's status matches the events that change the ledger:
// the pipeline's failures and redrives.
func TestStatusPattern(t *testing.T) {
	t.Parallel()

	text, err := statemachine.Render(statemachine.PipelineStatusPattern(), map[string]string{"pipeline_machine_arn": machineARN})
	if err != nil {
		t.Fatal(err)
	}

	parsed, err := pattern.Parse(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}

	for detail, want := range map[string]bool{
		`{"status": "FAILED", "redriveCount": 0, "stateMachineArn": "` + machineARN + `"}`:       true,
		`{"status": "TIMED_OUT", "redriveCount": 1, "stateMachineArn": "` + machineARN + `"}`:    true,
		`{"status": "ABORTED", "redriveCount": 0, "stateMachineArn": "` + machineARN + `"}`:      true,
		`{"status": "RUNNING", "redriveCount": 0, "stateMachineArn": "` + machineARN + `"}`:      false,
		`{"status": "RUNNING", "redriveCount": 1, "stateMachineArn": "` + machineARN + `"}`:      true,
		`{"status": "SUCCEEDED", "redriveCount": 1, "stateMachineArn": "` + machineARN + `"}`:    false,
		`{"status": "FAILED", "redriveCount": 0, "stateMachineArn": "` + machineARN + `-fail"}`:  false,
		`{"status": "FAILED", "redriveCount": 0, "stateMachineArn": "` + machineARN + `-erase"}`: false,
	} {
		event, err := eventbridge.Event{
			Source: "aws.states", DetailType: "Step Functions Execution Status Change", Detail: json.RawMessage(detail),
		}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}

		if got, err := parsed.Match(event); err != nil || got != want {
			t.Errorf("%s: got %t, %v", detail, got, err)
		}
	}
}

// TestFailedExecutions_surviveKill kills the process while executions fail and an
// event is retried.
func TestFailedExecutions_surviveKill(t *testing.T) {
	t.Parallel()

	const lives = 3

	dir := t.TempDir()
	linkProbe(t, dir)

	for range lives {
		runAndKill(t, dir, "fail")
	}

	l, err := newTestEmulator(openDB(t, filepath.Join(dir, "state.db")), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close(t)

	eventually(t, "every accepted event has come to its end", func() bool { return statuses(t, l.machines)["FAILED"] == lives*parentLoad })
	eventually(t, "every delivery is made", func() bool {
		left, err := l.bus.Pending()
		if err != nil {
			t.Fatal(err)
		}

		return left == 0
	})

	failed := map[string]bool{}

	for _, m := range drain(t, l.queues, "triptych-failed-executions") {
		var event struct {
			Detail struct{ ExecutionARN, Status string }
		}

		if err := json.Unmarshal([]byte(aws.ToString(m.Body)), &event); err != nil || event.Detail.Status != "FAILED" {
			t.Errorf("got %s, %v", aws.ToString(m.Body), err)
		}

		failed[event.Detail.ExecutionARN] = true
	}

	if len(failed) != lives*parentLoad {
		t.Errorf("%d executions are in the failed-executions queue, want %d", len(failed), lives*parentLoad)
	}

	tries, err := os.ReadFile(filepath.Join(dir, "tries"))
	if err != nil {
		t.Fatal(err)
	}

	// In every life, the process can die between an attempt and its count, once for each
	// event.
	if least, most := lives*(1+rejectingRetries), lives*(1+rejectingRetries+lives); len(tries) < least || len(tries) > most {
		t.Errorf("%d attempts, want %d to %d", len(tries), least, most)
	}

	lost := drain(t, l.queues, "triptych-undelivered-events")
	if len(lost) < lives {
		t.Errorf("%d undelivered events, want %d", len(lost), lives)
	}

	for _, m := range lost {
		got := map[string]string{}
		for name, value := range m.MessageAttributes {
			got[name] = aws.ToString(value.DataType) + " " + aws.ToString(value.StringValue)
		}

		want := map[string]string{
			"RULE_ARN": "String arn:aws:events:us-east-1:000000000000:rule/rejecting", "TARGET_ARN": "String arn:nobody",
			"ERROR_CODE": "String INTERNAL_ERROR", "ERROR_MESSAGE": "String never",
			"EXHAUSTED_RETRY_CONDITION": "String MaximumRetryAttempts", "RETRY_ATTEMPTS": fmt.Sprint("String ", rejectingRetries),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("attributes (-want +got):\n%s", diff)
		}
	}
}
