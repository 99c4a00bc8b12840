package sqs_test

import (
	"strings"
	"testing"

	"errors"
	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"triptych/emulator/sqs"
)

func codeOf(err error) string {
	if failure, is := errors.AsType[smithy.APIError](err); is {
		return failure.ErrorCode()
	}

	return ""
}

// TestCreateQueue checks that a created queue works, also after a start, until it is deleted.
func TestCreateQueue(t *testing.T) {
	config := sqs.Config{DB: open(t, t.TempDir()+"/db")}
	_, c, own := serve(t, config)

	create := func(attributes map[string]string) (*string, error) {
		out, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: aws.String("made"), Attributes: attributes, Tags: map[string]string{"k": "v"}})
		if err != nil {
			return nil, err
		}

		return out.QueueUrl, nil
	}

	url, err := create(map[string]string{"MaximumMessageSize": "1024", "VisibilityTimeout": "5"})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := create(map[string]string{"VisibilityTimeout": "5"}); err != nil {
		t.Errorf("the same queue again: %v", err)
	}

	if _, err := create(map[string]string{"VisibilityTimeout": "6"}); codeOf(err) != "QueueAlreadyExists" {
		t.Errorf("the queue with another attribute: %v", err)
	}

	send(t, c, url, "kept")

	large := strings.Repeat("x", 1025)
	if _, err := c.SendMessage(t.Context(), &client.SendMessageInput{QueueUrl: url, MessageBody: &large}); codeOf(err) != "InvalidParameterValue" {
		t.Errorf("a large message: %v", err)
	}

	service, c, _ := serve(t, config) // The next start.

	if got := bodies(receive(t, c, url, 1)); len(got) != 1 || got[0] != "kept" {
		t.Errorf("received %v", got)
	}

	const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}`

	for attribute, want := range map[string]string{policy: "", "{": "InvalidAttributeValue"} {
		_, err := c.SetQueueAttributes(t.Context(), &client.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"Policy": attribute}})
		if codeOf(err) != want {
			t.Errorf("the policy %s: %v, want %q", attribute, err, want)
		}
	}

	if service.Policy(sqs.QueueARN("us-east-1", "000000000000", "made")) == nil || service.Policy("x") != nil {
		t.Error("the policy is not that of the queue")
	}

	for _, bad := range []map[string]string{{"FifoQueue": "true"}, {"RedrivePolicy": "{}"}, {"DelaySeconds": "901"}, {"VisibilityTimeout": "x"}} {
		if _, err := c.SetQueueAttributes(t.Context(), &client.SetQueueAttributesInput{QueueUrl: url, Attributes: bad}); codeOf(err) == "" {
			t.Errorf("%v is accepted", bad)
		}
	}

	tags, err := c.ListQueueTags(t.Context(), &client.ListQueueTagsInput{QueueUrl: url})
	if err != nil || tags.Tags["k"] != "v" {
		t.Errorf("%+v, %v", tags, err)
	}

	if _, err := c.DeleteQueue(t.Context(), &client.DeleteQueueInput{QueueUrl: own}); codeOf(err) == "" {
		t.Error("a queue of the stack was deleted")
	}

	if _, err := c.DeleteQueue(t.Context(), &client.DeleteQueueInput{QueueUrl: url}); err != nil {
		t.Fatal(err)
	}

	if _, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url}); codeOf(err) == "" {
		t.Error("the deleted queue answers")
	}
}
