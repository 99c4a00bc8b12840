package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"

	"triptych/emulator/stepfunctions"
	"triptych/emulator/stepfunctions/asl"
)

const createInvalidation = "arn:aws:states:::aws-sdk:cloudfront:createInvalidation"

const oneInvalidation = `{
	"QueryLanguage": "JSONata", "StartAt": "Invalidate",
	"States": {"Invalidate": {
		"Type": "Task", "Resource": "` + createInvalidation + `",
		"Arguments": {"DistributionId": "{% $states.input.id %}"},
		"Catch": [{"ErrorEquals": ["CloudFront.TooManyInvalidationsInProgressException"], "Next": "Busy"}],
		"Output": "{% $states.result.Status %}", "End": true
	}, "Busy": {"Type": "Succeed", "Output": "busy"}}
}`

// A resource of the configuration is called with the Arguments, and its errors keep their
// names.
func TestIntegrations(t *testing.T) {
	tests := map[string]struct {
		answer error
		status string
		output string
		err    string
	}{
		"success":               {status: "SUCCEEDED", output: `"Completed"`},
		"named error":           {answer: &asl.TaskError{Name: "CloudFront.TooManyInvalidationsInProgressException"}, status: "SUCCEEDED", output: `"busy"`},
		"unnamed error":         {answer: errors.New("broken"), status: "FAILED", err: "States.TaskFailed"},
		"error of another type": {answer: &asl.TaskError{Name: "CloudFront.NoSuchDistributionException", Cause: "why"}, status: "FAILED", err: "CloudFront.NoSuchDistributionException"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var asked string

			synctest.Test(t, func(t *testing.T) {
				service := start(t, newDB(t), oneInvalidation, stepfunctions.Config{
					Integrations: map[string]stepfunctions.Integration{
						createInvalidation: func(_ context.Context, arguments json.RawMessage) (json.RawMessage, error) {
							asked = string(arguments)

							return json.RawMessage(`{"Status": "Completed"}`), test.answer
						},
					},
				})
				arn := run(t, service, "one", `{"id": "E1"}`)

				synctest.Wait()

				if got := describe(t, service, arn); got.Status != test.status || got.Output != test.output || got.Error != test.err {
					t.Errorf("got %+v", got)
				}
			})

			if asked != `{"DistributionId":"E1"}` {
				t.Errorf("asked %s", asked)
			}
		})
	}
}
