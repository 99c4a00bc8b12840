package eventbridge

import (
	"context"
	"errors"
	"time"

	berrors "go.etcd.io/bbolt/errors"
)

// attemptWithin limits the time of one attempt. If a target hangs, the attempt fails and its
// worker can continue. AWS documents a limit only for API destinations: 5 seconds. A
// target of the emulator is another part of the same process, and can take longer on a busy
// disk.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
const attemptWithin = 30 * time.Second

// deliver makes deliveries, one after the other.
func (b *Bus) deliver() {
	for {
		id, ok := b.schedule.next()
		if !ok {
			return
		}

		again, err := b.attempt(id)

		switch {
		case err != nil && (b.ctx.Err() != nil || errors.Is(err, berrors.ErrDatabaseNotOpen)):
			return
		case err != nil: // The result could not be stored, so the stored delivery is unchanged.
			b.config.Logger.Error("the result of a delivery could not be stored; the delivery will be retried", "delivery", id, "in", lastDelay, "error", err)
			b.schedule.retry(id, lastDelay)
		case again > 0:
			b.schedule.retry(id, again)
		default:
			b.schedule.done(id)
		}
	}
}

// attempt makes one attempt at a delivery. If the target accepts the event, or the event is
// moved to the dead-letter queue, attempt removes the delivery from the outbox. Otherwise
// it counts the attempt and returns the delay before the next one.
func (b *Bus) attempt(id uint64) (time.Duration, error) {
	entry, found, err := b.outbox.get(id)
	if err != nil || !found {
		return 0, err
	}

	refused, policy := error(errNoTarget), DefaultRetryPolicy()

	if rule, target := b.find(entry); target != nil {
		ctx, cancel := context.WithTimeout(b.ctx, attemptWithin)
		refused, policy = target.Target.Deliver(ctx, rule.arn, entry.Event), target.retryPolicy()

		cancel()
	}

	if refused == nil {
		return 0, b.outbox.remove(id)
	}

	if b.ctx.Err() != nil { // The bus is closing, so this is not the target's failure.
		return 0, b.ctx.Err()
	}

	entry.Attempts++
	why := classify(refused)

	if why.retriable {
		delay, exhausted := policy.next(&entry, time.Now())
		if exhausted == "" {
			b.config.Logger.Warn("an event was not delivered; it will be retried",
				"rule", entry.Rule, "target", entry.Target, "attempt", entry.Attempts, "in", delay, "error", refused)

			return delay, b.outbox.keep(id, entry)
		}

		err = b.deadLetter(&entry, why, exhausted)
	} else {
		err = b.deadLetter(&entry, why, "")
	}

	if err != nil {
		return 0, err
	}

	return 0, b.outbox.remove(id)
}

// find returns the rule and the target of a delivery; nil if they were removed, or if the
// target's receiver no longer exists.
func (b *Bus) find(entry delivery) (*rule, *RuleTarget) {
	found := b.named(entry.Rule)
	if found == nil {
		return nil, nil
	}

	for i := range found.Targets {
		if target := &found.Targets[i]; target.ID == entry.Target && target.Target != nil {
			return found, target
		}
	}

	return nil, nil
}
