package foreign

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func (d *deployer) queues(ctx context.Context) error {
	type queue struct {
		Name      string `json:"name"`
		Retention int    `json:"message_retention_seconds"`
		Visible   int    `json:"visibility_timeout_seconds"`
	}

	found, err := all[queue](d.Deployment, "aws_sqs_queue")
	if err != nil {
		return err
	}

	for key, q := range found {
		attributes := map[string]string{
			"MessageRetentionPeriod": fmt.Sprint(cmp.Or(q.Retention, 345600)),
			"VisibilityTimeout":      fmt.Sprint(cmp.Or(q.Visible, 30)),
		}

		created, err := sqs.NewFromConfig(d.config).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &q.Name, Attributes: attributes})
		if err != nil {
			return fmt.Errorf("create the queue %s: %w", q.Name, err)
		}

		d.queueURLs[key] = aws.ToString(created.QueueUrl)
	}

	return nil
}
