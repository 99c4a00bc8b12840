package stack

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

func topicsOf(s *Stack) *sns.Client {
	return sns.New(sns.Options{
		Region: region, BaseEndpoint: &s.AWSURL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(userKey, userSecret, ""),
	})
}

func newTopic(t *testing.T, s *Stack) string {
	t.Helper()

	made, err := topicsOf(s).CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("approvals")})
	if err != nil {
		t.Fatal(err)
	}

	return *made.TopicArn
}

// A topic sends its messages to a queue, also after a restart.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func TestTopics(t *testing.T) {
	c := Config{Data: t.TempDir(), FunctionsDir: functionsDir(t), AWSAddr: "127.0.0.1:0", CDNAddr: "127.0.0.1:0"}

	first, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}

	topic := newTopic(t, first)
	queue := "arn:aws:sqs:us-east-1:000000000000:triptych-failed-executions"

	for _, raw := range []string{"false", "true"} { // The second request returns the first subscription.
		_, err = topicsOf(first).Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: &queue, Attributes: map[string]string{"RawMessageDelivery": raw},
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	if err := first.Close(context.Background()); err != nil {
		t.Fatal(err)
	}

	second, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := second.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()

	topics, user := topicsOf(second), newClients(t, second, userKey, userSecret)

	list, err := topics.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
	if err != nil || len(list.Subscriptions) != 1 || *list.Subscriptions[0].Endpoint != queue {
		t.Fatalf("got %+v, %v", list, err)
	}

	sent, err := topics.Publish(t.Context(), &sns.PublishInput{
		TopicArn: &topic, Message: aws.String("a & b"), Subject: aws.String("s"),
		MessageAttributes: map[string]types.MessageAttributeValue{"kind": {DataType: aws.String("String"), StringValue: aws.String("photo")}},
	})
	if err != nil {
		t.Fatal(err)
	}

	var got struct {
		Type, MessageID, TopicArn, Subject, Message string
		MessageAttributes                           map[string]struct{ Type, Value string }
	}

	body := *user.receive(t, user.stack.FailedExecutionsQueueURL).Body
	if err := json.Unmarshal([]byte(body), &got); err != nil || got.Type != "Notification" || got.MessageID != *sent.MessageId || got.TopicArn != topic ||
		got.Subject != "s" || got.Message != "a & b" || got.MessageAttributes["kind"].Value != "photo" {
		t.Errorf("got %s, %v", body, err)
	}

	if _, err := topics.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &topic, Protocol: aws.String("lambda"), Endpoint: aws.String("arn:aws:lambda:us-east-1:000000000000:function:f")}); err == nil {
		t.Error("a subscription of a function was accepted")
	}

	if _, err := topics.Unsubscribe(t.Context(), &sns.UnsubscribeInput{SubscriptionArn: list.Subscriptions[0].SubscriptionArn}); err != nil {
		t.Error(err)
	}

	if _, err := topics.DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &topic}); err != nil {
		t.Error(err)
	}

	if left, err := topics.ListTopics(t.Context(), &sns.ListTopicsInput{}); err != nil || len(left.Topics) != 0 {
		t.Errorf("got %+v, %v", left, err)
	}
}
