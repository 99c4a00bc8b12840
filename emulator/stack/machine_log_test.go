package stack

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// logLines returns the events in a log group, as Step Functions has written them.
func logLines(t *testing.T, s *Stack, group string) (lines []map[string]any, streams []string) {
	t.Helper()

	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"logGroupName": "`+group+`"}`))
	request.Header.Set("X-Amz-Target", "Logs_20140328.FilterLogEvents")

	answer := httptest.NewRecorder()
	s.services["logs"].ServeHTTP(answer, request)

	var out struct {
		Events []struct{ Message, LogStreamName string }
	}

	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}

	for _, one := range out.Events {
		var line map[string]any
		if err := json.Unmarshal([]byte(one.Message), &line); err != nil {
			t.Fatalf("%s: %v", one.Message, err)
		}

		lines, streams = append(lines, line), append(streams, one.LogStreamName)
	}

	return lines, streams
}

// TestMachine_log runs machines with a log, and compares the events in it.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
func TestMachine_log(t *testing.T) {
	s, user := startForTest(t)
	definition := `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": {"secret": 1}, "Next": "B"}, "B": {"Type": "Fail", "Error": "E", "Cause": "C"}}}`

	for _, one := range []struct {
		name  string
		level types.LogLevel
		data  bool
		want  []string
	}{
		{"all", types.LogLevelAll, true, []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "FailStateEntered", "ExecutionFailed"}},
		{"errors", types.LogLevelError, false, []string{"FailStateEntered", "ExecutionFailed"}},
		{"fatal", types.LogLevelFatal, false, []string{"ExecutionFailed"}},
		{"off", types.LogLevelOff, false, nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			group := "/aws/vendedlogs/states/log-" + one.name
			arn := "arn:aws:logs:us-east-1:000000000000:log-group:" + group + ":*"
			in := &sfn.CreateStateMachineInput{
				Name: aws.String("log-" + one.name), RoleArn: aws.String("arn:aws:iam::000000000000:role/triptych-fail-machine"), Definition: &definition,
				LoggingConfiguration: &types.LoggingConfiguration{Level: one.level, IncludeExecutionData: one.data, Destinations: []types.LogDestination{
					{CloudWatchLogsLogGroup: &types.CloudWatchLogsLogGroup{LogGroupArn: &arn}},
				}},
			}

			if one.level != types.LogLevelOff {
				if _, err := user.machines.CreateStateMachine(t.Context(), in); codeOf(err) != "InvalidLoggingConfiguration" {
					t.Errorf("a group that does not exist: %v", err)
				}
			}

			if err := s.logs.groups.Append(group, "s", `{"type": "another line"}`); err != nil {
				t.Fatal(err)
			}

			made, err := user.machines.CreateStateMachine(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}

			described, err := user.machines.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: made.StateMachineArn})
			if err != nil || described.LoggingConfiguration.Level != one.level || *described.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn != arn {
				t.Errorf("%+v, %v", described, err)
			}

			started, err := user.machines.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: made.StateMachineArn})
			if err != nil {
				t.Fatal(err)
			}

			for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
				got, err := user.machines.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
				if err != nil || time.Now().After(deadline) {
					t.Fatal("the execution does not end", err)
				}

				if got.Status == types.ExecutionStatusFailed {
					break
				}
			}

			lines, streams := logLines(t, s, group)

			var kinds []string
			for _, line := range lines[1:] {
				kinds = append(kinds, line["type"].(string))
			}

			if !slices.Equal(kinds, one.want) {
				t.Fatalf("the log has %v, want %v", kinds, one.want)
			}

			if len(one.want) == 0 {
				return
			}

			last := lines[len(lines)-1]
			if last["execution_arn"] != *started.ExecutionArn || last["details"].(map[string]any)["error"] != "E" || last["id"] != "5" ||
				!strings.HasPrefix(streams[1], "states/log-"+one.name+"/") {
				t.Errorf("%v in %s", last, streams[1])
			}

			text, _ := json.Marshal(lines)
			if strings.Contains(string(text), "secret") != one.data {
				t.Errorf("the data is wrong in %s", text)
			}
		})
	}
}
