package sqs

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"triptych/emulator/awsapi"
)

// Service is the emulator's SQS. It is an [http.Handler] and safe for concurrent use.
type Service struct {
	config Config
	api    awsapi.Service

	mu     sync.RWMutex
	queues map[string]*queue
}

// named returns a queue, or nil if there is no such queue.
func (s *Service) named(name string) *queue {
	s.mu.RLock()
	defer s.mu.RUnlock()

	return s.queues[name]
}

// New opens the queues. A queue that has messages and is not in the configuration keeps
// them until it is configured again.
func New(config Config) (*Service, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("configure SQS: %w", err)
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	if config.Now == nil {
		config.Now = time.Now
	}

	s := &Service{config: config, queues: map[string]*queue{}}

	stored, err := s.stored()
	if err != nil {
		return nil, fmt.Errorf("open the queues: %w", err)
	}

	for _, settings := range config.Queues {
		settings.declared, settings.Created, settings.Modified = true, config.Now(), config.Now()
		stored[settings.Name] = settings
	}

	for _, settings := range stored {
		if err := s.open(settings); err != nil {
			return nil, err
		}
	}

	s.api = awsapi.Service{
		Name:        "SQS",
		ContentType: "application/x-amz-json-1.0",
		QueryCodes:  queryCodes,
		Operations: map[string]awsapi.Operation{
			"SendMessage":                  awsapi.Op(s.sendMessage),
			"ReceiveMessage":               awsapi.Op(s.receiveMessage),
			"DeleteMessage":                awsapi.Op(s.deleteMessage),
			"ChangeMessageVisibility":      awsapi.Op(s.changeMessageVisibility),
			"SendMessageBatch":             awsapi.Op(s.sendMessageBatch),
			"DeleteMessageBatch":           awsapi.Op(s.deleteMessageBatch),
			"GetQueueUrl":                  awsapi.Op(s.getQueueURL),
			"ChangeMessageVisibilityBatch": awsapi.Op(s.changeMessageVisibilityBatch),
			"GetQueueAttributes":           awsapi.Op(s.getQueueAttributes),
			"ListQueues":                   awsapi.Op(s.listQueues),
			"PurgeQueue":                   awsapi.Op(s.purgeQueue),
			"CreateQueue":                  awsapi.Op(s.createQueue),
			"DeleteQueue":                  awsapi.Op(s.deleteQueue),
			"ListDeadLetterSourceQueues":   awsapi.Op(s.listDeadLetterSourceQueues),
			"ListQueueTags":                awsapi.Op(s.listQueueTags),
			"SetQueueAttributes":           awsapi.Op(s.setQueueAttributes),
			"TagQueue":                     awsapi.Op(s.tagQueue),
			"UntagQueue":                   awsapi.Op(s.untagQueue),
		},
	}

	return s, nil
}

// OperationNames returns the names of the operations, sorted.
func (s *Service) OperationNames() []string { return s.api.OperationNames() }

// ServeHTTP implements [http.Handler].
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.api.ServeHTTP(w, r) }

// Send sends a message from inside the emulator, without a check of permissions. All
// attributes are of type String. The message is stored when Send returns.
func (s *Service) Send(_ context.Context, queueARN, body string, attributes map[string]string) error {
	q := s.named(strings.TrimPrefix(queueARN, QueueARN(s.config.Region, s.config.Account, "")))
	if q == nil {
		return noQueue()
	}

	m := message{Body: body}

	for name, value := range attributes {
		if m.Attributes == nil {
			m.Attributes = map[string]attribute{}
		}

		m.Attributes[name] = attribute{DataType: "String", StringValue: &value}
	}

	if err := m.validate(q.current().MaxBytes); err != nil {
		return err
	}

	_, err := q.send(m, 0)

	return err
}

func (s *Service) url(name string) string {
	return QueueURL(s.config.URL, s.config.Account, name)
}

// queueAt finds the queue of a URL, and checks the caller's permission. As on AWS, only
// the account and the name in the URL matter, not the host.
func (s *Service) queueAt(ctx context.Context, action, url string) (*queue, error) {
	rest, name := "", url
	if at := strings.LastIndexByte(url, '/'); at >= 0 {
		rest, name = url[:at], url[at+1:]
	}

	if err := s.config.Authorize(ctx, "sqs:"+action, QueueARN(s.config.Region, s.config.Account, name)); err != nil {
		return nil, err
	}

	q := s.named(name)
	if q == nil || (rest != "" && !strings.HasSuffix(rest, "/"+s.config.Account)) {
		return nil, noQueue()
	}

	return q, nil
}

// The errors of the API, with AWS's texts.

func noQueue() error {
	return awsapi.Errorf("QueueDoesNotExist", "The specified queue does not exist.")
}

func invalid(format string, args ...any) error {
	return awsapi.Errorf("InvalidParameterValue", "%s", fmt.Sprintf(format, args...))
}

func outOfRange(value int, parameter string, least, most int) error {
	return invalid("Value %d for parameter %s is invalid. Reason: Must be >= %d and <= %d, if provided.", value, parameter, least, most)
}
