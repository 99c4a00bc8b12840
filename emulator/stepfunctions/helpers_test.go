package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
)

const (
	machineARN   = "arn:aws:states:us-east-1:000000000000:stateMachine:triptych-pipeline"
	executionARN = "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:"
)

// oneTask is a machine with one task, which is retried after the error Flaky.
const oneTask = `{
	"QueryLanguage": "JSONata", "StartAt": "Work",
	"States": {"Work": {
		"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
		"Arguments": {"FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:probe:live", "Payload": "{% $states.input %}"},
		"Output": "{% $states.result.Payload %}",
		"Retry": [{"ErrorEquals": ["Flaky"], "IntervalSeconds": 60, "BackoffRate": 2, "MaxAttempts": 3}],
		"End": true
	}}
}`

// longWait is a machine that waits for an hour between two tasks.
const longWait = `{
	"QueryLanguage": "JSONata", "StartAt": "Before",
	"States": {
		"Before": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "probe", "Payload": {"step": "before"}}, "Next": "Wait"},
		"Wait": {"Type": "Wait", "Seconds": 3600, "Next": "After"},
		"After": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "probe", "Payload": {"step": "after"}}, "Output": "done", "End": true}
	}
}`

// invoker is a fake Lambda for tests in virtual time.
type invoker func(ctx context.Context, function string, payload []byte) (lambda.Result, error)

func (f invoker) Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error) {
	return f(ctx, function, payload)
}

// echo returns its payload.
var echo = invoker(func(_ context.Context, _ string, payload []byte) (lambda.Result, error) {
	return lambda.Result{Payload: payload, ExecutedVersion: "1", RequestID: "8f6c2d2e-6a52-4a3c-9a3e-1b5d7e9f0a11"}, nil
})

// events collects the emitted events.
type events struct {
	mu  sync.Mutex
	all []eventbridge.Event
}

func (e *events) put(_ context.Context, event eventbridge.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()

	e.all = append(e.all, event)

	return nil
}

func (e *events) details(t *testing.T) []map[string]any {
	t.Helper()

	e.mu.Lock()
	defer e.mu.Unlock()

	var out []map[string]any

	for _, event := range e.all {
		var detail map[string]any
		if err := json.Unmarshal(event.Detail, &detail); err != nil {
			t.Fatal(err)
		}

		out = append(out, detail)
	}

	return out
}

func openDB(t *testing.T, path string) *bbolt.DB {
	t.Helper()

	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() }) // Some tests have already closed it.

	return db
}

// start creates a service with one machine.
func start(t *testing.T, db *bbolt.DB, definition string, config stepfunctions.Config) *stepfunctions.Service {
	t.Helper()

	config.DB, config.Region, config.Account = db, "us-east-1", "000000000000"
	config.Machines = []stepfunctions.Machine{{Name: "triptych-pipeline", RoleARN: "arn:aws:iam::000000000000:role/triptych-pipeline", Definition: []byte(definition)}}

	if config.Lambda == nil {
		config.Lambda = echo
	}

	service, err := stepfunctions.New(config)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := service.Close(); err != nil {
			t.Error(err)
		}
	})

	if err := service.Resume(); err != nil {
		t.Fatal(err)
	}

	return service
}

func newDB(t *testing.T) *bbolt.DB {
	t.Helper()

	return openDB(t, filepath.Join(t.TempDir(), "state.db"))
}

// run starts an execution.
func run(t *testing.T, service *stepfunctions.Service, name, input string) string {
	t.Helper()

	arn, _, err := service.Start(t.Context(), machineARN, name, json.RawMessage(input))
	if err != nil {
		t.Fatal(err)
	}

	return arn
}

// ask calls an operation through the protocol.
func ask(t *testing.T, service *stepfunctions.Service, operation string, in, out any) {
	t.Helper()

	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}

	answer, err := service.API().Operations[operation](t.Context(), body)
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}

	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}

	if err := json.Unmarshal(text, out); err != nil {
		t.Fatal(err)
	}
}

type described struct {
	Status, Output, Error, Cause, RedriveStatus string
	StartDate, StopDate                         float64
}

func describe(t *testing.T, service *stepfunctions.Service, arn string) described {
	t.Helper()

	var out described

	ask(t, service, "DescribeExecution", map[string]any{"executionArn": arn}, &out)

	return out
}

// history returns the types of an execution's events.
func history(t *testing.T, service *stepfunctions.Service, arn string) []string {
	t.Helper()

	var out struct {
		Events []struct {
			ID, PreviousEventID int64
			Type                string
		}
	}

	ask(t, service, "GetExecutionHistory", map[string]any{"executionArn": arn, "maxResults": 1000}, &out)

	types := make([]string, 0, len(out.Events))

	for i, event := range out.Events {
		if event.ID != int64(i+1) || event.PreviousEventID >= event.ID {
			t.Errorf("event %d has the id %d after %d", i+1, event.ID, event.PreviousEventID)
		}

		types = append(types, event.Type)
	}

	return types
}

// client returns AWS's SDK client, connected to the service.
func client(t *testing.T, service *stepfunctions.Service) *sfn.Client {
	t.Helper()

	server := httptest.NewServer(service.API())
	t.Cleanup(server.Close)

	return sfn.New(sfn.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

// rejectingBus is a bus that rejects every event.
type rejectingBus struct{}

var errRejected = errors.New("the bus is down")

func (*rejectingBus) put(context.Context, eventbridge.Event) error { return errRejected }
