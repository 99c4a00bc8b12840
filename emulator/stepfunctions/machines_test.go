package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
)

const (
	hello   = `{"QueryLanguage": "JSONata", "StartAt": "Hello", "States": {"Hello": {"Type": "Succeed", "Output": "hello"}}}`
	goodbye = `{"QueryLanguage": "JSONata", "StartAt": "Goodbye", "States": {"Goodbye": {"Type": "Succeed", "Output": "goodbye"}}}`
	role    = "arn:aws:iam::000000000000:role/r"
	made    = "arn:aws:states:us-east-1:000000000000:stateMachine:made"
)

// code returns the AWS code of an error. For any other error it returns the text of the
// error, and for nil "<nil>".
func code(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorCode()
	}

	return fmt.Sprint(err)
}

func create(t *testing.T, aws1 *sfn.Client, definition string) *sfn.CreateStateMachineOutput {
	t.Helper()

	out, err := aws1.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: aws.String("made"), Definition: &definition, RoleArn: aws.String(role)})
	if err != nil {
		t.Fatal(err)
	}

	return out
}

// machineNames lists the names of the machines. Each page of the list has one machine.
func machineNames(t *testing.T, c *sfn.Client) []string {
	t.Helper()

	var names []string

	for pages := sfn.NewListStateMachinesPaginator(c, &sfn.ListStateMachinesInput{MaxResults: 1}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for _, m := range page.StateMachines {
			names = append(names, *m.Name)
		}
	}

	return names
}

// A machine that was created with the API exists after a restart, with its tags. An
// execution that started before an update continues with its old definition.
func TestMachine_createAndUpdate(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "state.db")
	db := openDB(t, path)
	aws1 := client(t, start(t, db, oneTask, stepfunctions.Config{}))
	ctx := t.Context()
	waiting := strings.Replace(hello, `"Hello": {`, `"Hello": {"Type": "Wait", "Seconds": 1, "Next": "Then"}, "Then": {`, 1)
	first := create(t, aws1, waiting)

	again, err := aws1.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name: aws.String("made"), Definition: &waiting, RoleArn: aws.String(role + "2"), Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}},
	})
	if err != nil || *again.StateMachineArn != made || !again.CreationDate.Equal(*first.CreationDate) {
		t.Errorf("created again: got %+v, %v; want %+v", again, err, first)
	}

	before, err := aws1.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(made)})
	if err != nil || *before.RoleArn != role || before.Status != types.StateMachineStatusActive || *before.Definition != waiting {
		t.Fatalf("described: got %+v, %v", before, err)
	}

	running, err := aws1.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(made)})
	if err != nil {
		t.Fatal(err)
	}

	updated, err := aws1.UpdateStateMachine(ctx, &sfn.UpdateStateMachineInput{StateMachineArn: aws.String(made), Definition: aws.String(goodbye)})
	if err != nil || updated.RevisionId == nil || before.RevisionId != nil || updated.UpdateDate.Before(*first.CreationDate) {
		t.Fatalf("updated: got %+v, %v", updated, err)
	}

	if got := finished(t, aws1, *running.ExecutionArn); *got.Output != `"hello"` {
		t.Errorf("an execution that started before the update returned %s", *got.Output)
	}

	of, err := aws1.DescribeStateMachineForExecution(ctx, &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: running.ExecutionArn})
	if err != nil || *of.Definition != waiting || of.RevisionId != nil {
		t.Errorf("its machine: got %+v, %v", of, err)
	}

	tag(t, aws1)

	if err := db.Close(); err != nil { // As after a kill, the service is not closed first.
		t.Fatal(err)
	}

	aws2 := client(t, start(t, openDB(t, path), oneTask, stepfunctions.Config{}))

	found, err := aws2.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(made)})
	if err != nil || *found.Definition != goodbye || *found.RevisionId != *updated.RevisionId || !found.CreationDate.Equal(*first.CreationDate) {
		t.Errorf("after a restart: got %+v, %v", found, err)
	}

	tags, err := aws2.ListTagsForResource(ctx, &sfn.ListTagsForResourceInput{ResourceArn: aws.String(made)})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Key != "team" || *tags.Tags[0].Value != "images" {
		t.Errorf("tags after a restart: got %+v, %v", tags, err)
	}

	one, err := aws2.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(made)})
	if err != nil {
		t.Fatal(err)
	}

	if got := finished(t, aws2, *one.ExecutionArn); *got.Output != `"goodbye"` {
		t.Errorf("an execution that started after the update returned %s", *got.Output)
	}

	names := machineNames(t, aws2)
	if diff := cmp.Diff([]string{"made", "triptych-pipeline"}, names); diff != "" {
		t.Errorf("machines by pages (-want +got):\n%s", diff)
	}
}

