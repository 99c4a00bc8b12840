package eventbridge

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"triptych/emulator/awsapi"
)

// deadLetter sends an event that will not be retried to the dead-letter queue of its
// target. The message body is the event as the target would have received it; the
// attributes give the reason. If the target has no queue, the event is dropped, as on AWS.
// An error means that the queue could not accept the message now.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (b *Bus) deadLetter(entry *delivery, why failure, exhausted string) error {
	log := b.config.Logger.With("rule", entry.Rule, "target", entry.Target, "code", why.code, "error", why.message, "attempts", entry.Attempts)

	if entry.DeadLetterARN == "" || b.config.Queues == nil {
		log.Error("an event was dropped: it could not be delivered, and its target has no dead-letter queue")

		return nil
	}

	attributes := map[string]string{
		"RULE_ARN":       RuleARN(b.config.Region, b.config.Account, entry.Rule),
		"TARGET_ARN":     entry.TargetARN,
		"ERROR_CODE":     why.code,
		"ERROR_MESSAGE":  why.message,
		"RETRY_ATTEMPTS": strconv.Itoa(entry.Attempts - 1),
	}
	if exhausted != "" {
		attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
	}

	ctx, cancel := context.WithTimeout(b.ctx, attemptWithin)
	defer cancel()

	err := b.config.Queues.Send(ctx, entry.DeadLetterARN, string(entry.Event), attributes)

	if refusal, ok := errors.AsType[*awsapi.Error](err); ok {
		log.Error("an event was dropped: its dead-letter queue rejected it", "queue", entry.DeadLetterARN, "queueError", refusal)

		return nil
	}

	if err != nil {
		return fmt.Errorf("send an event of rule %s to its dead-letter queue: %w", entry.Rule, err)
	}

	log.Warn("an event could not be delivered; it was sent to the dead-letter queue", "queue", entry.DeadLetterARN)

	return nil
}
