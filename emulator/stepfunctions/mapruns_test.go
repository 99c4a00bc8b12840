package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
	"triptych/emulator/stepfunctions/asl"
)

// bulk reads nine objects in batches of two. The third batch, and so the run, fails until
// it is redriven.
const bulk = `{
	"QueryLanguage": "JSONata", "StartAt": "Bulk",
	"States": {
		"Bulk": {"Type": "Map", "Label": "bulk", "MaxConcurrency": 2,
			"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Arguments": {"Bucket": "b"}},
			"ItemBatcher": {"MaxItemsPerBatch": 2},
			"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Pause", "States": {
				"Pause": {"Type": "Wait", "Seconds": "{% $states.input.Items[0].n %}", "Next": "Do"},
				"Do": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
					"Arguments": {"FunctionName": "f", "Payload": {"items": "{% $states.input.Items.n %}", "fail": "{% $states.input.Items[0].n = 4 and $states.context.Execution.RedriveCount < 1 %}"}},
					"Output": "{% $states.result.Payload.items %}", "End": true}}},
			"Output": "{% $states.result %}", "End": true}
	}
}`

// list is an S3 listing of nine objects, four on each page.
func list(_ context.Context, _ string, read asl.Read) (asl.Page, error) {
	const objects, page = 9, 4

	var out asl.Page

	begin, _ := strconv.Atoi(read.Token)
	for n := begin; n < min(objects, begin+page); n++ {
		out.Items = append(out.Items, json.RawMessage(fmt.Sprintf(`{"n": %d}`, n)))
	}

	if begin+page < objects {
		out.Next = strconv.Itoa(begin + page)
	}

	return out, nil
}

// mapRuns describes the Map Runs of an execution.
func mapRuns(t *testing.T, service *stepfunctions.Service, arn string) []string {
	t.Helper()

	var (
		runs struct{ MapRuns []struct{ MapRunARN string } }
		out  []string
	)

	ask(t, service, "ListMapRuns", map[string]any{"executionArn": arn}, &runs)

	for _, run := range runs.MapRuns {
		var (
			facts struct {
				Status     string
				ItemCounts struct{ Succeeded, Total int }
			}
			children struct {
				Executions []struct{ Status, MapRunARN string }
			}
		)

		ask(t, service, "DescribeMapRun", map[string]any{"mapRunArn": run.MapRunARN}, &facts)
		ask(t, service, "ListExecutions", map[string]any{"mapRunArn": run.MapRunARN}, &children)

		var statuses []string
		for _, child := range children.Executions {
			statuses = append(statuses, child.Status)
		}

		slices.Sort(statuses)

		out = append(out, fmt.Sprintf("%s %d of %d: %s", facts.Status, facts.ItemCounts.Succeeded, facts.ItemCounts.Total, strings.Join(statuses, " ")))
	}

	return out
}

// TestMapRun_deathChangesNothing is TestService_deathChangesNothing for a Map Run: no item is
// lost or is in two child executions, whenever the process dies.
func TestMapRun_deathChangesNothing(t *testing.T) {
	t.Parallel()

	const seeds = 20

	want := killEverywhere(t, bulk, seeds)

	if want.Result.Output != `[[0,1],[2,3],[4,5],[6,7],[8]]` && want.Result.Output != `[[0,1],[2,3],[4,5],[6,7],8]` {
		t.Errorf("without a death: %+v", want)
	}

	if diff := cmp.Diff([]string{"SUCCEEDED 9 of 9: SUCCEEDED SUCCEEDED SUCCEEDED SUCCEEDED SUCCEEDED"}, want.MapRuns); diff != "" {
		t.Error(diff)
	}
}

