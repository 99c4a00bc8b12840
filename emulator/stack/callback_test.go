package stack

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// TestCallback_queue checks that a worker reads a task token from a queue and ends the task
// with it, by AWS's own clients.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-example
func TestCallback_queue(t *testing.T) {
	_, user := startForTest(t)

	done := make(chan *sfn.DescribeExecutionOutput)

	go func() {
		defer close(done)

		done <- user.execute(t, "approval", `{"A": {
			"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
			"Arguments": {"QueueUrl": "`+user.stack.FailedExecutionsQueueURL+`", "MessageBody": {"photo": "{% $states.input.photo %}", "token": "{% $states.context.Task.Token %}"}},
			"Output": "{% $states.result.approved %}", "End": true
		}}`, `{"photo": "a.jpg"}`)
	}()

	var body struct{ Photo, Token string }
	if err := json.Unmarshal([]byte(*user.receive(t, user.stack.FailedExecutionsQueueURL).Body), &body); err != nil || body.Photo != "a.jpg" {
		t.Fatalf("got %+v, %v", body, err)
	}

	if _, err := user.machines.SendTaskHeartbeat(t.Context(), &sfn.SendTaskHeartbeatInput{TaskToken: &body.Token}); err != nil {
		t.Error(err)
	}

	if _, err := user.machines.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &body.Token, Output: aws.String(`{"approved": true}`)}); err != nil {
		t.Fatal(err)
	}

	if got := <-done; got == nil || aws.ToString(got.Output) != "true" {
		t.Errorf("got %+v", got)
	}
}