// tag adds the tag "team" to the machine, and adds and removes another.
func tag(t *testing.T, client *sfn.Client) {
	t.Helper()

	_, err := client.TagResource(t.Context(), &sfn.TagResourceInput{
		ResourceArn: aws.String(made), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("images")}, {Key: aws.String("b")}},
	})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := client.UntagResource(t.Context(), &sfn.UntagResourceInput{ResourceArn: aws.String(made), TagKeys: []string{"b", "none"}}); err != nil {
		t.Fatal(err)
	}
}

// While a machine is being deleted, no execution starts. A running task ends, but no other
// task starts. Then the machine is removed with all its data.
func TestDeleteStateMachine(t *testing.T) {
	t.Parallel()

	ctx := t.Context()
	release, begun := make(chan struct{}), make(chan struct{}, 10)
	aws1 := client(t, start(t, newDB(t), oneTask, stepfunctions.Config{
		Lambda: invoker(func(ctx context.Context, _ string, payload []byte) (lambda.Result, error) {
			begun <- struct{}{}

			select {
			case <-release:
			case <-ctx.Done():
			}

			return lambda.Result{Payload: payload}, ctx.Err()
		}),
	}))
	twoTasks := strings.Replace(oneTask, `"End": true`, `"Next": "Second"`, 1)
	twoTasks = strings.Replace(twoTasks, `"States": {`, `"States": {"Second": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"}, "End": true},`, 1)

	create(t, aws1, twoTasks)

	running, err := aws1.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(made), Name: aws.String("one")})
	if err != nil {
		t.Fatal(err)
	}

	<-begun

	ended, err := aws1.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(made), Name: aws.String("two")})
	if err != nil {
		t.Fatal(err)
	}

	<-begun

	if _, err := aws1.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: ended.ExecutionArn}); err != nil {
		t.Fatal(err)
	}

	remove := func() {
		if _, err := aws1.DeleteStateMachine(ctx, &sfn.DeleteStateMachineInput{StateMachineArn: aws.String(made)}); err != nil {
			t.Error(err)
		}
	}
	remove()
	remove()

	found, err := aws1.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(made)})
	if err != nil || found.Status != types.StateMachineStatusDeleting {
		t.Fatalf("while an execution runs: got %+v, %v", found, err)
	}

	_, startErr := aws1.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(made)})
	_, updateErr := aws1.UpdateStateMachine(ctx, &sfn.UpdateStateMachineInput{StateMachineArn: aws.String(made), Definition: aws.String(hello)})
	_, createErr := aws1.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{Name: aws.String("made"), Definition: aws.String(twoTasks), RoleArn: aws.String(role)})

	_, redriveErr := aws1.RedriveExecution(ctx, &sfn.RedriveExecutionInput{ExecutionArn: ended.ExecutionArn})
	if code(redriveErr) != "ExecutionNotRedrivable" || !strings.Contains(redriveErr.Error(), "State machine is in DELETING status") {
		t.Errorf("redrive while it is being deleted: got %v", redriveErr)
	}

	for what, err := range map[string]error{"start": startErr, "update": updateErr, "create": createErr} {
		if code(err) != "StateMachineDeleting" {
			t.Errorf("%s while it is being deleted: got %v", what, err)
		}
	}

	close(release)
	eventually(t, "the machine is gone", func() bool {
		_, err := aws1.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(made)})

		return code(err) == "StateMachineDoesNotExist"
	})
	remove() // Deleting a machine that does not exist succeeds.

	if len(begun) != 0 {
		t.Error("the second task was started")
	}

	if _, err := aws1.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: running.ExecutionArn}); code(err) != "ExecutionDoesNotExist" {
		t.Errorf("its execution: got %v", err)
	}

	// The name of the deleted machine can be used again, and so can the names of its
	// executions.
	create(t, aws1, hello)

	one, err := aws1.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(made), Name: aws.String("one"), Input: aws.String(`"else"`)})
	if err != nil {
		t.Fatal(err)
	}

	if events, err := aws1.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: one.ExecutionArn}); err != nil || *events.Events[0].ExecutionStartedEventDetails.Input != `"else"` {
		t.Errorf("the history of the new execution: got %+v, %v", events, err)
	}
}

