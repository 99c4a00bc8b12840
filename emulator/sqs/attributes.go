package sqs

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// The attributes of a queue that can be set.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const (
	visibilityTimeout = "VisibilityTimeout"
	retentionPeriod   = "MessageRetentionPeriod"
	maximumSize       = "MaximumMessageSize"
	delaySeconds      = "DelaySeconds"
	receiveWait       = "ReceiveMessageWaitTimeSeconds"
	managedEncryption = "SqsManagedSseEnabled"
	queuePolicy       = "Policy"

	minMessageBytes = 1 << 10
	minRetention    = time.Minute
)

// equal reports whether two queues have the same attributes.
func (q Queue) equal(other Queue) bool {
	q.Tags, other.Tags = nil, nil
	q.Modified, q.Created, q.declared = other.Modified, other.Created, other.declared

	a, _ := json.Marshal(q) // Plain values can always be encoded.
	b, _ := json.Marshal(other)

	return string(a) == string(b)
}

// set sets attributes. Attributes of functions that the emulator does not have are rejected.
func (q *Queue) set(attributes map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := q.setOne(name, attributes[name]); err != nil {
			return err
		}
	}

	return nil
}

func (q *Queue) setOne(name, value string) error { //nolint:cyclop // One case for each attribute.
	periods := map[string]struct {
		target      *time.Duration
		least, most time.Duration
	}{
		visibilityTimeout: {&q.Visibility, 0, maxVisibility},
		retentionPeriod:   {&q.Retention, minRetention, MaxRetention},
		delaySeconds:      {&q.Delay, 0, maxDelay},
		receiveWait:       {&q.Wait, 0, maxWait},
	}

	bad := awsapi.Errorf("InvalidAttributeValue", "Invalid value for the parameter %s.", name)

	if period, is := periods[name]; is {
		number, err := strconv.Atoi(value)
		if given := time.Duration(number) * time.Second; err == nil && given >= period.least && given <= period.most {
			*period.target = given

			return nil
		}

		return bad
	}

	switch name {
	case maximumSize:
		number, err := strconv.Atoi(value)
		if err != nil || number < minMessageBytes || number > MaxMessageBytes {
			return bad
		}

		q.MaxBytes = number
	case managedEncryption:
		encrypted, err := strconv.ParseBool(value)
		if err != nil {
			return bad
		}

		q.Encrypted = encrypted
	case queuePolicy:
		if value != "" {
			if _, err := iam.ParseResourcePolicy([]byte(value)); err != nil {
				return awsapi.Errorf("InvalidAttributeValue", "Invalid value for the parameter Policy: %v", err)
			}
		}

		q.Policy = value
	case "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedrivePolicy", "RedriveAllowPolicy":
		if value != "" {
			return awsapi.Errorf("InvalidAttributeValue", "the emulator's SQS does not support the attribute %s", name)
		}
	default:
		return awsapi.Errorf("InvalidAttributeName", "Unknown Attribute %s, or one that the emulator's SQS does not support.", name)
	}

	return nil
}

// Policy returns the policy of a queue that was created through the API, or nil.
func (s *Service) Policy(queueARN string) *iam.Policy {
	q := s.named(strings.TrimPrefix(queueARN, QueueARN(s.config.Region, s.config.Account, "")))
	if q == nil || q.current().Policy == "" {
		return nil
	}

	policy, err := iam.ParseResourcePolicy([]byte(q.current().Policy))
	if err != nil { // It was checked when it was set.
		return nil
	}

	return policy
}
