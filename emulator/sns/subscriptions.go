package sns

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
)

type subscriptionARN struct {
	ARN string `xml:"SubscriptionArn"`
}

// subscribe subscribes a queue to a topic. A second request for the queue returns the same
// subscription.
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func (s *Service) subscribe(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn, queue := in.Text("TopicArn"), in.Text("Endpoint")
	if err := s.config.Authorize(ctx, "sns:Subscribe", arn); err != nil {
		return nil, err
	}

	switch {
	case in.Text("Protocol") != "sqs":
		return nil, invalid("Protocol Reason: SNS in the emulator supports only sqs, and not " + in.Text("Protocol"))
	case !strings.HasPrefix(queue, "arn:aws:sqs:"+s.config.Region+":"+s.config.Account+":"):
		return nil, invalid("SQS endpoint ARN")
	}

	made := subscription{ID: uuid.NewString(), QueueARN: queue}

	for name, value := range in.Entries("Attributes") {
		raw, err := strconv.ParseBool(value)
		if name != "RawMessageDelivery" || err != nil {
			return nil, invalid("Attributes Reason: SNS in the emulator supports only RawMessageDelivery, as true or false, and not " + name)
		}

		made.Raw = raw
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if err != nil {
		return nil, err
	}

	for _, one := range found.Subscriptions {
		if one.QueueARN == queue {
			return subscriptionARN{arn + ":" + one.ID}, nil
		}
	}

	if len(found.Subscriptions) >= maxSubscriptions {
		return nil, awsapi.Errorf("SubscriptionLimitExceeded", "A topic of the emulator has at most %d subscriptions", maxSubscriptions)
	}

	changed := *found
	changed.Subscriptions = append(slices.Clone(found.Subscriptions), made)

	if err := s.store(&changed); err != nil {
		return nil, err
	}

	s.topics[found.Name] = &changed

	return subscriptionARN{arn + ":" + made.ID}, nil
}

// unsubscribe deletes a subscription. If it does not exist, unsubscribe succeeds.
// https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
func (s *Service) unsubscribe(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn, id := split(in.Text("SubscriptionArn"))
	if err := s.config.Authorize(ctx, "sns:Unsubscribe", arn); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if err != nil {
		return nil, nil //nolint:nilnil // The subscription does not exist.
	}

	changed := *found
	changed.Subscriptions = slices.DeleteFunc(slices.Clone(found.Subscriptions), func(one subscription) bool { return one.ID == id })

	if err := s.store(&changed); err != nil {
		return nil, err
	}

	s.topics[found.Name] = &changed

	return nil, nil //nolint:nilnil // An answer without a result.
}

type listedSubscriptions struct {
	Subscriptions awsapi.Members[listedSubscription]
}

type listedSubscription struct {
	Endpoint        string
	Owner           string
	Protocol        string
	SubscriptionARN string `xml:"SubscriptionArn"`
	TopicARN        string `xml:"TopicArn"`
}

// listSubscriptions lists the subscriptions of a topic, or of all topics.
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func (s *Service) listSubscriptions(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn := in.Text("TopicArn")

	s.mu.Lock()
	defer s.mu.Unlock()

	names := slices.Sorted(maps.Keys(s.topics))

	if in.Text("Action") == "ListSubscriptionsByTopic" {
		if err := s.config.Authorize(ctx, "sns:ListSubscriptionsByTopic", arn); err != nil {
			return nil, err
		}

		found, err := s.find(arn)
		if err != nil {
			return nil, err
		}

		names = []string{found.Name}
	} else if err := s.config.Authorize(ctx, "sns:ListSubscriptions", "*"); err != nil {
		return nil, err
	}

	var out listedSubscriptions

	for _, name := range names {
		for _, one := range s.topics[name].Subscriptions {
			out.Subscriptions.Member = append(out.Subscriptions.Member, listedSubscription{
				Endpoint: one.QueueARN, Owner: s.config.Account, Protocol: "sqs", SubscriptionARN: s.arn(name) + ":" + one.ID, TopicARN: s.arn(name),
			})
		}
	}

	return out, nil
}

// getSubscriptionAttributes describes a subscription.
// https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
func (s *Service) getSubscriptionAttributes(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn, id := split(in.Text("SubscriptionArn"))
	if err := s.config.Authorize(ctx, "sns:GetSubscriptionAttributes", arn); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if err == nil {
		for _, one := range found.Subscriptions {
			if one.ID == id {
				return entriesOf(map[string]string{
					"SubscriptionArn": arn + ":" + id, "TopicArn": arn, "Owner": s.config.Account, "Protocol": "sqs", "Endpoint": one.QueueARN,
					"RawMessageDelivery": strconv.FormatBool(one.Raw), "PendingConfirmation": "false", "ConfirmationWasAuthenticated": "true",
				}), nil
			}
		}
	}

	return nil, notFound("Subscription does not exist")
}
