package sqs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/sqs"
)

// TestBatches checks that a failed entry of a batch does not affect the others.
func TestBatches(t *testing.T) {
	t.Parallel()

	at := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	_, c, url := serve(t, sqs.Config{Now: at.now})

	sent, err := c.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("first"), MessageAttributes: map[string]types.MessageAttributeValue{
			"why": {DataType: aws.String("String"), StringValue: aws.String("because")},
		}},
		{Id: aws.String("b"), MessageBody: aws.String("\x01")},
		{Id: aws.String("c"), MessageBody: aws.String("second")},
	}})
	if err != nil || len(sent.Successful) != 2 || len(sent.Failed) != 1 || *sent.Failed[0].Id != "b" || !sent.Failed[0].SenderFault || *sent.Failed[0].Code != "InvalidMessageContents" {
		t.Fatalf("sent: %+v, %v", sent, err)
	}

	messages := receive(t, c, url, 10)
	if diff := cmp.Diff([]string{"first", "second"}, bodies(messages)); diff != "" {
		t.Fatal(diff)
	}

	changed, err := c.ChangeMessageVisibilityBatch(t.Context(), &client.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
		{Id: aws.String("0"), ReceiptHandle: messages[0].ReceiptHandle, VisibilityTimeout: 0},
		{Id: aws.String("1"), ReceiptHandle: aws.String("nonsense"), VisibilityTimeout: 0},
	}})
	if err != nil || len(changed.Successful) != 1 || len(changed.Failed) != 1 || *changed.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Errorf("changed: %+v, %v", changed, err)
	}

	again := receive(t, c, url, 10)
	if diff := cmp.Diff([]string{"first"}, bodies(again)); diff != "" {
		t.Errorf("visible again: %s", diff)
	}

	deleted, err := c.DeleteMessageBatch(t.Context(), &client.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{
		{Id: aws.String("x"), ReceiptHandle: again[0].ReceiptHandle}, {Id: aws.String("y"), ReceiptHandle: messages[1].ReceiptHandle},
	}})
	if err != nil || len(deleted.Successful) != 2 || len(deleted.Failed) != 0 {
		t.Errorf("deleted: %+v, %v", deleted, err)
	}

	at.at = at.at.Add(time.Hour)

	if left := receive(t, c, url, 10); len(left) != 0 {
		t.Errorf("left: %v", bodies(left))
	}
}

func TestRefusedBatches(t *testing.T) {
	t.Parallel()

	_, c, url := serve(t, sqs.Config{})

	entries := func(ids ...string) []types.SendMessageBatchRequestEntry {
		var out []types.SendMessageBatchRequestEntry
		for _, id := range ids {
			out = append(out, types.SendMessageBatchRequestEntry{Id: aws.String(id), MessageBody: aws.String(strings.Repeat("x", 200_000))})
		}

		return out
	}
	eleven := make([]string, 11)

	for i := range eleven {
		eleven[i] = fmt.Sprint(i)
	}

	for want, in := range map[string]*client.SendMessageBatchInput{
		"EmptyBatchRequest":                       {QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{}},
		"BatchEntryIdsNotDistinct":                {QueueUrl: url, Entries: entries("a", "a")},
		"InvalidBatchEntryId":                     {QueueUrl: url, Entries: entries("a b")},
		"BatchRequestTooLong":                     {QueueUrl: url, Entries: entries("1", "2", "3", "4", "5", "6")},
		"AWS.SimpleQueueService.NonExistentQueue": {QueueUrl: aws.String(*url + "s"), Entries: entries("a")},
		"TooManyEntriesInBatchRequest":            {QueueUrl: url, Entries: short(entries(eleven...))},
	} {
		if _, err := c.SendMessageBatch(t.Context(), in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func short(entries []types.SendMessageBatchRequestEntry) []types.SendMessageBatchRequestEntry {
	for i := range entries {
		entries[i].MessageBody = aws.String("x")
	}

	return entries
}
