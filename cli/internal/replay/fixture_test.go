package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"go.etcd.io/bbolt"

	"triptych/cli/internal/target"
	"triptych/emulator/dynamodb"
	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/eventbridge"
	"triptych/emulator/lambda"
	localsqs "triptych/emulator/sqs"
	"triptych/emulator/ssm"
	"triptych/emulator/stepfunctions"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/ledger"
)

const (
	region           = "us-east-1"
	account          = "000000000000"
	eraser           = "arn:aws:states:us-east-1:000000000000:stateMachine:triptych-erase"
	failedExecutions = "arn:aws:sqs:us-east-1:000000000000:triptych-failed-executions"
)

// definition is a pipeline with one function. Its input is the input of Validate.
const definition = `{
  "QueryLanguage": "JSONata", "StartAt": "Work", "States": {"Work": {
    "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
    "Arguments": {"FunctionName": "work", "Payload": {
      "event": "{% $states.input.detail %}", "execution": "{% $states.context.Execution.Id %}",
      "replaces": "{% $exists($states.input.replaces) ? $states.input.replaces : '' %}"}},
    "Output": "{% $states.result.Payload %}"}}}`

// erasure is a state machine that calls the function, and then waits for its sweep.
const erasure = `{
  "QueryLanguage": "JSONata", "StartAt": "Erase", "States": {
    "Erase": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Wait",
      "Arguments": {"FunctionName": "work", "Payload": {"event": "{% $states.input.detail %}", "execution": "{% $states.context.Execution.Id %}"}}},
    "Wait": {"Type": "Wait", "Seconds": 2100, "End": true}}}`

// fixture is a stack with the real services of the emulator, and fake functions and
// objects.
type fixture struct {
	t      *testing.T
	target *target.Target

	mu sync.Mutex
	// breaks is the moment at which the function fails; "" means that it does not fail.
	breaks string
	// asked has all inputs of the function.
	asked []contract.ValidateInput
}

// The moments at which the function fails.
const (
	beforeClaim = "before the claim"
	afterClaim  = "after the claim"
)

func newFixture(t *testing.T) *fixture {
	t.Helper()

	w := &fixture{t: t}

	db, err := bbolt.Open(filepath.Join(t.TempDir(), "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() })

	services := map[string]http.Handler{}
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		service, _, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if handler := services[service]; handler != nil {
			handler.ServeHTTP(writer, r)

			return
		}

		_, _ = io.WriteString(writer, `<ListBucketResult></ListBucketResult>`) // The bucket is empty.
	}))
	t.Cleanup(server.Close)

	queues := must(localsqs.New(localsqs.Config{
		DB: db, Region: region, Account: account, URL: server.URL,
		Queues: []localsqs.Queue{{Name: "triptych-failed-executions"}, {Name: "triptych-undelivered-events"}},
	}))

	var bus *eventbridge.Bus

	workflow := must(stepfunctions.New(stepfunctions.Config{
		DB: db, Region: region, Account: account, Lambda: w,
		Machines: []stepfunctions.Machine{
			{Name: "triptych-pipeline", RoleARN: "arn:aws:iam::000000000000:role/a", Definition: []byte(definition)},
			{Name: "triptych-erase", RoleARN: "arn:aws:iam::000000000000:role/a", Definition: []byte(erasure)},
		},
		Emit: func(ctx context.Context, event eventbridge.Event) error { return bus.Put(ctx, event) },
	}))

	t.Cleanup(func() { _ = workflow.Close() })

	bus = must(eventbridge.New(eventbridge.Config{
		DB: db, Region: region, Account: account, Queues: queues, Rules: []eventbridge.Rule{{
			Name: "failed", Pattern: []byte(`{"source": ["aws.states"], "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]}}`),
			Targets: []eventbridge.RuleTarget{{ID: "queue", ARN: failedExecutions, Target: queues.Target(failedExecutions)}},
		}},
	}))

	t.Cleanup(func() { _ = bus.Close() })

	text := func(name string) dynamodb.Key { return dynamodb.Key{Name: name, Type: attribute.KindString} }
	tables := must(dynamodb.New(dynamodb.Config{DB: db, Account: account, Region: region, Tables: []dynamodb.Table{{
		Name: "triptych-ledger", KeySchema: dynamodb.KeySchema{PartitionKey: text("key"), SortKey: text("version")},
		Indexes: []dynamodb.Index{{Name: ledger.ByStatus, KeySchema: dynamodb.KeySchema{PartitionKey: text(ledger.StatusShard), SortKey: text("updatedAt")}}},
	}}}))
	parameters := must(ssm.New(ssm.Config{DB: db, Account: account, Region: region}))

	described := must(json.Marshal(config.Stack{
		Stack: "triptych", Region: region, UploadsBucket: "triptych-uploads", VariantsBucket: "triptych-variants",
		LedgerTable: "triptych-ledger", PipelineARN: pipeline, EraseARN: eraser, CDN: server.URL,
		FailedExecutionsQueueURL: server.URL + "/000000000000/triptych-failed-executions", UndeliveredEventsQueueURL: server.URL + "/000000000000/triptych-undelivered-events",
	}))

	if err := errors.Join(parameters.Put(config.ParameterName("triptych"), string(described)), workflow.Resume(), bus.Start()); err != nil {
		t.Fatal(err)
	}

	services["DynamoDB_20120810"], services["AmazonSSM"], services["AWSStepFunctions"], services["AmazonSQS"] = tables, parameters, workflow.API(), queues

	w.target = must(target.Connect(t.Context(), target.Options{Local: true, Stack: "triptych", Endpoint: server.URL}))

	return w
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}

	return value
}

