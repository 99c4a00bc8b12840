package e2e_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// sqsScripts returns scripts of SQS calls: the calls that the commands of triptych and the
// consumers of a queue make.
func sqsScripts() []script {
	return []script{
		{"sqs messages", sqsMessages},
		{"sqs batches", sqsBatches},
		{"sqs refusals", sqsRefusals},
	}
}

func (r *recorder) receive(name string, change ...func(*sqs.ReceiveMessageInput)) []types.Message {
	in := &sqs.ReceiveMessageInput{
		QueueUrl: &r.Stack.FailedExecutionsQueueURL, MaxNumberOfMessages: 10, VisibilityTimeout: 30,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	}
	for _, f := range change {
		f(in)
	}

	out, err := r.sqs().ReceiveMessage(r.ctx, in)
	record(r, name, out, err)

	if out == nil {
		return nil
	}

	return out.Messages
}

func sqsMessages(r *recorder) {
	client, queue := r.sqs(), &r.Stack.FailedExecutionsQueueURL

	sent, err := client.SendMessage(r.ctx, &sqs.SendMessageInput{
		QueueUrl: queue, MessageBody: aws.String("é & <body>"),
		MessageAttributes: map[string]types.MessageAttributeValue{"kind": {DataType: aws.String("String"), StringValue: aws.String("test")}},
	})
	record(r, "send", sent, err)

	messages := r.receive("receive")
	if len(messages) != 1 {
		r.t.Fatalf("%s: %d messages", r.name, len(messages))
	}

	r.receive("receive while it is invisible")

	visible, err := client.ChangeMessageVisibility(r.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: queue, ReceiptHandle: messages[0].ReceiptHandle})
	record(r, "make it visible", visible, err)

	again := r.receive("receive again")
	if len(again) != 1 {
		r.t.Fatalf("%s: %d messages after they were made visible", r.name, len(again))
	}

	counted, err := client.GetQueueAttributes(r.ctx, &sqs.GetQueueAttributesInput{QueueUrl: queue, AttributeNames: []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameVisibilityTimeout, types.QueueAttributeNameMessageRetentionPeriod,
	}})
	record(r, "count", counted, err)

	deleted, err := client.DeleteMessage(r.ctx, &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: again[0].ReceiptHandle})
	record(r, "delete", deleted, err)

	twice, err := client.DeleteMessage(r.ctx, &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: again[0].ReceiptHandle})
	record(r, "delete again", twice, err)

	r.receive("receive from the empty queue")
}

func sqsBatches(r *recorder) {
	client, queue := r.sqs(), &r.Stack.FailedExecutionsQueueURL

	send := func(name string, ids ...string) {
		entries := make([]types.SendMessageBatchRequestEntry, 0, len(ids))
		for _, id := range ids {
			entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(id), MessageBody: aws.String("body of " + id)})
		}

		out, err := client.SendMessageBatch(r.ctx, &sqs.SendMessageBatchInput{QueueUrl: queue, Entries: entries})
		record(r, name, out, err)
	}

	send("send two", "a", "b")
	send("send none")
	send("send two entries with the same id", "a", "a")
	send("send eleven", strings.Split("abcdefghijk", "")...)
	send("send a wrong id", "no spaces")

	out, err := client.ReceiveMessage(r.ctx, &sqs.ReceiveMessageInput{QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
	if err != nil {
		r.t.Fatal(err)
	}

	entries := []types.DeleteMessageBatchRequestEntry{{Id: aws.String("wrong"), ReceiptHandle: aws.String("no handle")}}
	for i, message := range out.Messages {
		entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(string(rune('a' + i))), ReceiptHandle: message.ReceiptHandle})
	}

	deleted, err := client.DeleteMessageBatch(r.ctx, &sqs.DeleteMessageBatchInput{QueueUrl: queue, Entries: entries})
	if deleted != nil {
		for i := range deleted.Failed {
			deleted.Failed[i].Message = nil
		}
	}

	record(r, "delete the messages and an unknown one", deleted, err)
}

func sqsRefusals(r *recorder) {
	client, queue := r.sqs(), &r.Stack.FailedExecutionsQueueURL

	r.receive("receive eleven", func(in *sqs.ReceiveMessageInput) { in.MaxNumberOfMessages = 11 })
	r.receive("wait for a negative time", func(in *sqs.ReceiveMessageInput) { in.WaitTimeSeconds = -1 })
	r.receive("receive from a missing queue", func(in *sqs.ReceiveMessageInput) { in.QueueUrl = aws.String(*queue + "-nowhere") })

	url, err := client.GetQueueUrl(r.ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("triptych-nowhere")})
	record(r, "the URL of a missing queue", url, err)

	empty, err := client.SendMessage(r.ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String("")})
	record(r, "send an empty body", empty, err)

	large, err := client.SendMessage(r.ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String(strings.Repeat("x", 1<<20+1))})
	record(r, "send a body that is too large", large, err)

	control, err := client.SendMessage(r.ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String("a\x01b")})
	record(r, "send a control character", control, err)

	handle, err := client.DeleteMessage(r.ctx, &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: aws.String("no handle")})
	record(r, "delete with a wrong handle", handle, err)

	visibility, err := client.ChangeMessageVisibility(r.ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: queue, ReceiptHandle: aws.String("no handle"), VisibilityTimeout: 10,
	})
	record(r, "change the visibility with a wrong handle", visibility, err)

	long, err := client.SendMessage(r.ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String("x"), DelaySeconds: 901})
	record(r, "delay for too long", long, err)

	attribute, err := client.GetQueueAttributes(r.ctx, &sqs.GetQueueAttributesInput{QueueUrl: queue, AttributeNames: []types.QueueAttributeName{"Nonsense"}})
	record(r, "an unknown attribute", attribute, err)
}
