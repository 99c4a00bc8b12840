package sns

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
)

type subscriptionARN struct {
	ARN string `xml:"SubscriptionArn"`
}

// subscribe subscribes a queue to a topic, or an address that would have to confirm the
// subscription. A second request for the endpoint returns the same subscription.
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func (s *Service) subscribe(ctx context.Context, in awsapi.Parameters) (any, error) {
	arn, endpoint := in.Text("TopicArn"), in.Text("Endpoint")
	if err := s.config.Authorize(ctx, "sns:Subscribe", arn); err != nil {
		return nil, err
	}

	if err := s.checkEndpoint(in.Text("Protocol"), endpoint); err != nil {
		return nil, err
	}

	made := subscription{ID: uuid.NewString(), Protocol: in.Text("Protocol"), QueueARN: endpoint}

	for name, value := range in.Entries("Attributes") {
		if err := made.set(name, value); err != nil {
			return nil, err
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if err != nil {
		return nil, err
	}

	// A caller that does not ask for the ARN of a pending subscription gets a text instead.
	answer := func(one *subscription) subscriptionARN {
		if one.pending() && in.Text("ReturnSubscriptionArn") != "true" {
			return subscriptionARN{"pending confirmation"}
		}

		return subscriptionARN{arn + ":" + one.ID}
	}

	for i := range found.Subscriptions {
		if one := &found.Subscriptions[i]; one.QueueARN == endpoint && cmp.Or(one.Protocol, protocolSQS) == made.Protocol {
			return answer(one), nil
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

	return answer(&made), nil
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
			listed := listedSubscription{
				Endpoint: one.QueueARN, Owner: s.config.Account, Protocol: cmp.Or(one.Protocol, protocolSQS),
				SubscriptionARN: s.arn(name) + ":" + one.ID, TopicARN: s.arn(name),
			}
			if one.pending() {
				listed.SubscriptionARN = "PendingConfirmation"
			}

			out.Subscriptions.Member = append(out.Subscriptions.Member, listed)
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
				described := map[string]string{
					"SubscriptionArn": arn + ":" + id, "TopicArn": arn, "Owner": s.config.Account, "Protocol": cmp.Or(one.Protocol, protocolSQS), "Endpoint": one.QueueARN,
					"RawMessageDelivery": strconv.FormatBool(one.Raw), "PendingConfirmation": strconv.FormatBool(one.pending()),
					"ConfirmationWasAuthenticated": strconv.FormatBool(!one.pending()), "SubscriptionPrincipal": "arn:aws:iam::" + s.config.Account + ":root",
				}
				maps.Copy(described, one.Attributes)

				return entriesOf(described), nil
			}
		}
	}

	return nil, notFound("Subscription does not exist")
}
