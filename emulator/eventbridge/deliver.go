package eventbridge

import (
	"context"
	"errors"
	"time"

	berrors "go.etcd.io/bbolt/errors"
)

// attemptWithin bounds one attempt: a target that hangs has failed, and holds its
// worker no longer. AWS says it of API destinations only, which have 5 seconds; a
// target here is another part of the laptop, which on a busy disk may take longer.
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
		case err != nil: // What became of it could not be written down: it stands as before.
			b.config.Logger.Error("a delivery was not written down; it will be made again", "delivery", id, "in", lastDelay, "error", err)
			b.schedule.retry(id, lastDelay)
		case again > 0:
			b.schedule.retry(id, again)
		default:
			b.schedule.done(id)
		}
	}
}

// attempt makes one attempt at a delivery. It is struck off if it was accepted, or
// is given up and lies in the dead-letter queue; else the attempt is counted, and
// the result says when to make the next one.
func (b *Bus) attempt(id uint64) (time.Duration, error) {
	entry, found, err := b.journal.get(id)
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
		return 0, b.journal.remove(id)
	}

	if b.ctx.Err() != nil { // The bus closes: that is not the target's failure.
		return 0, b.ctx.Err()
	}

	entry.Attempts++
	why := classify(refused)

	if why.retriable {
		delay, exhausted := policy.next(&entry, time.Now())
		if exhausted == "" {
			b.config.Logger.Warn("an event was not delivered; it will be tried again",
				"rule", entry.Rule, "target", entry.Target, "attempt", entry.Attempts, "in", delay, "error", refused)

			return delay, b.journal.keep(id, entry)
		}

		err = b.deadLetter(&entry, why, exhausted)
	} else {
		err = b.deadLetter(&entry, why, "")
	}

	if err != nil {
		return 0, err
	}

	return 0, b.journal.remove(id)
}

func (b *Bus) find(entry delivery) (*rule, *RuleTarget) {
	for i := range b.rules {
		if b.rules[i].Name != entry.Rule {
			continue
		}

		for j := range b.rules[i].Targets {
			if b.rules[i].Targets[j].ID == entry.Target {
				return &b.rules[i], &b.rules[i].Targets[j]
			}
		}
	}

	return nil, nil
}