// Invoke simulates the function. It claims the upload and completes it.
func (w *fixture) Invoke(ctx context.Context, _ string, payload []byte) (lambda.Result, error) {
	var in contract.ValidateInput
	if err := json.Unmarshal(payload, &in); err != nil {
		return lambda.Result{}, err
	}

	w.mu.Lock()
	w.asked = append(w.asked, in)
	breaks := w.breaks
	w.mu.Unlock()

	failed := lambda.Result{Payload: []byte(`{"errorType":"Unplanned","errorMessage":"it broke\nhere"}`), FunctionError: "Unhandled"}
	upload := in.Event.Upload()

	if breaks == beforeClaim {
		return failed, nil
	}

	if MachineARN(in.Execution) == eraser {
		return lambda.Result{Payload: []byte(`{}`)}, nil
	}

	if err := w.target.Ledger.Claim(ctx, upload, "111111111111", in.Execution, in.Replaces); err != nil {
		return lambda.Result{Payload: fmt.Appendf(nil, `{"errorType":"Claim","errorMessage":%q}`, err), FunctionError: "Unhandled"}, nil
	}

	if breaks == afterClaim {
		return failed, nil
	}

	err := w.target.Ledger.Complete(ctx, ledger.Outcome{Plan: contract.Plan{Upload: upload, Version: "111111111111"}})

	return lambda.Result{Payload: []byte(`{"status":"READY"}`)}, err
}

func (w *fixture) breakAt(when string) {
	w.mu.Lock()
	defer w.mu.Unlock()

	w.breaks = when
}

// start runs an execution to its end, and returns its ARN.
func (w *fixture) start(machine, name, input string) string {
	w.t.Helper()

	out, err := w.target.SFN.StartExecution(w.t.Context(), &sfn.StartExecutionInput{StateMachineArn: &machine, Name: &name, Input: &input})
	if err != nil {
		w.t.Fatal(err)
	}

	w.eventually("the execution "+name+" ends", func() bool {
		return w.describe(aws.ToString(out.ExecutionArn)).Status != types.ExecutionStatusRunning
	})

	return aws.ToString(out.ExecutionArn)
}

func (w *fixture) describe(arn string) *sfn.DescribeExecutionOutput {
	w.t.Helper()

	out, err := w.target.SFN.DescribeExecution(w.t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		w.t.Fatal(err)
	}

	return out
}

func (w *fixture) eventually(what string, try func() bool) {
	w.t.Helper()

	for deadline := time.Now().Add(time.Minute); !try(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited a minute for: %s", what)
		}
	}
}

// messages returns the number of messages in the failed-executions queue.
func (w *fixture) messages() string {
	w.t.Helper()

	out, err := w.target.SQS.GetQueueAttributes(w.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &w.target.Stack.FailedExecutionsQueueURL, AttributeNames: []sqsAttribute{"ApproximateNumberOfMessages"},
	})
	if err != nil {
		w.t.Fatal(err)
	}

	return out.Attributes["ApproximateNumberOfMessages"]
}

// another is an equivalent definition with a different text.
var another = strings.Replace(definition, "{", `{"Comment": "Another.",`, 1)

// define sets the definition of the pipeline.
func (w *fixture) define(definition string) {
	w.t.Helper()

	_, err := w.target.SFN.UpdateStateMachine(w.t.Context(), &sfn.UpdateStateMachineInput{
		StateMachineArn: aws.String(pipeline), Definition: &definition,
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// replay runs a new Replay, like a new run of the command, and returns its results.
func (w *fixture) replay(run func(*Replay) error) []Result {
	w.t.Helper()

	var results []Result

	err := run(&Replay{
		Target: w.target, Concurrency: 4, Timeout: time.Minute,
		Ended: func(result Result) error {
			results = append(results, result)

			return nil
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}

	return results
}

func (w *fixture) list(names ...string) []Result {
	w.t.Helper()

	return w.replay(func(r *Replay) error { return r.List(w.t.Context(), names) })
}

func (w *fixture) all(left int) []Result {
	w.t.Helper()

	return w.replay(func(r *Replay) error {
		got, err := r.All(w.t.Context())
		if got != left {
			w.t.Errorf("%d entries are left, want %d", got, left)
		}

		return err
	})
}

// input returns the input of an execution for a key.
func input(key string) string {
	return inputOf("triptych-uploads", upload(key))
}

func upload(key string) contract.Upload {
	return contract.Upload{Bucket: "triptych-uploads", Key: key, VersionID: "v1", ETag: "e", Bytes: 7, Sequencer: contract.PadSequencer("1")}
}

// past returns a ledger whose clock is slow by more than the duration of a lease. So a lease
// that it acquires has expired.
func (w *fixture) past() *ledger.Ledger {
	return ledger.New(aws.Config{
		Region: region, BaseEndpoint: w.target.SFN.Options().BaseEndpoint,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}, "triptych-ledger", func() time.Time { return time.Now().Add(-2 * ledger.Lease) })
}
