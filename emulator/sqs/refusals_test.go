package sqs_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"triptych/emulator/sqs"
)

func TestRefusals(t *testing.T) {
	t.Parallel()

	_, c, url := serve(t, sqs.Config{})
	large := strings.Repeat("x", sqs.MaxMessageBytes)
	sendOf := func(in client.SendMessageInput) error {
		if in.QueueUrl == nil {
			in.QueueUrl = url
		}

		_, err := c.SendMessage(t.Context(), &in)

		return err
	}

	if err := sendOf(client.SendMessageInput{MessageBody: &large}); err != nil {
		t.Errorf("the largest message: %v", err)
	}

	receiveOf := func(in client.ReceiveMessageInput) error {
		in.QueueUrl = url
		_, err := c.ReceiveMessage(t.Context(), &in)

		return err
	}

	deleteOf := func(receipt string) error {
		_, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: &receipt})

		return err
	}

	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"no such queue":       {sendOf(client.SendMessageInput{QueueUrl: aws.String("http://x/000000000000/none"), MessageBody: aws.String("b")}), "AWS.SimpleQueueService.NonExistentQueue"},
		"another's queue":     {sendOf(client.SendMessageInput{QueueUrl: aws.String("http://x/111111111111/q"), MessageBody: aws.String("b")}), "AWS.SimpleQueueService.NonExistentQueue"},
		"an empty body":       {sendOf(client.SendMessageInput{MessageBody: aws.String("")}), "MissingParameter"},
		"a control character": {sendOf(client.SendMessageInput{MessageBody: aws.String("\x01")}), "InvalidMessageContents"},
		"too long":            {sendOf(client.SendMessageInput{MessageBody: aws.String(large + "x")}), "InvalidParameterValue"},
		"too long a delay":    {sendOf(client.SendMessageInput{MessageBody: aws.String("b"), DelaySeconds: 901}), "InvalidParameterValue"},
		"a type":              {sendOf(client.SendMessageInput{MessageBody: aws.String("b"), MessageAttributes: map[string]types.MessageAttributeValue{"a": {DataType: aws.String("Date"), StringValue: aws.String("x")}}}), "InvalidParameterValue"},
		"eleven":              {receiveOf(client.ReceiveMessageInput{MaxNumberOfMessages: 11}), "InvalidParameterValue"},
		"too long a wait":     {receiveOf(client.ReceiveMessageInput{WaitTimeSeconds: 21}), "InvalidParameterValue"},
		"no receipt":          {deleteOf("abc"), "ReceiptHandleIsInvalid"},
	} {
		var failure smithy.APIError
		if !errors.As(test.err, &failure) || failure.ErrorCode() != test.want {
			t.Errorf("%s: %v, want %s", name, test.err, test.want)
		}
	}
}

func TestConfigProblems(t *testing.T) {
	t.Parallel()

	db := open(t, filepath.Join(t.TempDir(), "db"))

	for name, queues := range map[string][]sqs.Queue{
		"a name twice": {{Name: "a"}, {Name: "a"}}, "a bad name": {{Name: "a b"}}, "too long": {{Name: "a", Retention: 15 * 24 * time.Hour}},
	} {
		if _, err := sqs.New(sqs.Config{DB: db, Region: "r", Account: "1", URL: "http://x", Queues: queues}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
