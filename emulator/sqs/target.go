package sqs

import (
	"context"
	"encoding/json"
)

// Target is a queue as the target of an EventBridge rule: the message's body is
// the event.
type Target struct {
	service  *Service
	queueARN string
}

// Target returns the queue with an ARN as the target of a rule.
func (s *Service) Target(queueARN string) Target { return Target{service: s, queueARN: queueARN} }

// Deliver sends the event. An event that is delivered twice is in the queue twice, as on
// AWS.
func (t Target) Deliver(ctx context.Context, _ string, event json.RawMessage) error {
	return t.service.Send(ctx, t.queueARN, string(event), nil)
}
