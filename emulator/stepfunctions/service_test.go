package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
)

func TestTask_succeeds(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var function atomic.Value

		service := start(t, newDB(t), oneTask, stepfunctions.Config{Lambda: invoker(func(ctx context.Context, name string, payload []byte) (lambda.Result, error) {
			function.Store(name)

			return echo(ctx, name, payload)
		})})
		arn := run(t, service, "one", `{"key":"a b.jpg"}`)

		synctest.Wait()

		if got := describe(t, service, arn); got.Status != "SUCCEEDED" || got.Output != `{"key":"a b.jpg"}` || got.RedriveStatus != "NOT_REDRIVABLE" {
			t.Errorf("got %+v", got)
		}

		if got := function.Load(); got != "arn:aws:lambda:us-east-1:000000000000:function:probe:live" {
			t.Errorf("invoked %v", got)
		}

		want := []string{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"}
		if diff := cmp.Diff(want, history(t, service, arn)); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
	})
}

func TestTask_resultOfOptimizedIntegration(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		definition := strings.Replace(oneTask, `$states.result.Payload`, `$states.result`, 1)
		service := start(t, newDB(t), definition, stepfunctions.Config{})
		arn := run(t, service, "one", `{"n":1}`)

		synctest.Wait()

		var got struct {
			ExecutedVersion     string
			Payload             map[string]int
			StatusCode          int
			SdkHTTPMetadata     struct{ HTTPStatusCode int } `json:"SdkHttpMetadata"`
			SdkResponseMetadata struct{ RequestID string }
		}

		output := describe(t, service, arn).Output
		if err := json.Unmarshal([]byte(output), &got); err != nil {
			t.Fatalf("the output %s: %v", output, err)
		}

		if got.ExecutedVersion != "1" || got.Payload["n"] != 1 || got.StatusCode != http.StatusOK || got.SdkHTTPMetadata.HTTPStatusCode != 200 || got.SdkResponseMetadata.RequestID == "" {
			t.Errorf("got %s", output)
		}
	})
}

func TestTask_fails(t *testing.T) {
	t.Parallel()

	fails := func(payload string) (lambda.Result, error) {
		return lambda.Result{FunctionError: "Unhandled", Payload: []byte(payload)}, nil
	}
	refuses := func(code, message string, status int) (lambda.Result, error) {
		return lambda.Result{}, &awsapi.Error{Code: code, Message: message, Status: status}
	}
	cases := []struct {
		name        string
		outcome     func() (lambda.Result, error)
		error, want string
	}{
		{
			"the function's own", func() (lambda.Result, error) { return fails(`{"errorType":"Corrupt","errorMessage":"bad scan"}`) },
			"Corrupt", `{"errorType":"Corrupt","errorMessage":"bad scan"}`,
		},
		{
			"a crash", func() (lambda.Result, error) {
				return fails(`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: x Error: Runtime exited with error: exit status 1"}`)
			}, "Runtime.ExitError", "exit status 1",
		},
		{"without a type", func() (lambda.Result, error) { return fails(`{"errorMessage":"?"}`) }, "Lambda.Unknown", `Returned payload: {"errorMessage":"?"}`},
		{
			"no such function", func() (lambda.Result, error) {
				return refuses("ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:gone", 404)
			},
			"Lambda.ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:gone:$LATEST " +
				"(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ",
		},
		{"throttled", func() (lambda.Result, error) { return refuses("TooManyRequestsException", "Rate Exceeded.", 429) }, "Lambda.TooManyRequestsException", "429"},
		{"not allowed", func() (lambda.Result, error) {
			return refuses("AccessDeniedException", "User: x is not authorized", 403)
		}, "Lambda.AWSLambdaException", "not authorized"},
		{"unreachable", func() (lambda.Result, error) { return lambda.Result{}, errors.New("no route to host") }, "Lambda.SdkClientException", "no route to host"},
	}

	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				service := start(t, newDB(t), oneTask, stepfunctions.Config{
					Lambda: invoker(func(context.Context, string, []byte) (lambda.Result, error) { return c.outcome() }),
				})
				arn := run(t, service, "one", `{}`)

				synctest.Wait()

				got := describe(t, service, arn)
				if got.Status != "FAILED" || got.Error != c.error || !strings.Contains(got.Cause, c.want) || got.RedriveStatus != "REDRIVABLE" {
					t.Errorf("got %+v, want %s: %s", got, c.error, c.want)
				}
			})
		})
	}
}

