package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"go.etcd.io/bbolt"
)

// BusName is the name of the only bus.
const BusName = "default"

// defaultWorkers is how many deliveries are under way at once.
const defaultWorkers = 16

// Target receives events.
type Target interface {
	// Deliver hands over one event, in the envelope's JSON. It must be idempotent:
	// what it has accepted may come again after a crash, or after it took so long that
	// ctx ended; then it must return. An error means that the
	// event was not accepted; an *[awsapi.Error] says by its code whether another
	// attempt could mend that, and any other error is tried again.
	Deliver(ctx context.Context, ruleARN string, event json.RawMessage) error
}

// Rule sends the events that match a pattern to targets.
type Rule struct {
	Name    string
	Pattern json.RawMessage // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
	Targets []RuleTarget
}

// RuleTarget is a target of a rule.
type RuleTarget struct {
	ID     string // Unique within the rule; it must stay the same over restarts.
	ARN    string
	Target Target
	Retry  *RetryPolicy // nil means DefaultRetryPolicy.
	// DeadLetterARN is the SQS queue for what could not be delivered; "" means that
	// such an event is dropped.
	DeadLetterARN string
}

func (t *RuleTarget) retryPolicy() RetryPolicy {
	if t.Retry == nil {
		return DefaultRetryPolicy()
	}

	return *t.Retry
}

// Queues takes dead letters; an *sqs.Service is one.
type Queues interface {
	// Send puts a message into a queue; it is written down when Send returns. An
	// *[awsapi.Error] means that this message will never be accepted.
	Send(ctx context.Context, queueARN, body string, attributes map[string]string) error
}

// Config is what a Bus needs.
type Config struct {
	DB      *bbolt.DB
	Region  string
	Account string
	Rules   []Rule
	Queues  Queues       // Required where a target has a DeadLetterARN.
	Workers int          // Deliveries under way at once; 0 means 16.
	Logger  *slog.Logger // nil means that nobody listens.

	// Inject says what is to go wrong with an event; nil means nothing ever.
	Inject func(Event) Injection

	// Authorize says whether the caller in ctx may act; nil means always. Put is
	// not asked about: it is called from inside.
	Authorize func(ctx context.Context, action, resource string) error
}

// Validate reports every problem of the configuration at once, but for those of
// the patterns.
func (c *Config) Validate() error {
	var problems []error

	if c.DB == nil || c.Region == "" || c.Account == "" || c.Workers < 0 {
		problems = append(problems, errors.New("DB, Region and Account must be set, and Workers must not be negative"))
	}

	rules := map[string]bool{}

	for _, r := range c.Rules {
		if r.Name == "" || rules[r.Name] {
			problems = append(problems, fmt.Errorf("the rule name %q is empty or taken", r.Name))
		}

		rules[r.Name] = true
		targets := map[string]bool{}

		for _, t := range r.Targets {
			if t.ID == "" || targets[t.ID] || t.Target == nil {
				problems = append(problems, fmt.Errorf("rule %s: the target %q has an ID that is empty or taken, or no Target", r.Name, t.ID))
			}

			targets[t.ID] = true

			if err := t.retryPolicy().validate(); err != nil {
				problems = append(problems, fmt.Errorf("rule %s: the target %q: %w", r.Name, t.ID, err))
			}

			if t.DeadLetterARN != "" && c.Queues == nil {
				problems = append(problems, fmt.Errorf("rule %s: the target %q has a dead-letter queue, and there are no Queues", r.Name, t.ID))
			}
		}
	}

	return errors.Join(problems...)
}

// BusARN is the ARN of the bus.
func BusARN(region, account string) string {
	return "arn:aws:events:" + region + ":" + account + ":event-bus/" + BusName
}

// RuleARN is the ARN of a rule on the bus.
func RuleARN(region, account, rule string) string {
	return "arn:aws:events:" + region + ":" + account + ":rule/" + rule
}
