package stepfunctions_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions"
)

// finished waits for the end of an execution by polling the API, as a user does.
func finished(t *testing.T, aws1 *sfn.Client, arn string) *sfn.DescribeExecutionOutput {
	t.Helper()

	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		out, err := aws1.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
		if err != nil {
			t.Fatal(err)
		}

		if out.Status != types.ExecutionStatusRunning {
			return out
		}
	}

	t.Fatalf("%s does not end", arn)

	return nil
}

func TestExecution_withSDK(t *testing.T) {
	t.Parallel()

	aws1 := client(t, start(t, newDB(t), oneTask, stepfunctions.Config{}))
	before := time.Now().Truncate(time.Millisecond)

	started, err := aws1.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Input: aws.String(`{"key":"ü"}`)})
	if err != nil {
		t.Fatal(err)
	}

	out := finished(t, aws1, *started.ExecutionArn)
	if out.Status != types.ExecutionStatusSucceeded || *out.Input != `{"key":"ü"}` || *out.Output != `{"key":"ü"}` || !out.InputDetails.Included ||
		*out.StateMachineArn != machineARN || !strings.HasSuffix(*out.ExecutionArn, *out.Name) || aws.ToInt32(out.RedriveCount) != 0 {
		t.Errorf("got %+v", out)
	}

	if !out.StartDate.Equal(*started.StartDate) || out.StartDate.Before(before) || out.StopDate.Before(*out.StartDate) || out.StopDate.After(time.Now()) {
		t.Errorf("started %v, stopped %v", out.StartDate, out.StopDate)
	}

	bare, err := aws1.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn, IncludedData: types.IncludedDataMetadataOnly})
	if err != nil || bare.Input != nil || bare.Output != nil || bare.InputDetails.Included {
		t.Errorf("without data: got %+v, %v", bare, err)
	}
}

func TestGetExecutionHistory_withSDK(t *testing.T) {
	t.Parallel()

	aws1 := client(t, start(t, newDB(t), oneTask, stepfunctions.Config{}))

	started, err := aws1.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Input: aws.String(`{"n":1}`)})
	if err != nil {
		t.Fatal(err)
	}

	finished(t, aws1, *started.ExecutionArn)

	read := func(reverse bool, page int32) []types.HistoryEvent {
		var all []types.HistoryEvent

		pages := sfn.NewGetExecutionHistoryPaginator(aws1, &sfn.GetExecutionHistoryInput{ExecutionArn: started.ExecutionArn, ReverseOrder: reverse, MaxResults: page})
		for pages.HasMorePages() {
			out, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			if len(out.Events) > int(page) {
				t.Errorf("%d events on a page of %d", len(out.Events), page)
			}

			all = append(all, out.Events...)
		}

		return all
	}

	forward := read(false, 3)
	ids := make([]int64, 0, len(forward))

	for _, event := range forward {
		ids = append(ids, event.Id)
	}

	if diff := cmp.Diff([]int64{1, 2, 3, 4, 5, 6, 7}, ids); diff != "" {
		t.Fatalf("ids (-want +got):\n%s", diff)
	}

	for i, event := range read(true, 2) {
		if event.Id != int64(len(ids)-i) {
			t.Errorf("backwards, event %d is %d", i, event.Id)
		}
	}

	scheduled := forward[2].TaskScheduledEventDetails
	if forward[0].Type != types.HistoryEventTypeExecutionStarted || *forward[0].ExecutionStartedEventDetails.Input != `{"n":1}` ||
		scheduled == nil || *scheduled.ResourceType != "lambda" || *scheduled.Resource != "invoke" || !strings.Contains(*scheduled.Parameters, "function:probe:live") {
		t.Errorf("got %+v, scheduled %+v", forward[0], scheduled)
	}

	bare, err := aws1.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: started.ExecutionArn, IncludeExecutionData: aws.Bool(false)})
	if err != nil || len(bare.Events) != 7 || bare.Events[0].ExecutionStartedEventDetails.Input != nil {
		t.Errorf("without data: got %+v, %v", bare, err)
	}
}

func TestListExecutions_withSDK(t *testing.T) {
	t.Parallel()

	function, calls := flaky(4)
	aws1 := client(t, start(t, newDB(t), strings.Replace(oneTask, `"Retry"`, `"Comment": "no retries", "Retry"`, 1), stepfunctions.Config{Lambda: function}))

	var names []string

	for i := range 7 {
		name := fmt.Sprintf("run-%d", i)

		if _, err := aws1.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Name: &name}); err != nil {
			t.Fatal(err)
		}

		names = append([]string{name}, names...)

		if i > 3 {
			finished(t, aws1, executionARN+name)

			continue
		}

		// The first four calls fail, so they must be those of the first four executions.
		eventually(t, "the function has been called", func() bool { return calls.Load() == int64(i+1) })
	}

	list := func(filter types.ExecutionStatus) []string {
		var got []string

		pages := sfn.NewListExecutionsPaginator(aws1, &sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN), StatusFilter: filter, MaxResults: 2})
		for pages.HasMorePages() {
			out, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			for _, x := range out.Executions {
				got = append(got, *x.Name)

				if *x.ExecutionArn != executionARN+*x.Name || *x.StateMachineArn != machineARN || (x.Status == types.ExecutionStatusRunning) != (x.StopDate == nil) {
					t.Errorf("got %+v", x)
				}
			}
		}

		return got
	}

	for filter, want := range map[types.ExecutionStatus][]string{"": names, types.ExecutionStatusSucceeded: names[:3], types.ExecutionStatusRunning: names[3:], types.ExecutionStatusFailed: nil} {
		if diff := cmp.Diff(want, list(filter)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filter, diff)
		}
	}
}