// flaky is a function whose first invocations fail.
func flaky(failures int) (invoker, *atomic.Int64) {
	var calls atomic.Int64

	return func(ctx context.Context, name string, payload []byte) (lambda.Result, error) {
		if calls.Add(1) <= int64(failures) {
			return lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorType":"Flaky"}`)}, nil
		}

		return echo(ctx, name, payload)
	}, &calls
}

func TestRetry_waits(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		function, calls := flaky(2)
		service := start(t, newDB(t), oneTask, stepfunctions.Config{Lambda: function})
		arn := run(t, service, "one", `{}`)

		for i, wait := range []time.Duration{59 * time.Second, 2 * time.Second, 118 * time.Second, 2 * time.Second} {
			time.Sleep(wait)
			synctest.Wait()

			if want := int64(1 + (i+1)/2); calls.Load() != want {
				t.Errorf("step %d: %d calls, want %d", i, calls.Load(), want)
			}
		}

		if got := describe(t, service, arn); got.Status != "SUCCEEDED" {
			t.Errorf("got %+v", got)
		}
	})
}

// TestService_survivesDatabaseClose closes the database under a service, like the death of
// the process, at every moment of an execution. Another service then continues.
func TestService_survivesDatabaseClose(t *testing.T) {
	t.Parallel()

	for _, at := range []time.Duration{0, 30 * time.Minute, 2 * time.Hour} {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "state.db")
				db := openDB(t, path)
				stuck := invoker(func(ctx context.Context, _ string, payload []byte) (lambda.Result, error) {
					if at != 0 && strings.Contains(string(payload), "before") {
						return echo(ctx, "", payload)
					}

					<-ctx.Done()

					return lambda.Result{}, ctx.Err()
				})
				first := start(t, db, longWait, stepfunctions.Config{Lambda: stuck})
				began := time.Now()
				arn := run(t, first, "one", `{}`)

				time.Sleep(at)
				synctest.Wait()

				if err := db.Close(); err != nil {
					t.Fatal(err)
				}

				if _, _, err := first.Start(t.Context(), machineARN, "late", nil); err == nil {
					t.Error("an execution that cannot be stored was accepted")
				}

				second := start(t, openDB(t, path), longWait, stepfunctions.Config{})

				synctest.Wait()

				if at < time.Hour {
					if got := describe(t, second, arn); got.Status != "RUNNING" {
						t.Errorf("before the wait is over: %+v", got)
					}
				}

				time.Sleep(time.Hour - min(time.Since(began), time.Hour-time.Second))
				synctest.Wait()
				time.Sleep(time.Hour)
				synctest.Wait()

				if got := describe(t, second, arn); got.Status != "SUCCEEDED" || got.Output != `"done"` {
					t.Errorf("got %+v", got)
				}

				want := []string{
					"ExecutionStarted",
					"TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
					"WaitStateEntered", "WaitStateExited",
					"TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
					"ExecutionSucceeded",
				}
				if diff := cmp.Diff(want, history(t, second, arn)); diff != "" {
					t.Errorf("history (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestTimer_dueDuringDowntime(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.db")
		db := openDB(t, path)
		arn := run(t, start(t, db, longWait, stepfunctions.Config{}), "one", `{}`)

		synctest.Wait()

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		time.Sleep(24 * time.Hour)

		second := start(t, openDB(t, path), longWait, stepfunctions.Config{})

		synctest.Wait()

		if got := describe(t, second, arn); got.Status != "SUCCEEDED" {
			t.Errorf("got %+v", got)
		}
	})
}

// An execution is removed 90 days after its end, and its name becomes free. A running
// execution is not removed.
func TestService_removesOldExecutions(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.db")
		db := openDB(t, path)
		first := start(t, db, oneTask, stepfunctions.Config{})
		old := run(t, first, "old", `{"a": 1}`)

		for i := range 250 { // More executions than one transaction removes.
			run(t, first, fmt.Sprint("old-", i), `{}`)
		}

		synctest.Wait()
		time.Sleep(45 * 24 * time.Hour)

		recent := run(t, first, "recent", `{}`)

		synctest.Wait()

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		time.Sleep(46 * 24 * time.Hour)

		second := start(t, openDB(t, path), oneTask, stepfunctions.Config{})

		if _, err := second.API().Operations["DescribeExecution"](t.Context(), []byte(`{"executionArn":"`+old+`"}`)); err == nil {
			t.Error("an execution that ended 91 days ago still exists")
		}

		var list struct {
			Executions []struct{ ExecutionARN string }
		}

		ask(t, second, "ListExecutions", map[string]any{"stateMachineArn": machineARN, "maxResults": 1000}, &list)

		if len(list.Executions) != 1 || list.Executions[0].ExecutionARN != recent {
			t.Errorf("%d executions are listed: %+v", len(list.Executions), list.Executions)
		}

		run(t, second, "old", `{"b": 2}`)
		synctest.Wait()

		if got := history(t, second, old); got[0] != "ExecutionStarted" || got[len(got)-1] != "ExecutionSucceeded" {
			t.Errorf("the new execution of this name has the history %v", got)
		}
	})
}

