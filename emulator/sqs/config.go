package sqs

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// AWS's limits and defaults.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const (
	MaxMessageBytes = 1 << 20 // For a body and its attributes together.
	MaxRetention    = 14 * 24 * time.Hour
	maxVisibility   = 12 * time.Hour
	maxDelay        = 15 * time.Minute
	maxWait         = 20 * time.Second
	maxReceive      = 10 // Messages in one call.
	maxAttributes   = 10 // For one message.

	defaultVisibility = 30 * time.Second
)

// Queue is a standard queue.
type Queue struct {
	Name       string
	Visibility time.Duration // The time for which a received message is hidden; 0 means 30 seconds.
	Retention  time.Duration // 0 means MaxRetention; the API's default is 4 days.
	Delay      time.Duration // The delay of messages that set none.
	Wait       time.Duration // The wait of receives that set none.
	MaxBytes   int           // The size of a message; 0 means MaxMessageBytes.
	Policy     string        // The queue's policy; "" means that it has none.
	Encrypted  bool          // SqsManagedSseEnabled. A client cannot see a difference.
	Tags       map[string]string
	Created    time.Time
	Modified   time.Time

	declared bool // The stack's own, which cannot be changed or deleted.
}

// Config configures a Service.
type Config struct {
	// DB stores the messages, in buckets whose names begin with "sqs.". The caller closes
	// it.
	DB      *bbolt.DB
	Region  string
	Account string
	URL     string // The beginning of queue URLs: http://127.0.0.1:4566.
	Queues  []Queue

	// Authorize decides whether the caller in ctx may act; nil means that every caller
	// may.
	Authorize func(ctx context.Context, action, resource string) error
	// Now is the clock for the messages; nil means time.Now.
	Now func() time.Time
}

// queueName is the rule for names.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// Validate reports all problems of the configuration together.
func (c *Config) Validate() error {
	var problems []error

	if c.DB == nil || c.Region == "" || c.Account == "" || c.URL == "" {
		problems = append(problems, errors.New("DB, Region, Account and URL must be set"))
	}

	seen := map[string]bool{}

	for _, q := range c.Queues {
		if seen[q.Name] || !queueName.MatchString(q.Name) {
			problems = append(problems, fmt.Errorf("the queue name %q does not match %s, or is taken", q.Name, queueName))
		}

		if q.Visibility < 0 || q.Visibility > maxVisibility {
			problems = append(problems, fmt.Errorf("queue %s: Visibility must be between 0 and %v", q.Name, maxVisibility))
		}

		if q.Retention < 0 || q.Retention > MaxRetention {
			problems = append(problems, fmt.Errorf("queue %s: Retention must be between 0 and %v", q.Name, MaxRetention))
		}

		seen[q.Name] = true
	}

	return errors.Join(problems...)
}

// QueueARN returns the ARN of a queue.
func QueueARN(region, account, name string) string {
	return "arn:aws:sqs:" + region + ":" + account + ":" + name
}

// QueueURL returns the URL of a queue at an endpoint such as http://127.0.0.1:4566.
func QueueURL(endpoint, account, name string) string {
	return strings.TrimSuffix(endpoint, "/") + "/" + account + "/" + name
}
