package stack

import (
	"fmt"

	"triptych/emulator/sns"
	"triptych/emulator/sqs"
)

// newQueues creates the queues for failures: one for failed executions, and one for
// events that EventBridge could not deliver. The second queue has the only copy of those
// events. Both keep messages as long as SQS can.
func (s *Stack) newQueues(n names) error {
	queue := func(name, file string) (sqs.Queue, error) {
		policy, err := n.policy(file)

		return sqs.Queue{Name: name, Retention: sqs.MaxRetention, Policy: string(policy), Encrypted: true, Tags: n.tags()}, err
	}

	failed, err := queue(n.failedExecutions(), "queue-failed-executions")
	if err != nil {
		return err
	}

	undelivered, err := queue(n.undelivered(), "queue-undelivered-events")
	if err != nil {
		return err
	}

	s.queues, err = sqs.New(sqs.Config{
		DB: s.db, Region: region, Account: account, URL: s.AWSURL, Authorize: authorize,
		Queues: []sqs.Queue{failed, undelivered},
	})
	if err != nil {
		return fmt.Errorf("start SQS: %w", err)
	}

	s.topics, err = sns.New(sns.Config{DB: s.db, Region: region, Account: account, Queues: s.queues, Authorize: authorize})
	if err != nil {
		return fmt.Errorf("start SNS: %w", err)
	}

	return nil
}
