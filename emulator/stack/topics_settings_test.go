package stack

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// TestTopics_settings changes the attributes and the tags of a topic, with AWS's own client.
func TestTopics_settings(t *testing.T) {
	s, _ := startForTest(t)
	c, topic := topicsOf(s), newTopic(t, s)

	first, err := c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &topic})
	if err != nil {
		t.Fatal(err)
	}

	set := func(name, value string) error {
		_, err := c.SetTopicAttributes(t.Context(), &sns.SetTopicAttributesInput{TopicArn: &topic, AttributeName: &name, AttributeValue: &value})

		return err
	}

	const own = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"*"}]}`

	for _, one := range []struct{ name, value, want string }{
		{"DisplayName", "Alarms", ""},
		{"SQSSuccessFeedbackSampleRate", "50", ""},
		{"Policy", own, ""},
		{"SQSSuccessFeedbackSampleRate", "101", "InvalidParameter"},
		{"Policy", "{", "InvalidParameter"},
		{"KmsMasterKeyId", "alias/aws/sns", "InvalidParameter"},
		{"FifoTopic", "true", "InvalidParameter"},
	} {
		if err := set(one.name, one.value); codeOf(err) != one.want {
			t.Errorf("%s %s: %v", one.name, one.value, err)
		}
	}

	got, err := c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &topic})
	if err != nil || got.Attributes["DisplayName"] != "Alarms" || got.Attributes["Policy"] != own {
		t.Errorf("%+v, %v", got, err)
	}

	if _, err := c.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: aws.String("x")}); codeOf(err) != "AccessDenied" {
		t.Errorf("the policy denies every message: %v", err)
	}

	if err := set("Policy", first.Attributes["Policy"]); err != nil {
		t.Errorf("the policy that the topic had at first: %v", err)
	}

	if _, err := c.TagResource(t.Context(), &sns.TagResourceInput{ResourceArn: &topic, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}, {Key: aws.String("c"), Value: aws.String("d")}}}); err != nil {
		t.Error(err)
	}

	if _, err := c.UntagResource(t.Context(), &sns.UntagResourceInput{ResourceArn: &topic, TagKeys: []string{"a"}}); err != nil {
		t.Error(err)
	}

	if tags, err := c.ListTagsForResource(t.Context(), &sns.ListTagsForResourceInput{ResourceArn: &topic}); err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "d" {
		t.Errorf("%+v, %v", tags, err)
	}

	if _, err := c.ListTagsForResource(t.Context(), &sns.ListTagsForResourceInput{ResourceArn: aws.String(topic + "2")}); codeOf(err) != "ResourceNotFound" {
		t.Errorf("a topic that does not exist: %v", err)
	}

	if _, err := c.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("approvals"), Attributes: map[string]string{"DisplayName": "x"}}); codeOf(err) != "InvalidParameter" {
		t.Errorf("the same topic with another name: %v", err)
	}
}

// TestTopics_filter publishes messages, of which the filter policy of a subscription lets one
// pass.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
func TestTopics_filter(t *testing.T) {
	s, user := startForTest(t)
	c, topic := topicsOf(s), newTopic(t, s)

	subscribed, err := c.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:triptych-failed-executions"),
		Attributes: map[string]string{"RawMessageDelivery": "true", "FilterPolicy": `{"size": [{"numeric": [">", 100]}], "kind": ["photo", {"prefix": "scan-"}]}`},
	})
	if err != nil {
		t.Fatal(err)
	}

	publish := func(text, size, kind string) {
		t.Helper()

		if _, err := c.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: &text, MessageAttributes: map[string]types.MessageAttributeValue{
			"size": {DataType: aws.String("Number"), StringValue: &size}, "kind": {DataType: aws.String("String"), StringValue: &kind},
		}}); err != nil {
			t.Fatal(err)
		}
	}

	publish("too small", "99", "photo")
	publish("another kind", "101", "text")
	publish("passes", "101", "scan-3")

	if got := *user.receive(t, user.stack.FailedExecutionsQueueURL).Body; got != "passes" {
		t.Errorf("the queue has %q", got)
	}

	for name, value := range map[string]string{"FilterPolicyScope": "MessageBody", "FilterPolicy": `{"photo": {"id": [7]}}`} {
		if _, err := c.SetSubscriptionAttributes(t.Context(), &sns.SetSubscriptionAttributesInput{SubscriptionArn: subscribed.SubscriptionArn, AttributeName: &name, AttributeValue: &value}); err != nil {
			t.Fatal(err)
		}
	}

	for _, text := range []string{"no JSON", `{"photo": {"id": 8}}`, `{"photo": {"id": 7}}`} {
		publish(text, "101", "photo")
	}

	if got := *user.receive(t, user.stack.FailedExecutionsQueueURL).Body; got != `{"photo": {"id": 7}}` {
		t.Errorf("the queue has %q", got)
	}

	if _, err := c.SetSubscriptionAttributes(t.Context(), &sns.SetSubscriptionAttributesInput{
		SubscriptionArn: subscribed.SubscriptionArn, AttributeName: aws.String("FilterPolicy"), AttributeValue: aws.String(`{"a": "b"}`),
	}); codeOf(err) != "InvalidParameter" {
		t.Errorf("a policy that is not valid: %v", err)
	}
}

// TestTopics_pending subscribes an address. Nothing leaves the emulator, so the subscription
// waits for its confirmation.
func TestTopics_pending(t *testing.T) {
	s, _ := startForTest(t)
	c, topic := topicsOf(s), newTopic(t, s)

	in := &sns.SubscribeInput{TopicArn: &topic, Protocol: aws.String("email"), Endpoint: aws.String("ops@example.org")}

	if got, err := c.Subscribe(t.Context(), in); err != nil || *got.SubscriptionArn != "pending confirmation" {
		t.Errorf("%+v, %v", got, err)
	}

	in.ReturnSubscriptionArn = true

	subscribed, err := c.Subscribe(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}

	got, err := c.GetSubscriptionAttributes(t.Context(), &sns.GetSubscriptionAttributesInput{SubscriptionArn: subscribed.SubscriptionArn})
	if err != nil || got.Attributes["PendingConfirmation"] != "true" || got.Attributes["Protocol"] != "email" {
		t.Errorf("%+v, %v", got, err)
	}

	if _, err := c.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: aws.String("x")}); err != nil {
		t.Error(err)
	}

	in.Protocol, in.Endpoint = aws.String("lambda"), aws.String("arn:aws:lambda:us-east-1:000000000000:function:f")
	if _, err := c.Subscribe(t.Context(), in); codeOf(err) != "InvalidParameter" {
		t.Errorf("a function: %v", err)
	}
}