func TestExecution_keepsItsDefinition(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.db")
		db := openDB(t, path)
		old := run(t, start(t, db, longWait, stepfunctions.Config{}), "old", `{}`)

		synctest.Wait()

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		service := start(t, openDB(t, path), oneTask, stepfunctions.Config{})
		recent := run(t, service, "recent", `{}`)

		time.Sleep(2 * time.Hour)
		synctest.Wait()

		for arn, want := range map[string]string{old: longWait, recent: oneTask} {
			var machine struct{ Definition, Name, RevisionID string }

			ask(t, service, "DescribeStateMachineForExecution", map[string]any{"executionArn": arn}, &machine)

			if got := describe(t, service, arn); got.Status != "SUCCEEDED" || machine.Definition != want || (machine.RevisionID == "") != (want == longWait) {
				t.Errorf("%s: %+v by %s", arn, got, machine.Definition)
			}
		}
	})
}

func TestService_Start_isIdempotent(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		service := start(t, newDB(t), longWait, stepfunctions.Config{})

		var (
			group  sync.WaitGroup
			starts sync.Map
		)

		for range 20 {
			group.Go(func() {
				arn, at, err := service.Start(t.Context(), machineARN, "one", json.RawMessage(`{"a": 1}`))
				if err != nil {
					t.Error(err)
				}

				starts.Store(arn+at.String(), true)
			})
		}

		group.Wait()

		count := 0

		starts.Range(func(any, any) bool { count++; return true })

		if count != 1 {
			t.Errorf("%d different answers", count)
		}

		_, _, err := service.Start(t.Context(), machineARN, "one", json.RawMessage(`{"a":2}`))
		wantCode(t, "another input", err, "ExecutionAlreadyExists")

		time.Sleep(2 * time.Hour)
		synctest.Wait()

		_, _, err = service.Start(t.Context(), machineARN, "one", json.RawMessage(`{"a":1}`))
		wantCode(t, "finished", err, "ExecutionAlreadyExists")
	})
}

func wantCode(t *testing.T, name string, err error, want string) {
	t.Helper()

	var failure *awsapi.Error
	if !errors.As(err, &failure) || failure.Code != want {
		t.Errorf("%s: got %v, want %s", name, err, want)
	}
}

func TestStopAndRedrive(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var emitted events

		function, _ := flaky(4)
		service := start(t, newDB(t), oneTask, stepfunctions.Config{Lambda: function, Emit: emitted.put})
		arn := run(t, service, "one", `{}`)

		synctest.Wait()

		var stopped struct{ StopDate float64 }

		ask(t, service, "StopExecution", map[string]any{"executionArn": arn, "error": "Enough", "cause": "of that"}, &stopped)

		if got := describe(t, service, arn); got.Status != "ABORTED" || got.Error != "Enough" || got.Cause != "of that" || got.StopDate != stopped.StopDate {
			t.Errorf("stopped: %+v at %v", got, stopped)
		}

		time.Sleep(time.Hour) // The timer of the retry is not set any more.
		synctest.Wait()

		var redriven struct{ RedriveDate float64 }

		ask(t, service, "RedriveExecution", map[string]any{"executionArn": arn}, &redriven)

		if _, err := service.API().Operations["RedriveExecution"](t.Context(), []byte(`{"executionArn":"`+arn+`"}`)); err == nil {
			t.Error("a running execution was redriven")
		}

		time.Sleep(time.Hour)
		synctest.Wait()

		if got := describe(t, service, arn); got.Status != "SUCCEEDED" || redriven.RedriveDate <= stopped.StopDate {
			t.Errorf("redriven: %+v at %v", got, redriven)
		}

		var statuses []any

		for _, detail := range emitted.details(t) {
			statuses = append(statuses, detail["status"])
		}

		if diff := cmp.Diff([]any{"RUNNING", "ABORTED", "RUNNING", "SUCCEEDED"}, statuses); diff != "" {
			t.Errorf("status changes (-want +got):\n%s", diff)
		}
	})
}

