package eventbridge

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge/pattern"
)

// Bus is the event bus. It is safe for concurrent use.
type Bus struct {
	config   Config
	rules    []rule
	outbox   outbox
	schedule *schedule

	ctx     context.Context //nolint:containedctx // The context of the deliveries, which outlive every call.
	cancel  context.CancelFunc
	workers sync.WaitGroup
	started sync.Once
}

// rule is a Rule whose pattern is parsed.
type rule struct {
	Rule

	arn     string
	pattern *pattern.Pattern
}

// New creates a bus. The bus delivers no event before [Bus.Start].
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

	b := &Bus{config: config, outbox: outbox{db: config.DB}, schedule: newSchedule()}

	for _, r := range config.Rules {
		parsed, err := pattern.Parse(r.Pattern)
		if err != nil {
			return nil, fmt.Errorf("parse the pattern of rule %s: %w", r.Name, err)
		}

		b.rules = append(b.rules, rule{Rule: r, arn: RuleARN(config.Region, config.Account, r.Name), pattern: parsed})
	}

	if err := b.outbox.open(); err != nil {
		return nil, fmt.Errorf("open the outbox: %w", err)
	}

	b.ctx, b.cancel = context.WithCancel(context.Background())

	return b, nil
}

// Put accepts an event. When Put returns, the event is stored once for every target whose
// rule it matches, and it will be delivered. Put fills in empty members.
func (b *Bus) Put(_ context.Context, event Event) error {
	_, err := b.put(event)

	return err
}

// accept stores an event for every target, for delivery after a delay, and returns the
// event's ID.
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
		return "", fmt.Errorf("encode event %s: %w", event.ID, err)
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

	ids, err := b.outbox.add(entries)
	if err != nil {
		return "", fmt.Errorf("store event %s: %w", event.ID, err)
	}

	if delay > 0 {
		b.schedule.later(delay, ids...)
	} else {
		b.schedule.add(ids...)
	}

	return event.ID, nil
}

// Start starts the deliveries: of the events that are put from now on, and of the events
// that are still in the outbox. A second call does nothing.
func (b *Bus) Start() error {
	var err error

	b.started.Do(func() {
		var ids []uint64
		if ids, err = b.outbox.ids(); err != nil {
			err = fmt.Errorf("read the outbox: %w", err)

			return
		}

		b.schedule.add(ids...)

		for range b.config.Workers {
			b.workers.Go(b.deliver)
		}
	})

	return err
}

// Close cancels the context of the deliveries in progress and waits for them. Undelivered
// events stay in the outbox.
func (b *Bus) Close() error {
	b.cancel()
	b.schedule.close()
	b.workers.Wait()

	return nil
}

// Pending returns the number of deliveries that are still to be made.
func (b *Bus) Pending() (int, error) { return b.outbox.count() }
