package stack

import (
	"context"
	"fmt"

	"triptych/emulator/cloudwatch"
	"triptych/emulator/iam"
	"triptych/emulator/sns"
)

// alarmService is CloudWatch as it notifies topics.
const alarmService = "cloudwatch.amazonaws.com"

// newAlarms opens CloudWatch. It publishes in its own name, on behalf of an alarm, and the
// policy of the topic decides.
func (s *Stack) newAlarms(who identities) (*cloudwatch.Service, error) {
	made, err := cloudwatch.New(cloudwatch.Config{
		DB: s.db, Region: region, Account: account, Authorize: authorize,
		Publish: func(ctx context.Context, alarmARN, topicARN, subject, message string) error {
			caller := &iam.Principal{
				ARN: alarmService, Service: alarmService, OnDenied: who.access.denied(alarmService),
				Attributes: append(overTLS(), iam.Attribute{Key: sourceARN, Value: alarmARN}),
			}

			_, err := s.topics.Publish(iam.WithPrincipal(ctx, caller), sns.Message{TopicARN: topicARN, Subject: subject, Text: message})

			return err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("start CloudWatch: %w", err)
	}

	return made, nil
}