// If a process stops during a deletion, the next process finishes the deletion.
func TestDeleteStateMachine_survivesRestart(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "state.db")
	db := openDB(t, path)
	service := start(t, db, hello, stepfunctions.Config{})
	aws1 := client(t, service)

	create(t, aws1, longWait)

	running, err := aws1.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(made)})
	if err != nil {
		t.Fatal(err)
	}

	eventually(t, "the execution waits", func() bool {
		return slices.Contains(history(t, service, *running.ExecutionArn), "WaitStateEntered")
	})

	if _, err := aws1.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: aws.String(made)}); err != nil {
		t.Fatal(err)
	}

	if err := service.Close(); err != nil {
		t.Fatal(err)
	}

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	aws2 := client(t, start(t, openDB(t, path), hello, stepfunctions.Config{}))

	if got, err := aws2.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(made)}); err != nil || got.Status != types.StateMachineStatusDeleting {
		t.Fatalf("after a restart: got %+v, %v", got, err)
	}

	// The execution waits for an hour if it is not stopped.
	if _, err := aws2.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: running.ExecutionArn}); err != nil {
		t.Fatal(err)
	}

	eventually(t, "the machine is gone", func() bool {
		_, err := aws2.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(made)})

		return code(err) == "StateMachineDoesNotExist"
	})
}

// Two requests for a redrive with the same client token cause one redrive.
func TestRedriveExecution_clientToken(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "state.db")
	db := openDB(t, path)
	failing := stepfunctions.Config{Lambda: invoker(func(context.Context, string, []byte) (lambda.Result, error) {
		return lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorType":"Broken"}`)}, nil
	})}
	aws1 := client(t, start(t, db, oneTask, failing))

	started, err := aws1.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Input: aws.String(`{}`)})
	if err != nil {
		t.Fatal(err)
	}

	finished(t, aws1, *started.ExecutionArn)

	redrive := func(c *sfn.Client, token string) (*sfn.RedriveExecutionOutput, error) {
		return c.RedriveExecution(t.Context(), &sfn.RedriveExecutionInput{ExecutionArn: started.ExecutionArn, ClientToken: aws.String(token)})
	}

	first, err := redrive(aws1, "t.1-a_b")
	if err != nil {
		t.Fatal(err)
	}

	finished(t, aws1, *started.ExecutionArn)

	second, err := redrive(aws1, "t.1-a_b")
	if err != nil || !second.RedriveDate.Equal(*first.RedriveDate) {
		t.Errorf("the same token: got %v, %v; want %v", second, err, first.RedriveDate)
	}

	if err := db.Close(); err != nil { // As after a kill, the service is not closed first.
		t.Fatal(err)
	}

	aws2 := client(t, start(t, openDB(t, path), oneTask, failing))

	third, err := redrive(aws2, "t.1-a_b")
	if err != nil || !third.RedriveDate.Equal(*first.RedriveDate) {
		t.Errorf("the same token after a restart: got %v, %v; want %v", third, err, first.RedriveDate)
	}

	if _, err := redrive(aws2, "another"); err != nil {
		t.Error(err)
	}

	got := finished(t, aws2, *started.ExecutionArn)
	if aws.ToInt32(got.RedriveCount) != 2 || got.RedriveStatus != types.ExecutionRedriveStatusRedrivable {
		t.Errorf("got %+v", got)
	}

	for name, token := range map[string]string{"empty": "", "long": strings.Repeat("x", 65), "with a space": "a b"} {
		if _, err := redrive(aws2, token); code(err) != "ValidationException" {
			t.Errorf("a token that is %s: got %v", name, err)
		}
	}
}

