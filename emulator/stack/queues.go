package stack

import (
	"fmt"

	"triptych/emulator/sqs"
)

// newQueues creates the queues for failures: one for failed executions, and one for
// events that EventBridge could not deliver. The second queue has the only copy of those
// events. Both keep messages as long as SQS can.
func (s *Stack) newQueues(n names) error {
	var err error

	s.queues, err = sqs.New(sqs.Config{
		DB: s.db, Region: region, Account: account, URL: s.AWSURL, Authorize: authorize,
		Queues: []sqs.Queue{
			{Name: n.failedExecutions(), Retention: sqs.MaxRetention},
			{Name: n.undelivered(), Retention: sqs.MaxRetention},
		},
	})
	if err != nil {
		return fmt.Errorf("start SQS: %w", err)
	}

	return nil
}
