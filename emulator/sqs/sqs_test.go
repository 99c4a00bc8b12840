package sqs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/sqs"
)

// TestReceiveMessage_until_deleted receives a message until it is deleted. The client
// checks the digest of every body.
func TestReceiveMessage_until_deleted(t *testing.T) {
	t.Parallel()

	at := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	_, c, url := serve(t, sqs.Config{Now: at.now})

	for _, body := range []string{"first ü", "second", "third"} {
		send(t, c, url, body)
	}

	got := receive(t, c, url, 2)
	if diff := cmp.Diff([]string{"first ü", "second"}, bodies(got)); diff != "" {
		t.Fatal(diff)
	}

	if diff := cmp.Diff([]string{"third"}, bodies(receive(t, c, url, 10))); diff != "" {
		t.Fatal(diff)
	}

	if again := receive(t, c, url, 10); len(again) != 0 {
		t.Errorf("hidden messages were received: %v", bodies(again))
	}

	if _, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: got[1].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}

	at.at = at.at.Add(30 * time.Second)
	again := receive(t, c, url, 10)

	if diff := cmp.Diff([]string{"first ü", "third"}, bodies(again)); diff != "" {
		t.Fatal(diff)
	}

	if count := again[0].Attributes["ApproximateReceiveCount"]; count != "2" {
		t.Errorf("the receive count is %s, want 2", count)
	}

	if first := again[0].Attributes["ApproximateFirstReceiveTimestamp"]; first != "1793491200000" {
		t.Errorf("first received at %s", first)
	}

	// The receipt of the first delivery does not delete a message that was delivered
	// again.
	if _, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: got[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}

	attributes, err := c.GetQueueAttributes(t.Context(), &client.GetQueueAttributesInput{
		QueueUrl: url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}

	for name, want := range map[string]string{
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "2",
		"MessageRetentionPeriod": "1209600", "VisibilityTimeout": "30",
	} {
		if attributes.Attributes[name] != want {
			t.Errorf("%s is %s, want %s", name, attributes.Attributes[name], want)
		}
	}
}

func TestVisibilityIsChanged(t *testing.T) {
	t.Parallel()

	at := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	_, c, url := serve(t, sqs.Config{Now: at.now})
	send(t, c, url, "one")

	got := receive(t, c, url, 1)
	change := func(receipt *string, seconds int32) error {
		_, err := c.ChangeMessageVisibility(t.Context(), &client.ChangeMessageVisibilityInput{
			QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds,
		})

		return err
	}

	if err := change(got[0].ReceiptHandle, 300); err != nil {
		t.Fatal(err)
	}

	at.at = at.at.Add(299 * time.Second)

	if early := receive(t, c, url, 1); len(early) != 0 {
		t.Error("it was visible too early")
	}

	if err := change(got[0].ReceiptHandle, 0); err != nil {
		t.Fatal(err)
	}

	var idle *types.MessageNotInflight
	if err := change(got[0].ReceiptHandle, 10); !errors.As(err, &idle) {
		t.Errorf("%v, want MessageNotInflight", err)
	}

	if len(receive(t, c, url, 1)) != 1 {
		t.Error("it is still hidden")
	}
}

func TestMessageAttributes_digest(t *testing.T) {
	t.Parallel()

	service, c, url := serve(t, sqs.Config{})

	sent, err := c.SendMessage(t.Context(), &client.SendMessageInput{
		QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: map[string]types.MessageAttributeValue{
			"test": {DataType: aws.String("String"), StringValue: aws.String("hello")},
			"bin":  {DataType: aws.String("Binary"), BinaryValue: []byte{1, 2}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	got := receive(t, c, url, 1)
	if len(got) != 1 || aws.ToString(got[0].MD5OfMessageAttributes) != aws.ToString(sent.MD5OfMessageAttributes) {
		t.Fatalf("sent with the digest %s, received %+v", aws.ToString(sent.MD5OfMessageAttributes), got)
	}

	if diff := cmp.Diff([]byte{1, 2}, got[0].MessageAttributes["bin"].BinaryValue); diff != "" {
		t.Error(diff)
	}

	if err := service.Send(t.Context(), "arn:aws:sqs:us-east-1:000000000000:q", "from inside", map[string]string{"RULE_ARN": "r"}); err != nil {
		t.Fatal(err)
	}

	if got := receive(t, c, url, 1); len(got) != 1 || aws.ToString(got[0].MessageAttributes["RULE_ARN"].StringValue) != "r" {
		t.Errorf("got %+v", got)
	}
}

// TestLongPolling checks that a waiting receiver immediately receives a message that
// arrives, and a hidden message that becomes visible.
func TestLongPolling(t *testing.T) {
	t.Parallel()

	_, c, url := serve(t, sqs.Config{})

	// A receiver that is not notified gets the message only at the end of its wait time.
	const whole = 20 * time.Second

	wait := func(hide int32) (int, time.Duration) {
		began := time.Now()

		out, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: int32(whole / time.Second), VisibilityTimeout: hide})
		if err != nil {
			t.Fatal(err)
		}

		return len(out.Messages), time.Since(began)
	}

	time.AfterFunc(50*time.Millisecond, func() {
		_, _ = c.SendMessage(context.Background(), &client.SendMessageInput{QueueUrl: url, MessageBody: aws.String("late")})
	})

	if n, took := wait(1); n != 1 || took >= whole {
		t.Errorf("%d messages after %v", n, took)
	}

	if n, took := wait(30); n != 1 || took < 500*time.Millisecond || took >= whole {
		t.Errorf("hidden for a second: %d messages after %v", n, took)
	}
}
