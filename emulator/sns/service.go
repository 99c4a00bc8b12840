package sns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// Queues receive the messages of topics. An *sqs.Service implements it.
type Queues interface {
	// Send puts a message into a queue. The message is stored when Send returns.
	Send(ctx context.Context, queueARN, body string, attributes map[string]string) error
}

// Config configures a [Service].
type Config struct {
	DB              *bbolt.DB
	Region, Account string
	Queues          Queues
	// Authorize reports, as an error, that the caller in ctx may not act; nil allows every
	// call.
	Authorize func(ctx context.Context, action, resource string) error
}

// Service is the emulator's SNS. It is safe for concurrent use.
type Service struct {
	config Config
	mu     sync.Mutex
	topics map[string]*topic // By name.
}

// topic is a topic with its subscriptions, as it is stored.
type topic struct {
	Name          string            `json:"name"`
	Attributes    map[string]string `json:"attributes,omitempty"`
	Tags          map[string]string `json:"tags,omitempty"`
	Subscriptions []subscription    `json:"subscriptions,omitempty"`
}

// subscription sends the messages of a topic to a queue. A subscription with another
// protocol is pending: its receiver has to confirm it, and the emulator sends nothing to
// receivers outside of it.
type subscription struct {
	ID         string            `json:"id"` // A UUID.
	Protocol   string            `json:"protocol,omitempty"`
	QueueARN   string            `json:"queueArn"`           // The endpoint.
	Raw        bool              `json:"raw,omitempty"`      // RawMessageDelivery.
	Attributes map[string]string `json:"settings,omitempty"` // FilterPolicy and FilterPolicyScope.
}

const protocolSQS = "sqs"

func (s *subscription) pending() bool { return s.Protocol != "" && s.Protocol != protocolSQS }

var bucket = []byte("sns.topics") // Name → topic.

// New opens the topics.
func New(config Config) (*Service, error) {
	if config.DB == nil || config.Region == "" || config.Account == "" || config.Queues == nil {
		return nil, errors.New("configure SNS: DB, Region, Account and Queues must be set")
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	s := &Service{config: config, topics: map[string]*topic{}}

	err := config.DB.Update(func(tx *bbolt.Tx) error {
		topics, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}

		return topics.ForEach(func(name, text []byte) error {
			one := &topic{}
			s.topics[string(name)] = one

			return json.Unmarshal(text, one)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("open the topics: %w", err)
	}

	return s, nil
}

// store stores a topic. The service is locked.
func (s *Service) store(t *topic) error {
	text, err := json.Marshal(t)
	if err == nil {
		err = s.config.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put([]byte(t.Name), text) })
	}

	if err != nil {
		return fmt.Errorf("store the topic %s: %w", t.Name, err)
	}

	return nil
}

func (s *Service) arn(name string) string {
	return "arn:aws:sns:" + s.config.Region + ":" + s.config.Account + ":" + name
}

// find returns the topic of an ARN. The service is locked.
func (s *Service) find(arn string) (*topic, error) {
	name, ours := strings.CutPrefix(arn, s.arn(""))
	if !strings.HasPrefix(arn, "arn:aws:sns:") {
		return nil, invalid("TopicArn")
	}

	if found := s.topics[name]; ours && found != nil {
		return found, nil
	}

	return nil, notFound("Topic does not exist")
}

// The errors of the API, with AWS's texts.

func notFound(message string) error {
	return &awsapi.Error{Code: "NotFound", Message: message, Status: http.StatusNotFound}
}

func invalid(reason string) error {
	return awsapi.Errorf("InvalidParameter", "Invalid parameter: %s", reason)
}