func TestStatusChangeEvents(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var emitted events

		service := start(t, newDB(t), oneTask, stepfunctions.Config{Emit: emitted.put})
		arn := run(t, service, "one", `{"a":1}`)

		synctest.Wait()

		at := float64(time.Now().UnixMilli())
		want := []map[string]any{
			{
				"executionArn": arn, "stateMachineArn": machineARN, "name": "one", "status": "RUNNING", "startDate": at, "stopDate": nil,
				"input": `{"a":1}`, "inputDetails": map[string]any{"included": true}, "output": nil, "outputDetails": nil,
				"stateMachineVersionArn": nil, "stateMachineAliasArn": nil, "redriveCount": 0.0, "redriveDate": nil,
				"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": "Execution is RUNNING and cannot be redriven", "error": nil, "cause": nil,
			},
			{
				"executionArn": arn, "stateMachineArn": machineARN, "name": "one", "status": "SUCCEEDED", "startDate": at, "stopDate": at,
				"input": `{"a":1}`, "inputDetails": map[string]any{"included": true}, "output": `{"a":1}`, "outputDetails": map[string]any{"included": true},
				"stateMachineVersionArn": nil, "stateMachineAliasArn": nil, "redriveCount": 0.0, "redriveDate": nil,
				"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven", "error": nil, "cause": nil,
			},
		}

		if diff := cmp.Diff(want, emitted.details(t)); diff != "" {
			t.Errorf("status changes (-want +got):\n%s", diff)
		}

		if e := emitted.all[0]; e.Source != "aws.states" || e.DetailType != "Step Functions Execution Status Change" || e.Resources[0] != arn {
			t.Errorf("got %+v", e)
		}
	})
}

func TestStatusChange_omitsLargeData(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var emitted events

		service := start(t, newDB(t), oneTask, stepfunctions.Config{Emit: emitted.put})
		run(t, service, "one", `"`+strings.Repeat("x", 200<<10)+`"`)
		synctest.Wait()

		over := emitted.details(t)[1]
		if over["input"] != nil || over["output"] == nil || !cmp.Equal(over["inputDetails"], map[string]any{"included": false}) {
			t.Errorf("inputDetails %v, outputDetails %v", over["inputDetails"], over["outputDetails"])
		}
	})
}

func TestStatusChange_isRetried(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.db")
		db := openDB(t, path)
		service := start(t, db, oneTask, stepfunctions.Config{Emit: (&rejectingBus{}).put})
		run(t, service, "one", `{}`)
		synctest.Wait()

		if err := service.Close(); err != nil {
			t.Fatal(err)
		}

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		var emitted events

		again := start(t, openDB(t, path), oneTask, stepfunctions.Config{Emit: emitted.put})

		if got := len(emitted.details(t)); got != 2 {
			t.Errorf("%d status changes were emitted, want 2", got)
		}

		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTarget_startsOneExecution(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		service := start(t, newDB(t), oneTask, stepfunctions.Config{})
		target := service.Target(machineARN)
		event := json.RawMessage(`{"detail":{"object":{"key":"a.jpg"}},"id":"17793124-05d4-b198-2fde-7ededc63b103"}`)

		for range 3 { // The first execution is running, and later it has ended.
			if err := target.Deliver(t.Context(), "arn:rule", event); err != nil {
				t.Fatal(err)
			}

			synctest.Wait()
		}

		if err := target.Deliver(t.Context(), "arn:another-rule", event); err != nil {
			t.Fatal(err)
		}

		synctest.Wait()

		var list struct {
			Executions []struct{ Name, Status, ExecutionARN string }
		}

		ask(t, service, "ListExecutions", map[string]any{"stateMachineArn": machineARN}, &list)

		if len(list.Executions) != 2 || !strings.HasPrefix(list.Executions[0].Name, "17793124-05d4-b198-2fde-7ededc63b103_") {
			t.Fatalf("got %+v", list)
		}

		if got := describe(t, service, list.Executions[0].ExecutionARN); got.Output != string(event) {
			t.Errorf("the input was not the event: %+v", got)
		}
	})
}

func TestManyExecutions(t *testing.T) {
	t.Parallel()

	const count = 500

	service := start(t, newDB(t), oneTask, stepfunctions.Config{})

	var group sync.WaitGroup

	for i := range count {
		group.Go(func() {
			if _, _, err := service.Start(t.Context(), machineARN, fmt.Sprintf("n%d", i), nil); err != nil {
				t.Error(err)
			}
		})
	}

	group.Wait()

	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		var list struct{ Executions []struct{ Name string } }

		ask(t, service, "ListExecutions", map[string]any{"stateMachineArn": machineARN, "statusFilter": "SUCCEEDED", "maxResults": count}, &list)

		if len(list.Executions) == count {
			return
		}
	}

	t.Error("not all executions ended")
}
