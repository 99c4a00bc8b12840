package sns

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"triptych/emulator/awsapi"
)

// API returns SNS's protocol.
func (s *Service) API() *awsapi.Query {
	return &awsapi.Query{
		Name: "SNS", Namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
		Operations: map[string]awsapi.QueryOperation{
			"CreateTopic":               s.createTopic,
			"DeleteTopic":               s.deleteTopic,
			"GetSubscriptionAttributes": s.getSubscriptionAttributes,
			"GetTopicAttributes":        s.getTopicAttributes,
			"ListSubscriptions":         s.listSubscriptions,
			"ListSubscriptionsByTopic":  s.listSubscriptions,
			"ListTagsForResource":       s.listTags,
			"ListTopics":                s.listTopics,
			"Publish":                   s.publishQuery,
			"SetSubscriptionAttributes": s.setSubscriptionAttributes,
			"SetTopicAttributes":        s.setTopicAttributes,
			"Subscribe":                 s.subscribe,
			"TagResource":               s.tag,
			"Unsubscribe":               s.unsubscribe,
			"UntagResource":             s.untag,
		},
	}
}

// JSON returns Publish with a request and a response in JSON, for callers inside the
// emulator. Step Functions' members have the same names as those of the API.
func (s *Service) JSON() http.Handler {
	return &awsapi.Service{
		Name: "SNS", ContentType: "text/xml", // As on AWS, where the response is in XML.
		Operations: map[string]awsapi.Operation{"Publish": awsapi.Op(func(ctx context.Context, in Message) (any, error) {
			id, err := s.Publish(ctx, in)

			return published{ID: id}, err
		})},
	}
}

// published is the result of Publish.
type published struct {
	ID string `json:"MessageId" xml:"MessageId"`
}

// publishQuery is Publish in the protocol of the API.
func (s *Service) publishQuery(ctx context.Context, in awsapi.Parameters) (any, error) {
	message := Message{
		TopicARN: in.Text("TopicArn"), TargetARN: in.Text("TargetArn"), PhoneNumber: in.Text("PhoneNumber"), Text: in.Text("Message"),
		Subject: in.Text("Subject"), Structure: in.Text("MessageStructure"), Attributes: map[string]Attribute{},
	}

	for i := 1; i <= maxAttributes+1; i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		if !in.Has(entry + "Name") {
			break
		}

		value, err := json.Marshal(in.Text(entry + "Value.StringValue"))
		if err != nil {
			return nil, err
		}

		one := Attribute{DataType: in.Text(entry + "Value.DataType"), StringValue: value}
		if binary := in.Text(entry + "Value.BinaryValue"); binary != "" {
			one.StringValue, one.BinaryValue = nil, binary
		}

		message.Attributes[in.Text(entry+"Name")] = one
	}

	id, err := s.Publish(ctx, message)

	return published{ID: id}, err
}
