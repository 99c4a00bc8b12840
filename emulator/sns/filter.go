package sns

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge/pattern"
)

// Attributes of subscriptions.
const (
	filterPolicy = "FilterPolicy"
	filterScope  = "FilterPolicyScope"
	scopeBody    = "MessageBody"
)

// protocols lists the protocols of SNS.
func protocols() []string {
	return []string{"http", "https", "email", "email-json", "sms", protocolSQS, "application", "lambda", "firehose"}
}

// checkEndpoint checks the receiver of a subscription.
func (s *Service) checkEndpoint(protocol, endpoint string) error {
	queue := "arn:aws:sqs:" + s.config.Region + ":" + s.config.Account + ":"

	switch {
	case !slices.Contains(protocols(), protocol):
		return invalid("Amazon SNS does not support this protocol string: " + protocol)
	case protocol == protocolSQS && !strings.HasPrefix(endpoint, queue):
		return invalid("SQS endpoint ARN")
	case strings.HasPrefix(protocol, "email") && !strings.Contains(endpoint, "@"):
		return invalid("Email address")
	case strings.HasPrefix(protocol, "http") && !strings.HasPrefix(endpoint, protocol+"://"):
		return invalid("Endpoint must match the specified protocol")
	case slices.Contains([]string{"sms", "application", "lambda", "firehose"}, protocol):
		return invalid("Protocol Reason: SNS in the emulator sends to queues only, and not to " + protocol)
	default:
		return nil
	}
}

// set changes an attribute of a subscription.
// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
func (s *subscription) set(name, value string) error {
	changed := cloned(s.Attributes)

	switch name {
	case "RawMessageDelivery":
		raw, err := strconv.ParseBool(value)
		if err != nil {
			return invalid("Attributes Reason: RawMessageDelivery: Invalid value [" + value + "]. Must be true or false.")
		}

		s.Raw = raw

		return nil
	case filterPolicy:
		if _, err := pattern.Parse([]byte(value)); err != nil && value != "" && value != "{}" {
			return invalid("FilterPolicy: " + err.Error())
		}
	case filterScope:
		if value != "MessageAttributes" && value != scopeBody {
			return invalid("FilterPolicyScope: Invalid value [" + value + "]. Please use either MessageBody or MessageAttributes")
		}
	default:
		return invalid("Attributes Reason: SNS in the emulator has no attribute " + name + " of subscriptions")
	}

	if changed[name] = value; value == "" || value == "{}" {
		delete(changed, name)
	}

	if changed[filterPolicy] != "" && changed[filterScope] == "" {
		changed[filterScope] = "MessageAttributes"
	}

	s.Attributes = changed

	return nil
}

// wants reports whether the filter policy of a subscription matches a message.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
func (s *subscription) wants(m *Message, text string) (bool, error) {
	policy := s.Attributes[filterPolicy]
	if policy == "" {
		return true, nil
	}

	parsed, err := pattern.Parse([]byte(policy))
	if err != nil {
		return false, fmt.Errorf("read the filter policy of the subscription %s: %w", s.ID, err)
	}

	if s.Attributes[filterScope] == scopeBody {
		matches, err := parsed.Match([]byte(text))

		return err == nil && matches, nil // A body that is not an object matches no policy.
	}

	values := map[string]json.RawMessage{}

	for name, attribute := range m.Attributes {
		value := attribute.text()

		switch quoted, _ := json.Marshal(value); { // Texts can always be encoded.
		case attribute.DataType == "Number", attribute.DataType == "String.Array":
			if json.Valid([]byte(value)) {
				quoted = []byte(value)
			}

			values[name] = quoted
		case attribute.BinaryValue == "":
			values[name] = quoted
		}
	}

	document, err := json.Marshal(values)
	if err != nil {
		return false, fmt.Errorf("filter a message: %w", err)
	}

	return parsed.Match(document)
}

// setSubscriptionAttributes changes one attribute of a subscription.
func (s *Service) setSubscriptionAttributes(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn, id := split(in.Text("SubscriptionArn"))

	return nil, s.change(ctx, "SetSubscriptionAttributes", arn, func(t *topic) error {
		for i := range t.Subscriptions {
			if t.Subscriptions[i].ID == id {
				return t.Subscriptions[i].set(in.Text("AttributeName"), in.Text("AttributeValue"))
			}
		}

		return notFound("Subscription does not exist")
	})
}
