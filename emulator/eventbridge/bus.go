package eventbridge

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge/pattern"
)

// Bus is the event bus. It is safe for concurrent use.
type Bus struct {
	config   Config
	rules    atomic.Pointer[[]rule] // Sorted by name.
	changing sync.Mutex             // Held while rules are changed.
	outbox   outbox
	schedule *schedule

	ctx     context.Context //nolint:containedctx // The context of the deliveries, which outlive every call.
	cancel  context.CancelFunc
	workers sync.WaitGroup
	started sync.Once
}

// list returns the rules as of now.
func (b *Bus) list() []rule { return *b.rules.Load() }

// named returns the rule with a name, or nil.
func (b *Bus) named(name string) *rule {
	for _, r := range b.list() {
		if r.Name == name {
			return &r
		}
	}

	return nil
}

func compareNames(a, b string) int { return strings.Compare(a, b) }

// rule is a Rule whose pattern is parsed.
type rule struct {
	Rule

	arn      string
	pattern  *pattern.Pattern
	declared bool // The stack's own, which cannot be changed or deleted.
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

	if config.Resolve == nil {
		config.Resolve = func(arn, _ string) (Target, error) { return nil, fmt.Errorf("no rule can have the target %s", arn) }
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	b := &Bus{config: config, outbox: outbox{db: config.DB}, schedule: newSchedule()}

	var declared []rule

	for _, r := range config.Rules {
		opened, err := b.parse(r)
		if err != nil {
			return nil, err
		}

		opened.declared = true
		declared = append(declared, *opened)
	}

	slices.SortFunc(declared, func(x, y rule) int { return compareNames(x.Name, y.Name) })
	b.rules.Store(&declared)

	if err := b.restore(); err != nil {
		return nil, fmt.Errorf("open the rules: %w", err)
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

// complete fills in empty members of an event.
func (b *Bus) complete(event Event) Event {
	if event.ID == "" {
		event.ID = uuid.NewString()
	}

	event.Account = cmp.Or(event.Account, b.config.Account)
	event.Region = cmp.Or(event.Region, b.config.Region)

	if event.Time.IsZero() {
		event.Time = time.Now()
	}

	return event
}

// accept stores one delivery of an event for each target. Deliveries begin after the
// delay. It returns the event's ID.
func (b *Bus) accept(event Event, delay time.Duration) (string, error) {
	event = b.complete(event)

	if len(event.Detail) > 0 && !isObject(event.Detail) {
		return "", awsapi.Errorf("MalformedDetail", "Detail is malformed.")
	}

	text, err := event.MarshalJSON()
	if err != nil {
		return "", fmt.Errorf("encode event %s: %w", event.ID, err)
	}

	var entries []delivery

	for _, r := range b.list() {
		if r.Disabled {
			continue
		}

		matches, err := r.pattern.Match(text)
		if err != nil {
			return "", err
		}

		if !matches {
			continue
		}

		for _, target := range r.Targets {
			entries = append(entries, delivery{
				Rule: r.Name, Target: target.ID, TargetARN: target.ARN, DeadLetterARN: target.DeadLetterARN,
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
