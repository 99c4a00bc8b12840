package replay

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	// hideSeconds is the time for which a received message is hidden, so that it is not
	// received twice while a queue is read. Correctness does not depend on it: a message
	// that is received again is recognized by its id. The time is short, because the
	// messages of a killed replay stay hidden until it ends.
	hideSeconds = 30
	// waitSeconds is the wait of long polling, which queries all servers of a queue. With
	// short polling, SQS may return no message although the queue is not empty (SQS
	// Developer Guide, "Short and long polling").
	waitSeconds = 1
	// receiveAtOnce is the number of messages in one call, which is SQS's limit.
	receiveAtOnce = 10
	// After stopAfterKnown calls in sequence that return only known messages, the queue
	// has been read.
	stopAfterKnown = 5
)

// received is a message and its content.
type received struct {
	Message

	body       string
	attributes map[string]string
}

// receive reads all messages of a queue. They are hidden from other consumers until they
// are released or deleted, or for half a minute.
func (r *Replay) receive(ctx context.Context, queue string) ([]received, error) {
	var (
		found []received
		known = map[string]int{}
	)

	for nothingNew := 0; queue != "" && nothingNew < stopAfterKnown; {
		out, err := r.Target.SQS.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &queue, MaxNumberOfMessages: receiveAtOnce, VisibilityTimeout: hideSeconds,
			WaitTimeSeconds: waitSeconds, MessageAttributeNames: []string{"All"},
		})
		if err != nil {
			return nil, fmt.Errorf("receive messages of %s: %w", queue, err)
		}

		if len(out.Messages) == 0 {
			break
		}

		nothingNew++

		for i := range out.Messages {
			id, receipt := aws.ToString(out.Messages[i].MessageId), aws.ToString(out.Messages[i].ReceiptHandle)

			if place, again := known[id]; again {
				found[place].Receipt = receipt // Only the last receipt is certain to be valid.

				continue
			}

			nothingNew = 0
			known[id] = len(found)

			one := received{
				Message: Message{Queue: queue, ID: id, Receipt: receipt},
				body:    aws.ToString(out.Messages[i].Body), attributes: map[string]string{},
			}
			for name, value := range out.Messages[i].MessageAttributes {
				one.attributes[name] = aws.ToString(value.StringValue)
			}

			found = append(found, one)
		}
	}

	return found, nil
}

// remove deletes the messages of finished work.
func (r *Replay) remove(ctx context.Context, messages []Message) error {
	for _, message := range messages {
		_, err := r.Target.SQS.DeleteMessage(ctx, &sqs.DeleteMessageInput{
			QueueUrl: aws.String(message.Queue), ReceiptHandle: aws.String(message.Receipt),
		})
		if err != nil {
			return fmt.Errorf("delete the message %s: %w", message.ID, err)
		}

		r.mu.Lock()

		if r.removed == nil {
			r.removed = map[string]struct{}{}
		}

		r.removed[message.ID] = struct{}{}
		r.mu.Unlock()
	}

	return nil
}

// Hidden returns the number of messages that another replay has received. That replay is
// running or was killed. The messages are hidden until the replay ends, or for half a minute.
func (r *Replay) Hidden(ctx context.Context) (int, error) {
	hidden := 0

	for _, queue := range []string{r.Target.Stack.FailedExecutionsQueueURL, r.Target.Stack.UndeliveredEventsQueueURL} {
		if queue == "" {
			continue
		}

		out, err := r.Target.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{notVisible},
		})
		if err != nil {
			return 0, fmt.Errorf("count the messages of %s: %w", queue, err)
		}

		count, err := strconv.Atoi(out.Attributes[string(notVisible)])
		if err != nil {
			return 0, fmt.Errorf("count the messages of %s: %w", queue, err)
		}

		hidden += count
	}

	return hidden, nil
}

const notVisible = types.QueueAttributeNameApproximateNumberOfMessagesNotVisible

// release makes messages visible to other consumers. If the call fails, the messages become
// visible after half a minute at most.
func (r *Replay) release(ctx context.Context, messages []Message) {
	for _, message := range messages {
		r.mu.Lock()
		_, gone := r.removed[message.ID]
		r.mu.Unlock()

		if gone {
			continue
		}

		_, _ = r.Target.SQS.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
			QueueUrl: aws.String(message.Queue), ReceiptHandle: aws.String(message.Receipt), VisibilityTimeout: 0,
		})
	}
}
