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

// defaultWorkers is the number of concurrent deliveries.
const defaultWorkers = 16

// Target receives events.
type Target interface {
	// Deliver delivers one event, as the JSON of its envelope. It must be idempotent: an
	// event that it has accepted can arrive again after a crash, or after ctx has ended.
	// Deliver must return when ctx ends. An error means that the event was not accepted.
	// The code of an *[awsapi.Error] decides whether the bus retries the delivery. After
	// any other error the bus retries it.
	Deliver(ctx context.Context, ruleARN string, event json.RawMessage) error
}

// Rule sends the events that match a pattern to targets.
type Rule struct {
	Name    string
	Pattern json.RawMessage // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
	Targets []RuleTarget

	Description string            `json:",omitempty"`
	RoleARN     string            `json:",omitempty"`
	Disabled    bool              `json:",omitempty"` // It matches no event.
	Tags        map[string]string `json:",omitempty"`
}

// RuleTarget is a target of a rule.
type RuleTarget struct {
	ID     string // Unique within the rule. It must stay the same across restarts.
	ARN    string
	Target Target `json:"-"`
	// RoleARN is the role under which EventBridge calls the target; "" means that it calls
	// in its own name.
	RoleARN string       `json:",omitempty"`
	Retry   *RetryPolicy // nil means DefaultRetryPolicy.
	// DeadLetterARN is the SQS queue for events that could not be delivered. If it is "",
	// such an event is dropped.
	DeadLetterARN string
}

func (t *RuleTarget) retryPolicy() RetryPolicy {
	if t.Retry == nil {
		return DefaultRetryPolicy()
	}

	return *t.Retry
}

// Queues sends messages to dead-letter queues. An *sqs.Service implements it.
type Queues interface {
	// Send puts a message into a queue. The message is stored when Send returns. An
	// *[awsapi.Error] means that the queue will never accept this message.
	Send(ctx context.Context, queueARN, body string, attributes map[string]string) error
}

// Config is the configuration of a Bus.
type Config struct {
	DB      *bbolt.DB
	Region  string
	Account string
	Rules   []Rule
	Queues  Queues // Required if a target has a DeadLetterARN.
	// Resolve returns the receiver with an ARN, for a rule that is created through the API.
	// The role is "" for a call in EventBridge's own name. nil means that no target can be
	// added.
	Resolve func(arn, roleARN string) (Target, error)
	Workers int          // The number of concurrent deliveries; 0 means 16.
	Logger  *slog.Logger // nil discards the log.

	// Inject returns the fault to inject for an event; nil means no fault.
	Inject func(Event) Injection

	// Authorize returns an error if the caller in ctx may not perform an action on a
	// resource; nil allows every call. Put does not call it, because Put is called from
	// inside the process.
	Authorize func(ctx context.Context, action, resource string) error
}

// Validate reports all problems of the configuration at once, except those of the patterns.
func (c *Config) Validate() error {
	var problems []error

	if c.DB == nil || c.Region == "" || c.Account == "" || c.Workers < 0 {
		problems = append(problems, errors.New("DB, Region and Account must be set, and Workers must not be negative"))
	}

	rules := map[string]bool{}

	for _, r := range c.Rules {
		if r.Name == "" || rules[r.Name] {
			problems = append(problems, fmt.Errorf("the rule name %q is empty or used twice", r.Name))
		}

		rules[r.Name] = true
		targets := map[string]bool{}

		for _, t := range r.Targets {
			if t.ID == "" || targets[t.ID] || t.Target == nil {
				problems = append(problems, fmt.Errorf("rule %s: the target %q has an empty ID, an ID that is used twice, or no Target", r.Name, t.ID))
			}

			targets[t.ID] = true

			if err := t.retryPolicy().validate(); err != nil {
				problems = append(problems, fmt.Errorf("rule %s: the target %q: %w", r.Name, t.ID, err))
			}

			if t.DeadLetterARN != "" && c.Queues == nil {
				problems = append(problems, fmt.Errorf("rule %s: the target %q has a dead-letter queue, but Queues is not set", r.Name, t.ID))
			}
		}
	}

	return errors.Join(problems...)
}

// BusARN returns the ARN of the bus.
func BusARN(region, account string) string {
	return "arn:aws:events:" + region + ":" + account + ":event-bus/" + BusName
}

// RuleARN returns the ARN of a rule on the bus.
func RuleARN(region, account, rule string) string {
	return "arn:aws:events:" + region + ":" + account + ":rule/" + rule
}
