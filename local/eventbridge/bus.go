package eventbridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	berrors "go.etcd.io/bbolt/errors"

	"triptych/local/awsapi"
)

// Bus is the event bus. It is safe for concurrent use.
type Bus struct {
	config   Config
	rules    []rule
	journal  journal
	schedule *schedule

	ctx     context.Context //nolint:containedctx // Of the deliveries, which outlast every call.
	cancel  context.CancelFunc
	workers sync.WaitGroup
	started sync.Once
}

// rule is a Rule that is ready to be matched.
type rule struct {
	Rule

	arn     string
	pattern *Pattern
}

// New makes a bus. It delivers nothing before [Bus.Start].
func New(config Config) (*Bus, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("configure EventBridge: %w", err)
	}

	if config.Workers == 0 {
		config.Workers = defaultWorkers
	}

	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	b := &Bus{config: config, journal: journal{db: config.DB}, schedule: newSchedule()}

	for _, r := range config.Rules {
		pattern, err := ParsePattern(r.Pattern)
		if err != nil {
			return nil, fmt.Errorf("parse the pattern of rule %s: %w", r.Name, err)
		}

		b.rules = append(b.rules, rule{Rule: r, arn: RuleARN(config.Region, config.Account, r.Name), pattern: pattern})
	}

	if err := b.journal.open(); err != nil {
		return nil, fmt.Errorf("open the journal of events: %w", err)
	}

	b.ctx, b.cancel = context.WithCancel(context.Background())

	return b, nil
}

// Put accepts an event: when it returns, the event is written down for every
// target whose rule it matches, and will be delivered. Members that are empty are
// filled in.
func (b *Bus) Put(_ context.Context, event Event) error {
	_, err := b.put(event)

	return err
}

// accept writes an event down for every target, to be delivered after a delay; it
// gives the event's id.
func (b *Bus) accept(event Event, delay time.Duration) (string, error) {
	if event.ID == "" {
		event.ID = newUUID()
	}

	if event.Account == "" {
		event.Account = b.config.Account
	}

	if event.Region == "" {
		event.Region = b.config.Region
	}

	if event.Time.IsZero() {
		event.Time = time.Now()
	}

	if len(event.Detail) > 0 && !isObject(event.Detail) {
		return "", awsapi.Errorf("MalformedDetail", "Detail is malformed.")
	}

	text, err := event.MarshalJSON()
	if err != nil {
		return "", fmt.Errorf("write event %s: %w", event.ID, err)
	}

	var entries []delivery

	for i := range b.rules {
		matches, err := b.rules[i].pattern.Match(text)
		if err != nil {
			return "", err
		}

		if !matches {
			continue
		}

		for _, target := range b.rules[i].Targets {
			entries = append(entries, delivery{
				Rule: b.rules[i].Name, Target: target.ID, TargetARN: target.ARN, DeadLetterARN: target.DeadLetterARN,
				Accepted: time.Now().UTC(), Event: text,
			})
		}
	}

	if len(entries) == 0 {
		return event.ID, nil
	}

	ids, err := b.journal.add(entries)
	if err != nil {
		return "", fmt.Errorf("write down event %s: %w", event.ID, err)
	}

	if delay > 0 {
		b.schedule.later(delay, ids...)
	} else {
		b.schedule.add(ids...)
	}

	return event.ID, nil
}

// Start begins to deliver: what is put from now on, and what the journal still
// holds. A second call does nothing.
func (b *Bus) Start() error {
	var err error

	b.started.Do(func() {
		var ids []uint64
		if ids, err = b.journal.ids(); err != nil {
			err = fmt.Errorf("read the journal of events: %w", err)

			return
		}

		b.schedule.add(ids...)

		for range b.config.Workers {
			b.workers.Go(b.deliver)
		}
	})

	return err
}

// Close stops the deliveries and waits for those under way, whose context it
// ends. What is not delivered stays in the journal.
func (b *Bus) Close() error {
	b.cancel()
	b.schedule.close()
	b.workers.Wait()

	return nil
}

// Pending is how many deliveries are still to be made.
func (b *Bus) Pending() (int, error) { return b.journal.count() }

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
		refused, policy = target.Target.Deliver(b.ctx, rule.arn, entry.Event), target.retryPolicy()
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