func TestMachineErrors_withSDK(t *testing.T) {
	t.Parallel()

	aws1 := client(t, start(t, newDB(t), hello, stepfunctions.Config{}))
	create(t, aws1, hello)

	creation := func(change func(*sfn.CreateStateMachineInput)) func(context.Context) error {
		return func(ctx context.Context) error {
			in := &sfn.CreateStateMachineInput{Name: aws.String("other"), Definition: aws.String(hello), RoleArn: aws.String(role)}
			change(in)

			_, err := aws1.CreateStateMachine(ctx, in)

			return err
		}
	}
	update := func(in sfn.UpdateStateMachineInput) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := aws1.UpdateStateMachine(ctx, &in)

			return err
		}
	}
	tagging := func(arn string, count int, key string) func(context.Context) error {
		return func(ctx context.Context) error {
			in := &sfn.TagResourceInput{ResourceArn: &arn}
			for i := range count {
				in.Tags = append(in.Tags, types.Tag{Key: aws.String(fmt.Sprint(key, i)), Value: aws.String("v")})
			}

			_, err := aws1.TagResource(ctx, in)

			return err
		}
	}

	for name, c := range map[string]struct {
		call func(context.Context) error
		want string
	}{
		"create: another definition": {creation(func(in *sfn.CreateStateMachineInput) {
			in.Name, in.Definition = aws.String("made"), aws.String(goodbye)
		}), "StateMachineAlreadyExists"},
		"create: a bad name":       {creation(func(in *sfn.CreateStateMachineInput) { in.Name = aws.String("a:b") }), "InvalidName"},
		"create: a long name":      {creation(func(in *sfn.CreateStateMachineInput) { in.Name = aws.String(strings.Repeat("n", 81)) }), "ValidationException"},
		"create: a bad role":       {creation(func(in *sfn.CreateStateMachineInput) { in.RoleArn = aws.String("role") }), "InvalidArn"},
		"create: a bad definition": {creation(func(in *sfn.CreateStateMachineInput) { in.Definition = aws.String(`{}`) }), "InvalidDefinition"},
		"create: not JSON":         {creation(func(in *sfn.CreateStateMachineInput) { in.Definition = aws.String(`{`) }), "InvalidDefinition"},
		"create: EXPRESS":          {creation(func(in *sfn.CreateStateMachineInput) { in.Type = types.StateMachineTypeExpress }), "StateMachineTypeNotSupported"},
		"create: logs without a group": {creation(func(in *sfn.CreateStateMachineInput) {
			in.LoggingConfiguration = &types.LoggingConfiguration{Level: types.LogLevelAll}
		}), "InvalidLoggingConfiguration"},
		"update: nothing":          {update(sfn.UpdateStateMachineInput{StateMachineArn: aws.String(made)}), "MissingRequiredParameter"},
		"update: no such machine":  {update(sfn.UpdateStateMachineInput{StateMachineArn: aws.String(made + "s"), RoleArn: aws.String(role)}), "StateMachineDoesNotExist"},
		"update: no ARN":           {update(sfn.UpdateStateMachineInput{StateMachineArn: aws.String("made"), RoleArn: aws.String(role)}), "InvalidArn"},
		"update: a bad definition": {update(sfn.UpdateStateMachineInput{StateMachineArn: aws.String(made), Definition: aws.String(`[]`)}), "InvalidDefinition"},
		"tag: no such machine":     {tagging(made+"s", 1, "k"), "ResourceNotFound"},
		"tag: too many":            {tagging(made, 51, "k"), "TooManyTags"},
		"tag: a reserved key":      {tagging(made, 1, "aws:k"), "ValidationException"},
		"list: no state machine": {func(ctx context.Context) error {
			_, err := aws1.ListExecutions(ctx, &sfn.ListExecutionsInput{})

			return err
		}, "ValidationException"},
		"stop: a long error": {func(ctx context.Context) error {
			_, err := aws1.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: aws.String(executionARN + "x"), Error: aws.String(strings.Repeat("e", 257))})

			return err
		}, "ValidationException"},
		"delete: no ARN": {func(ctx context.Context) error {
			_, err := aws1.DeleteStateMachine(ctx, &sfn.DeleteStateMachineInput{StateMachineArn: aws.String("made")})

			return err
		}, "InvalidArn"},
	} {
		if got := code(c.call(t.Context())); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// Problems of a definition are reported with AWS's codes, messages and locations.
func TestDiagnostics(t *testing.T) {
	t.Parallel()

	machine := func(states string) string {
		return `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {` + states + `}}`
	}

	aws1 := client(t, start(t, newDB(t), hello, stepfunctions.Config{}))

	for name, c := range map[string]struct {
		definition string
		want       []string
	}{
		"valid":       {hello, nil},
		"no JSON":     {`{`, []string{"INVALID_JSON_DESCRIPTION"}},
		"no end":      {machine(`"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}`), []string{"MISSING_END_STATE Workflow has no terminal state "}},
		"unreachable": {machine(`"A": {"Type": "Succeed"}, "C": {"Type": "Succeed"}`), []string{`MISSING_TRANSITION_TARGET State "C" is not reachable. /States/C`}},
		"missing target": {machine(`"A": {"Type": "Pass", "Next": "NOPE"}`), []string{
			"MISSING_TRANSITION_TARGET Missing 'Next' target: NOPE /States/A/Next", "MISSING_END_STATE Workflow has no terminal state ",
		}},
		"missing target of a choice rule": {machine(`"A": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "NOPE"}], "Default": "B"}, "B": {"Type": "Succeed"}`), []string{
			"MISSING_TRANSITION_TARGET Missing 'Next' target: NOPE /States/A/Choices[0]/Next",
		}},
		"no StartAt":                    {`{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Succeed"}}}`, []string{"SCHEMA_VALIDATION_FAILED These fields are required: [StartAt] /"}},
		"an empty object":               {`{}`, []string{"SCHEMA_VALIDATION_FAILED These fields are required: [StartAt, States] /"}},
		"no content":                    {` `, []string{"SCHEMA_VALIDATION_FAILED These fields are required: [StartAt, States] /"}},
		"a required field of a retrier": {machine(`"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}, "Retry": [{}], "End": true}`), []string{"SCHEMA_VALIDATION_FAILED These fields are required: [ErrorEquals] /States/A/Retry[0]"}},
		"a literal Timestamp":           {machine(`"A": {"Type": "Wait", "Timestamp": "now", "End": true}`), []string{"SCHEMA_VALIDATION_FAILED String does not match RFC3339 timestamp /States/A/Timestamp"}},
		"unsupported field":             {machine(`"A": {"Type": "Succeed", "TimeoutSeconds": 1}`), []string{"SCHEMA_VALIDATION_FAILED Field 'TimeoutSeconds' is not supported /States/A"}},
	} {
		out, err := aws1.ValidateStateMachineDefinition(t.Context(), &sfn.ValidateStateMachineDefinitionInput{Definition: &c.definition, Severity: types.ValidateStateMachineDefinitionSeverityWarning})
		if err != nil {
			t.Fatal(err)
		}

		var got []string
		for _, d := range out.Diagnostics {
			got = append(got, fmt.Sprintf("%s %s %s", *d.Code, *d.Message, aws.ToString(d.Location)))
		}

		if name == "no JSON" && len(got) == 1 { // The message comes from the parser.
			got[0], _, _ = strings.Cut(got[0], " ")
		}

		if diff := cmp.Diff(c.want, got); diff != "" || (out.Result == "OK") != (len(got) == 0) {
			t.Errorf("%s: %s (-want +got):\n%s", name, out.Result, diff)
		}
	}

	many, err := json.Marshal(map[string]any{"QueryLanguage": "JSONata", "StartAt": "A", "States": map[string]any{"A": map[string]any{"Type": "Succeed", "B": 1, "C": 1, "D": 1}}})
	if err != nil {
		t.Fatal(err)
	}

	out, err := aws1.ValidateStateMachineDefinition(t.Context(), &sfn.ValidateStateMachineDefinitionInput{Definition: aws.String(string(many)), MaxResults: 2})
	if err != nil || len(out.Diagnostics) != 2 || !aws.ToBool(out.Truncated) {
		t.Errorf("two of three: got %+v, %v", out, err)
	}

	_, err = aws1.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("x"), RoleArn: aws.String(role), Definition: aws.String(machine(`"A": {"Type": "Pass", "Next": "NOPE"}`)),
	})
	if want := "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}
