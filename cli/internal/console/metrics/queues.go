package metrics

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// queueDepth is the number of messages in a queue.
type queueDepth struct {
	Name    string
	Waiting int
	Hidden  int // received by a consumer
	Note    string
}

// queues returns the depths of the stack's queues. SQS reports approximate numbers.
func (p *Page) queues(ctx context.Context) ([]queueDepth, error) {
	var found []queueDepth

	for _, queue := range []struct{ name, url, note string }{
		{"Failed executions", p.site.Stack.Stack.FailedExecutionsQueueURL, "status changes to replay"},
		{"Undelivered", p.site.Stack.Stack.UndeliveredEventsQueueURL, "events that were not delivered"},
	} {
		if queue.url == "" {
			continue
		}

		out, err := p.site.Stack.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &queue.url, AttributeNames: []types.QueueAttributeName{
				types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
			},
		})
		if err != nil {
			return nil, fmt.Errorf("read the depth of %s: %w", queue.url, err)
		}

		number := func(name types.QueueAttributeName) int {
			count, _ := strconv.Atoi(out.Attributes[string(name)]) // A missing attribute counts as 0.

			return count
		}

		found = append(found, queueDepth{
			Name: queue.name, Note: queue.note, Waiting: number(types.QueueAttributeNameApproximateNumberOfMessages),
			Hidden: number(types.QueueAttributeNameApproximateNumberOfMessagesNotVisible),
		})
	}

	return found, nil
}
