package sns

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

const attributePolicy = "Policy"

// effectiveDelivery is the delivery policy of a topic that sets none.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
const effectiveDelivery = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,` +
	`"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,` +
	`"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

// checkAttribute checks an attribute of a topic. Those about delivery by other protocols are
// stored and returned.
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
func checkAttribute(name, value string) error {
	const maxDisplayName = 100

	choices := map[string][]string{"SignatureVersion": {"1", "2"}, "TracingConfig": {"PassThrough", "Active"}}

	switch {
	case name == "DisplayName" && len(value) > maxDisplayName:
		return invalid("DisplayName Reason: must be at most 100 characters long")
	case name == attributePolicy && value != "" && !isDefaultPolicy(value):
		if _, err := iam.ParseResourcePolicy([]byte(value)); err != nil {
			return invalid("Policy Error: " + err.Error())
		}
	case name == "KmsMasterKeyId" && value != "":
		return invalid("KmsMasterKeyId Reason: there is no KMS in the emulator")
	case choices[name] != nil:
		if !slices.Contains(choices[name], value) {
			return invalid(name + " Reason: must be " + strings.Join(choices[name], " or "))
		}
	case strings.HasSuffix(name, "FeedbackSampleRate"):
		if !isRate(value) {
			return invalid(name + " Reason: must be an integer from 0 to 100")
		}
	case slices.Contains([]string{"DisplayName", attributePolicy, "DeliveryPolicy", "KmsMasterKeyId"}, name),
		strings.HasSuffix(name, "FeedbackRoleArn"):
	default:
		return invalid("AttributeName Reason: SNS in the emulator has no attribute " + name)
	}

	return nil
}

// isRate reports whether a value is "" or a percentage.
func isRate(value string) bool {
	rate, err := strconv.Atoi(value)

	return value == "" || err == nil && rate >= 0 && rate <= 100
}

// defaultPolicyID is the Id of the policy that a topic has at first.
const defaultPolicyID = "__default_policy_ID"

// isDefaultPolicy reports whether a policy is the one that a topic has at first. Terraform
// sets it when a topic loses its own policy.
func isDefaultPolicy(text string) bool {
	var policy struct {
		ID string `json:"Id"`
	}

	return json.Unmarshal([]byte(text), &policy) == nil && policy.ID == defaultPolicyID
}

// same returns an error if the topic has other attributes or tags than a request to create it.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
func (t *topic) same(attributes, tags map[string]string) error {
	for name, value := range attributes {
		if t.Attributes[name] != value {
			return invalid("Attributes Reason: Topic already exists with different attributes")
		}
	}

	if len(tags) > 0 && !maps.Equal(t.Tags, tags) {
		return invalid("Tags Reason: Topic already exists with different tags")
	}

	return nil
}

// describe returns all attributes of a topic.
func (s *Service) describe(t *topic) map[string]string {
	pending := 0

	for i := range t.Subscriptions {
		if t.Subscriptions[i].pending() {
			pending++
		}
	}

	arn := s.arn(t.Name)
	described := map[string]string{
		"TopicArn": arn, "Owner": s.config.Account, "DisplayName": "", "EffectiveDeliveryPolicy": effectiveDelivery,
		"SubscriptionsConfirmed": strconv.Itoa(len(t.Subscriptions) - pending), "SubscriptionsPending": strconv.Itoa(pending), "SubscriptionsDeleted": "0",
		// The policy that every topic has at first: the account may do everything.
		attributePolicy: `{"Version":"2008-10-17","Id":"` + defaultPolicyID + `","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},` +
			`"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe",` +
			`"SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"` + arn + `","Condition":{"StringEquals":{"AWS:SourceOwner":"` + s.config.Account + `"}}}]}`,
	}

	for name, value := range t.Attributes {
		if value != "" {
			described[name] = value
		}
	}

	return described
}

// change changes a topic as a request asks, if the caller may do the action.
func (s *Service) change(ctx context.Context, action, arn string, change func(t *topic) error) error {
	if err := s.config.Authorize(ctx, "sns:"+action, arn); err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	found, err := s.find(arn)
	if err != nil {
		return err
	}

	changed := *found
	changed.Attributes, changed.Tags = cloned(found.Attributes), cloned(found.Tags)
	changed.Subscriptions = slices.Clone(found.Subscriptions)

	if err := change(&changed); err != nil {
		return err
	}

	if err := s.store(&changed); err != nil {
		return err
	}

	s.topics[found.Name] = &changed

	return nil
}

// cloned returns a copy of a map that is never nil.
func cloned(values map[string]string) map[string]string {
	copied := map[string]string{}
	maps.Copy(copied, values)

	return copied
}

// setTopicAttributes changes one attribute of a topic.
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
func (s *Service) setTopicAttributes(ctx context.Context, in awsapi.Parameters) (any, error) {
	name, value := in.Text("AttributeName"), in.Text("AttributeValue")
	if err := checkAttribute(name, value); err != nil {
		return nil, err
	}

	if name == attributePolicy && isDefaultPolicy(value) {
		value = ""
	}

	return nil, s.change(ctx, "SetTopicAttributes", in.Text("TopicArn"), func(t *topic) error {
		t.Attributes[name] = value

		return nil
	})
}