// TestMapRun_withSDK uses a Map Run through AWS's SDK. Its resources have AWS's ARNs. It
// is listed, described, changed, stopped with its children, and redriven.
func TestMapRun_withSDK(t *testing.T) {
	t.Parallel()

	const machine = "arn:aws:states:us-east-1:000000000000:stateMachine:triptych-pipeline"

	var open atomic.Bool

	service := start(t, newDB(t), strings.Replace(bulk, "$states.input.Items[0].n %}\", \"Next", "0 %}\", \"Next", 1), stepfunctions.Config{
		Readers: map[string]stepfunctions.Reader{asl.ListObjects: list},
		Lambda: invoker(func(ctx context.Context, _ string, payload []byte) (lambda.Result, error) {
			for !open.Load() {
				select {
				case <-ctx.Done():
					return lambda.Result{}, ctx.Err()
				case <-time.After(time.Millisecond):
				}
			}

			return lambda.Result{Payload: payload}, nil
		}),
	})
	api := client(t, service)
	arn := run(t, service, "one", `{}`)

	listed, err := api.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: &arn})
	for err == nil && len(listed.MapRuns) == 0 {
		listed, err = api.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: &arn})
	}

	if err != nil {
		t.Fatal(err)
	}

	mapRun := listed.MapRuns[0].MapRunArn
	if !strings.HasPrefix(*mapRun, "arn:aws:states:us-east-1:000000000000:mapRun:triptych-pipeline/bulk:") || *listed.MapRuns[0].StateMachineArn != machine {
		t.Errorf("the Map Run is %s of %s", *mapRun, *listed.MapRuns[0].StateMachineArn)
	}

	describe := func() *sfn.DescribeMapRunOutput {
		t.Helper()

		out, err := api.DescribeMapRun(t.Context(), &sfn.DescribeMapRunInput{MapRunArn: mapRun})
		if err != nil {
			t.Fatal(err)
		}

		return out
	}

	for describe().ItemCounts.Running != 4 {
		time.Sleep(time.Millisecond)
	}

	if _, err := api.UpdateMapRun(t.Context(), &sfn.UpdateMapRunInput{MapRunArn: mapRun, MaxConcurrency: aws.Int32(3), ToleratedFailureCount: aws.Int64(7)}); err != nil {
		t.Fatal(err)
	}

	for describe().ExecutionCounts.Running != 3 {
		time.Sleep(time.Millisecond)
	}

	if now := describe(); now.MaxConcurrency != 3 || now.ToleratedFailureCount != 7 || now.Status != types.MapRunStatusRunning || *now.ExecutionArn != arn {
		t.Errorf("described: %+v", now)
	}

	children, err := api.ListExecutions(t.Context(), &sfn.ListExecutionsInput{MapRunArn: mapRun})
	if err != nil || len(children.Executions) != 3 {
		t.Fatalf("children: %+v, %v", children, err)
	}

	child, err := api.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: children.Executions[0].ExecutionArn})
	if err != nil || *child.StateMachineArn != machine+"/bulk" || *child.MapRunArn != *mapRun ||
		!strings.HasPrefix(*child.ExecutionArn, "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline/bulk:") {
		t.Errorf("the child is %+v, %v", child, err)
	}

	definition, err := api.DescribeStateMachineForExecution(t.Context(), &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: child.ExecutionArn})
	if err != nil || aws.ToString(definition.Label) != "bulk" || aws.ToString(definition.MapRunArn) != *mapRun {
		t.Errorf("the child's machine is %+v, %v", definition, err)
	}

	own, err := api.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: aws.String(machine)})
	if err != nil || len(own.Executions) != 1 {
		t.Errorf("the machine lists %d executions, want its own: %v", len(own.Executions), err)
	}

	stopAndRedrive(t, api, arn, child, describe, func() { open.Store(true) })
}

// stopAndRedrive stops an execution with a Map Run and redrives it.
func stopAndRedrive(
	t *testing.T, api *sfn.Client, arn string, child *sfn.DescribeExecutionOutput, describe func() *sfn.DescribeMapRunOutput, open func(),
) {
	t.Helper()

	if _, err := api.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &arn}); err != nil {
		t.Fatal(err)
	}

	child, err := api.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: child.ExecutionArn})
	if now := describe(); err != nil || now.Status != types.MapRunStatusAborted || now.ExecutionCounts.Aborted != 3 ||
		child.Status != types.ExecutionStatusAborted || child.RedriveStatus != types.ExecutionRedriveStatusRedrivableByMapRun {
		t.Errorf("after the stop: %s %+v, child %s %s, %v", now.Status, now.ExecutionCounts, child.Status, child.RedriveStatus, err)
	}

	var refused *types.ExecutionNotRedrivable
	if _, err := api.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: child.ExecutionArn}); !errors.As(err, &refused) {
		t.Errorf("redrive of a child without its parent: %v", err)
	}

	open()

	if _, err := api.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: &arn}); err != nil {
		t.Fatal(err)
	}

	for describe().Status == types.MapRunStatusRunning {
		time.Sleep(time.Millisecond)
	}

	if now := describe(); now.Status != types.MapRunStatusSucceeded || now.ItemCounts.Succeeded != 9 || *now.RedriveCount != 1 || now.StopDate == nil {
		t.Errorf("after the redrive: %s %+v", now.Status, now.ItemCounts)
	}
}

// TestDeleteStateMachine_removesMapRuns deletes a machine and checks that no data of its Map Run
// is left.
func TestDeleteStateMachine_removesMapRuns(t *testing.T) {
	t.Parallel()

	db := newDB(t)

	synctest.Test(t, func(t *testing.T) {
		service, err := stepfunctions.New(stepfunctions.Config{
			DB: db, Region: "us-east-1", Account: "000000000000", Lambda: echo,
			Readers:  map[string]stepfunctions.Reader{asl.ListObjects: list},
			Machines: []stepfunctions.Machine{{Name: "triptych-pipeline", Definition: []byte(bulk)}},
		})
		if err != nil {
			t.Fatal(err)
		}

		run(t, service, "one", `{}`)
		time.Sleep(time.Hour)
		ask(t, service, "DeleteStateMachine", map[string]any{"stateMachineArn": machineARN}, &struct{}{})
		synctest.Wait()

		for _, bucket := range []string{"states.executions", "states.history", "states.index", "states.mapruns", "states.mapruns.index", "states.running"} {
			if left := entries(t, db, bucket); left != 0 {
				t.Errorf("%d entries are left in %s", left, bucket)
			}
		}

		if err := service.Close(); err != nil {
			t.Error(err)
		}
	})
}

func entries(t *testing.T, db *bbolt.DB, bucket string) int {
	t.Helper()

	count := 0

	err := db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(_, _ []byte) error {
			count++

			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}

	return count
}