func TestListStateMachines_withSDK(t *testing.T) {
	t.Parallel()

	aws1 := client(t, start(t, newDB(t), oneTask, stepfunctions.Config{}))

	list, err := aws1.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	if err != nil || len(list.StateMachines) != 1 || list.StateMachines[0].Type != types.StateMachineTypeStandard {
		t.Fatalf("ListStateMachines: got %+v, %v", list, err)
	}

	out, err := aws1.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: list.StateMachines[0].StateMachineArn})
	if err != nil || *out.Definition != oneTask || out.Status != types.StateMachineStatusActive || *out.RoleArn != "arn:aws:iam::000000000000:role/triptych-pipeline" {
		t.Errorf("DescribeStateMachine: got %+v, %v", out, err)
	}

	for definition, want := range map[string]types.ValidateStateMachineDefinitionResultCode{oneTask: "OK", `{"StartAt": "Nowhere", "States": {}}`: "FAIL"} {
		got, err := aws1.ValidateStateMachineDefinition(t.Context(), &sfn.ValidateStateMachineDefinitionInput{Definition: &definition})
		if err != nil || got.Result != want || (len(got.Diagnostics) == 0) != (want == "OK") {
			t.Errorf("ValidateStateMachineDefinition: got %+v, %v", got, err)
		}
	}
}

func TestErrors_withSDK(t *testing.T) {
	t.Parallel()

	denied := func(_ context.Context, action, resource string) error {
		if strings.HasSuffix(resource, ":secret") {
			return awsapi.Errorf("AccessDeniedException", "not authorized to perform: %s", action)
		}

		return nil
	}
	aws1 := client(t, start(t, newDB(t), longWait, stepfunctions.Config{Authorize: denied}))
	begin := func(arn, name, input string) func() error {
		return func() error {
			_, err := aws1.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn, Name: &name, Input: &input})

			return err
		}
	}
	describe := func(arn string) func() error {
		return func() error {
			_, err := aws1.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})

			return err
		}
	}
	history := func(in sfn.GetExecutionHistoryInput) func() error {
		return func() error {
			_, err := aws1.GetExecutionHistory(t.Context(), &in)

			return err
		}
	}
	list := func(in sfn.ListExecutionsInput) func() error {
		return func() error {
			_, err := aws1.ListExecutions(t.Context(), &in)

			return err
		}
	}

	if err := begin(machineARN, "taken", `{}`)(); err != nil {
		t.Fatal(err)
	}

	cases := []struct {
		name string
		call func() error
		want string
	}{
		{"start: the same again", begin(machineARN, "taken", ` { } `), ""},
		{"start: the name is taken", begin(machineARN, "taken", `{"a":1}`), "ExecutionAlreadyExists"},
		{"start: a bad name", begin(machineARN, "a b", `{}`), "InvalidName"},
		{"start: a long name", begin(machineARN, strings.Repeat("n", 81), `{}`), "ValidationException"},
		{"start: not JSON", begin(machineARN, "x", `{`), "InvalidExecutionInput"},
		{"start: too much", begin(machineARN, "x", `"`+strings.Repeat("x", 256<<10)+`"`), "ValidationException"},
		{"start: no such machine", begin(machineARN+"s", "x", `{}`), "StateMachineDoesNotExist"},
		{"start: no ARN", begin("triptych-pipeline", "x", `{}`), "InvalidArn"},
		{"start: not allowed", begin("arn:aws:states:us-east-1:000000000000:stateMachine:secret", "x", `{}`), "AccessDeniedException"},
		{"describe: no such execution", describe(executionARN + "nope"), "ExecutionDoesNotExist"},
		{"describe: in another region", describe("arn:aws:states:eu-west-1:000000000000:execution:triptych-pipeline:taken"), "ExecutionDoesNotExist"},
		{"describe: a machine's ARN", describe(machineARN), "InvalidArn"},
		{"history: no such execution", history(sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(executionARN + "nope")}), "ExecutionDoesNotExist"},
		{"history: a bad token", history(sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(executionARN + "taken"), NextToken: aws.String("bm9uZQ")}), "InvalidToken"},
		{"history: a large page", history(sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(executionARN + "taken"), MaxResults: 1001}), "ValidationException"},
		{"list: no such machine", list(sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN + "s")}), "StateMachineDoesNotExist"},
		{"list: a bad token", list(sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN), NextToken: aws.String("?")}), "InvalidToken"},
		{"list: a bad filter", list(sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN), StatusFilter: "DONE"}), "ValidationException"},
		{"stop: no such execution", func() error {
			_, err := aws1.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: aws.String(executionARN + "nope")})

			return err
		}, "ExecutionDoesNotExist"},
		{"redrive: it runs", func() error {
			_, err := aws1.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: aws.String(executionARN + "taken")})

			return err
		}, "ExecutionNotRedrivable"},
		{"an operation that is not there", func() error {
			_, err := aws1.ListActivities(t.Context(), &sfn.ListActivitiesInput{})

			return err
		}, "UnknownOperationException"},
	}

	for _, c := range cases {
		err := c.call()
		if c.want == "" && err == nil {
			continue
		}

		var failure smithy.APIError
		if !errors.As(err, &failure) || failure.ErrorCode() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
