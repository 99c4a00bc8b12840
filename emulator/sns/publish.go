package sns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// Limits of messages.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const (
	maxMessageBytes = 256 << 10
	maxSubject      = 100
	maxAttributes   = 10
)

// Message is the request of Publish.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
type Message struct {
	TopicARN    string `json:"TopicArn"`
	TargetARN   string `json:"TargetArn"`
	PhoneNumber string
	Text        string `json:"Message"`
	Subject     string
	Structure   string               `json:"MessageStructure"`
	Attributes  map[string]Attribute `json:"MessageAttributes"`
}

// Attribute is an attribute of a message.
type Attribute struct {
	DataType    string
	StringValue json.RawMessage // A text. Step Functions also sends other values, as their JSON.
	BinaryValue string          // In base64.
}

// text returns the value of an attribute as text.
func (a Attribute) text() string {
	var text string
	if json.Unmarshal(a.StringValue, &text) == nil {
		return text
	}

	return string(a.StringValue)
}

// notification is the body of a message in a queue.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
type notification struct {
	Type              string
	MessageID         string `json:"MessageId"`
	TopicARN          string `json:"TopicArn"`
	Subject           string `json:",omitempty"`
	Message           string
	Timestamp         string
	MessageAttributes map[string]notified `json:",omitempty"`
}

type notified struct{ Type, Value string }

// Publish sends a message to the queues of a topic and returns the message's ID.
func (s *Service) Publish(ctx context.Context, m Message) (string, error) {
	arn := m.TopicARN
	if arn == "" {
		arn = m.TargetARN
	}

	if m.PhoneNumber != "" {
		return "", awsapi.Errorf("InvalidParameter", "Invalid parameter: PhoneNumber Reason: SNS in the emulator sends no text messages")
	}

	if arn == "" {
		return "", invalid("TopicArn or TargetArn Reason: no value for required parameter")
	}

	subscriptions, err := s.receivers(ctx, arn)
	if err != nil {
		return "", err
	}

	text, err := m.textForQueues()
	if err != nil {
		return "", err
	}

	id := uuid.NewString()
	out := notification{
		Type: "Notification", MessageID: id, TopicARN: arn, Subject: m.Subject, Message: text,
		Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), MessageAttributes: map[string]notified{},
	}
	attributes := map[string]string{}

	for name, attribute := range m.Attributes {
		value := attribute.text()
		if attribute.BinaryValue != "" {
			value = attribute.BinaryValue
		}

		out.MessageAttributes[name], attributes[name] = notified{attribute.DataType, value}, value
	}

	body, err := json.Marshal(out)
	if err != nil {
		return "", fmt.Errorf("publish to %s: %w", arn, err)
	}

	for i := range subscriptions {
		one := &subscriptions[i]

		switch wanted, problem := one.wants(&m, text); {
		case problem != nil:
			return "", problem
		case one.pending(), !wanted:
			continue
		}

		if one.Raw {
			err = s.config.Queues.Send(ctx, one.QueueARN, text, attributes)
		} else {
			err = s.config.Queues.Send(ctx, one.QueueARN, string(body), nil)
		}

		// As on AWS, a queue that rejects the message does not fail the call.
		if _, rejected := errors.AsType[*awsapi.Error](err); err != nil && !rejected {
			return "", fmt.Errorf("publish to %s: send to %s: %w", arn, one.QueueARN, err)
		}
	}

	return id, nil
}

// receivers returns the subscriptions of a topic, if the caller may publish to it: by its own
// policies, or by the topic's policy.
func (s *Service) receivers(ctx context.Context, arn string) ([]subscription, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	found, missing := s.find(arn)
	if missing == nil && found.Attributes[attributePolicy] != "" {
		policy, err := iam.ParseResourcePolicy([]byte(found.Attributes[attributePolicy]))
		if err != nil {
			return nil, fmt.Errorf("read the policy of %s: %w", arn, err)
		}

		if err := iam.CheckAt(ctx, policy, "sns:Publish", arn); err != nil {
			return nil, err
		}
	} else if caller := iam.PrincipalFrom(ctx); caller != nil && caller.Service != "" {
		// The policy of a topic that sets none allows what happens on behalf of its account.
	} else if err := s.config.Authorize(ctx, "sns:Publish", arn); err != nil {
		return nil, err
	}

	if missing != nil {
		return nil, missing
	}

	return slices.Clone(found.Subscriptions), nil
}

// textForQueues checks the message and returns the text that queues receive.
func (m *Message) textForQueues() (string, error) {
	switch {
	case m.Text == "":
		return "", invalid("Empty message")
	case len(m.Text) > maxMessageBytes:
		return "", invalid("Message too long")
	case utf8.RuneCountInString(m.Subject) > maxSubject || strings.ContainsAny(m.Subject, "\r\n"):
		return "", invalid("Subject")
	case len(m.Attributes) > maxAttributes:
		return "", awsapi.Errorf("InvalidParameterValue", "The message has more than %d attributes", maxAttributes)
	case m.Structure == "":
		return m.Text, nil
	case m.Structure != "json":
		return "", invalid("MessageStructure")
	}

	var texts map[string]string
	if err := json.Unmarshal([]byte(m.Text), &texts); err != nil {
		return "", invalid("Message Structure - JSON message body failed to parse")
	}

	if text, given := texts["sqs"]; given {
		return text, nil
	}

	text, given := texts["default"]
	if !given {
		return "", invalid("Message Structure - No default entry in JSON message body")
	}

	return text, nil
}
